"""The file of refused rows: as they came, with what was wrong, ready to be corrected and imported."""

import csv
from collections.abc import Sequence
from typing import TextIO

from backoffice.core.files.exports import guard, unguard
from backoffice.core.files.tables import shorten
from customers.importing.reading import RowFault

COLUMNS = ("refused_line", "refused_column", "refused_value", "reason")


class RefusedFile:
    """Writes to an open text file; the header at once."""

    def __init__(self, file: TextIO, headers: list[str], *, delimiter: str = ","):
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        self._headers = [header for header in headers if header not in COLUMNS]
        self._writer.writerow([*COLUMNS, *(guard(header) for header in self._headers)])

    def add(self, line: int, faults: Sequence[RowFault], cells: dict[str, str]) -> None:
        columns = ", ".join(dict.fromkeys(fault.column for fault in faults if fault.column))
        value = shorten(faults[0].value) if faults else ""
        reason = " ".join(dict.fromkeys(fault.reason for fault in faults))
        row = [columns, value, reason, *(cells.get(name, "") for name in self._headers)]
        # a cell of our own export is guarded already, and twice is once too often to be read again
        self._writer.writerow([line, *(guard(unguard(str(cell))) for cell in row)])
