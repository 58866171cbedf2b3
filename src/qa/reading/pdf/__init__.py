"""PDF: characters with their places on the page, put into lines, columns and paragraphs."""
