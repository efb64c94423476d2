"""Downloads over HTTP: what an address asks for, and the answer that carries a file or says why not."""

from collections.abc import Collection, Iterator

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.layouts import (
    CONTENT_TYPES,
    EXCEL,
    FILE_TYPES,
    READERS,
    DownloadRefused,
    Layout,
)

DELIMITERS = {";": ";", ",": ",", "tab": "\t", "\t": "\t"}


def read_layout(data, format: str, known_columns: Collection[str]) -> Layout:
    """The layout an address asks for. Raises Http404 for an unknown format, DownloadRefused for the rest."""
    if format not in CONTENT_TYPES:
        raise Http404
    usual = CsvDialect.of(get_language()[:2])
    delimiter = data.get("delimiter") or usual.delimiter
    decimal = data.get("decimal") or usual.decimal
    if delimiter not in DELIMITERS:
        raise DownloadRefused(_("The separator must be a semicolon, a comma or a tab."))
    if decimal not in {",", "."}:
        raise DownloadRefused(_("The decimal sign must be a comma or a point."))
    reader = data.get("for") or EXCEL
    if reader not in READERS:
        raise DownloadRefused(_("A file is either for Excel or for other programs."))
    columns = [name for text in data.getlist("columns") for name in text.split(",") if name]
    unknown = [name for name in columns if name not in known_columns]
    if unknown:
        raise DownloadRefused(_("There is no column “%(name)s”.") % {"name": unknown[0][:40]})
    is_labelled = data.get("headers") == "labels"
    dialect = CsvDialect(DELIMITERS[delimiter], decimal, guarded=reader == EXCEL)
    return Layout(format, dialect, columns, is_labelled)


def file_response(chunks: Iterator[bytes], name: str, format: str) -> StreamingHttpResponse:
    """A streamed download; nothing in between may keep or change it."""
    response = StreamingHttpResponse(chunks, content_type=FILE_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    response["X-Accel-Buffering"] = "no"
    return response


def refuse(request, error: DownloadRefused) -> HttpResponse:
    """Say why there is no file; nothing is sent in part."""
    context = {"messages_": error.args}
    return render(request, "layouts/download_refused.html", context, status=error.status)
