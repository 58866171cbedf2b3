"""Word processing, slides and books: formats that are packed XML, and what LibreOffice can turn into them."""
