"""Which parser reads which file: the one place to add a format."""

from qa.reading.mail import parser as mail
from qa.reading.markup import html, markdown, plaintext, rst
from qa.reading.office import docx, epub, legacy, odt, pptx, rtf
from qa.reading.parsed import Parser
from qa.reading.pdf import parser as pdf
from qa.reading.tables import csv_table, spreadsheet

PARSERS: dict[str, Parser] = {
    # marked-up and plain text
    ".md": markdown.parse,
    ".markdown": markdown.parse,
    ".rst": rst.parse,
    ".txt": plaintext.parse,
    ".text": plaintext.parse,
    ".html": html.parse,
    ".htm": html.parse,
    ".xhtml": html.parse,
    # documents with pages
    ".pdf": pdf.parse,
    ".docx": docx.parse,
    ".docm": docx.parse,
    ".dotx": docx.parse,
    ".dotm": docx.parse,
    ".odt": odt.parse,
    ".ott": odt.parse,
    ".rtf": rtf.parse,
    ".epub": epub.parse,
    ".pptx": pptx.parse,
    ".pptm": pptx.parse,
    ".ppsx": pptx.parse,
    ".potx": pptx.parse,
    # tables
    ".csv": csv_table.parse,
    ".tsv": csv_table.parse,
    ".xlsx": spreadsheet.parse,
    ".xlsm": spreadsheet.parse,
    ".xlsb": spreadsheet.parse,
    ".xls": legacy.parse_xls,
    ".ods": spreadsheet.parse,
    # mails
    ".eml": mail.parse,
    ".msg": mail.parse,
    # what only LibreOffice reads
    ".doc": legacy.parse_doc,
    ".dot": legacy.parse_doc,
    ".ppt": legacy.parse_ppt,
    ".pps": legacy.parse_ppt,
    ".pot": legacy.parse_ppt,
}

READER_VERSION = 1
"""Raised whenever the same file would be read differently, so that an index reads it again."""
