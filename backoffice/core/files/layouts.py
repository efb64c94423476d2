"""How a file is written: what can be chosen, and the format that does it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.resources import Export

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What a download may be; contacts (vCard) are an example, no export.
FILE_TYPES = {**CONTENT_TYPES, "vcf": "text/vcard; charset=utf-8"}
# Who reads a CSV: a spreadsheet, where text could run as a formula, or a program that takes it as it is.
READERS = EXCEL, PROGRAMS = "excel", "programs"


class DownloadRefused(Exception):
    """There is no file; the text says why, `status` is that of an answer over HTTP."""

    status = 400


@dataclass(frozen=True)
class Layout:
    """A key of CONTENT_TYPES, whose separators, which columns (none: all), whose headers."""

    format: str
    dialect: CsvDialect
    columns: list[str] = field(default_factory=list)
    labelled: bool = False

    def stream(self, export: Export) -> Iterator[bytes]:
        # Only here: the package draws all of openpyxl in, a tenth of the time that a start takes.
        from backoffice.core.files.formats import FORMATS

        return FORMATS[self.format](dialect=self.dialect, labelled=self.labelled).stream(export)
