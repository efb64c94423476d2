"""The formats of files that leave the house, as django-import-export knows formats."""

from collections.abc import Iterator

from import_export.formats import base_formats

from backoffice.core.files.exports import CsvDialect, write_csv, write_xlsx
from backoffice.core.files.layouts import CONTENT_TYPES
from backoffice.core.files.resources import Export


class CsvFormat(base_formats.CSV):
    """CSV as UTF-8 with BOM, written row by row as the export reads them."""

    CONTENT_TYPE = CONTENT_TYPES["csv"]

    def __init__(self, encoding=None, *, dialect: CsvDialect | None = None, labelled: bool = False):
        super().__init__(encoding)
        self.dialect, self.labelled = dialect or CsvDialect.of("en"), labelled

    def is_binary(self) -> bool:
        return True

    def stream(self, export: Export) -> Iterator[bytes]:
        return write_csv(
            export.columns, export.rows, dialect=self.dialect, tz=export.tz, labelled=self.labelled
        )

    def export_data(self, dataset: Export, **kwargs) -> bytes:
        """The whole file at once; for callers that cannot stream, such as the admin site."""
        return b"".join(self.stream(dataset))


class XlsxFormat(base_formats.XLSX):
    """XLSX with typed cells, written row by row as the export reads them."""

    def __init__(self, encoding=None, *, dialect: CsvDialect | None = None, labelled: bool = False):
        super().__init__(encoding)
        self.labelled = labelled

    def stream(self, export: Export) -> Iterator[bytes]:
        return write_xlsx(
            export.columns, export.rows, title=export.title, tz=export.tz, labelled=self.labelled
        )

    def export_data(self, dataset: Export, **kwargs) -> bytes:
        """The whole file at once; for callers that cannot stream, such as the admin site."""
        return b"".join(self.stream(dataset))


FORMATS = {"csv": CsvFormat, "xlsx": XlsxFormat}
