"""What is wrong with rows that somebody brought, and the file that gives them back to be corrected."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from backoffice.core.files.exports import guard, unguard
from backoffice.core.files.tables import shorten

COLUMNS = ("refused_line", "refused_column", "refused_value", "reason")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row: its column by header ("": the whole row), the value, a sentence, a code."""

    line: int
    column: str
    value: str
    reason: str
    code: str = ""


class RowRefused(Exception):
    """A row is not taken; `faults` are all that is known to be wrong with it, at least one."""

    def __init__(self, *faults: Fault):
        super().__init__(faults[0].reason)
        self.faults = list(faults)


class RefusedFile:
    """The rows as they came, with what was wrong. Writes to an open text file; the header at once."""

    def __init__(self, file: TextIO, headers: list[str], *, delimiter: str = ","):
        self._writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
        self._headers = [header for header in headers if header not in COLUMNS]
        self._writer.writerow([*COLUMNS, *(guard(header) for header in self._headers)])

    def add(self, line: int, faults: Sequence[Fault], cells: dict[str, str]) -> None:
        columns = ", ".join(dict.fromkeys(fault.column for fault in faults if fault.column))
        value = shorten(faults[0].value) if faults else ""
        reason = " ".join(dict.fromkeys(fault.reason for fault in faults))
        row = [columns, value, reason, *(cells.get(name, "") for name in self._headers)]
        # a cell of our own export is guarded already, and twice is once too often to be read again
        self._writer.writerow([line, *(guard(unguard(str(cell))) for cell in row)])


class TextBuffer:
    """A file for a writer that only appends; `take` hands over what has come in."""

    def __init__(self):
        self._parts = []

    def write(self, text: str) -> int:
        self._parts.append(text)
        return len(text)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return "".join(parts).encode("utf-8", "replace")
