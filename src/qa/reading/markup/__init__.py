"""Text with or without marks: Markdown, reStructuredText, HTML, plain text."""
