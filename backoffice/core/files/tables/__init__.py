"""Reads tables that people bring along, CSV, XLSX or vCard, row by row, whatever program wrote them.

    table = open_table(file, name="customers.csv")
    for row in table.rows(): ...

What cannot be meant is refused with a reason, never shifted, cut or guessed (TRUST §5). Memory
stays small for any number of rows; only the texts that the cells of a workbook share are held.
The reader has no idea of customers or orders.
"""

from backoffice.core.files.tables.base import Row, Table, TableOptions, shorten
from backoffice.core.files.tables.delimited import DELIMITERS, CsvTable
from backoffice.core.files.tables.encodings import ENCODINGS
from backoffice.core.files.tables.opening import open_table
from backoffice.core.files.tables.refusals import TableRefused

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "CsvTable",
    "Row",
    "Table",
    "TableOptions",
    "TableRefused",
    "open_table",
    "shorten",
]
