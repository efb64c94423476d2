"""One doorway: bytes in, a table out, or a sentence about what else the file is."""

from collections.abc import Collection
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.base import Table, TableOptions, shorten
from backoffice.core.files.tables.delimited import CsvTable
from backoffice.core.files.tables.kinds import find_kind
from backoffice.core.files.tables.refusals import TableRefused

_ENDINGS = {
    **dict.fromkeys((".csv", ".txt", ".tsv"), "csv"),
    ".xlsx": "xlsx",
    **dict.fromkeys((".vcf", ".vcard"), "vcf"),
    ".zip": "till",
}


def open_table(
    file: BinaryIO,
    *,
    name: str = "",
    options: TableOptions = TableOptions(),  # noqa: B008
    also: Collection[str] = (),
) -> Table:
    """A table over `file`, which must allow seeking and stays open.

    The type is that of the content; the ending of `name` must agree, if there is one. Contacts (`vcf`) and
    the exports of tills (`till`) are tables only where `also` names them. Raises TableRefused when this
    is no table that we read.
    """
    if file.seek(0, 2) > settings.TABLE_MAX_BYTES:
        message = _("This file is larger than %(count)d MB. Split it into smaller files.")
        raise TableRefused(message, code="limit", count=settings.TABLE_MAX_BYTES >> 20)
    kind = find_kind(file)
    if kind in _ELSEWHERE and kind not in also:
        raise TableRefused(_ELSEWHERE[kind], code="type")
    table = _OPENERS[kind](file, options)
    try:
        _check_name(name, kind)
    except TableRefused:
        table.close()
        raise
    return table


def _open_workbook(file: BinaryIO, options: TableOptions) -> Table:
    # Only here: openpyxl takes a tenth of the time that a start takes, and most processes never need it.
    from backoffice.core.files.tables.workbook import XlsxTable

    return XlsxTable(file, options)


def _open_cards(file: BinaryIO, options: TableOptions) -> Table:
    from backoffice.core.files.tables.cards import CardTable  # vobject takes as long

    return CardTable(file, options)


def _open_till(file: BinaryIO, options: TableOptions) -> Table:
    from backoffice.core.files.tables.dsfinvk import TillTable

    return TillTable(file, options)


_OPENERS = {"csv": CsvTable, "xlsx": _open_workbook, "vcf": _open_cards, "till": _open_till}
_ELSEWHERE = {
    "vcf": _("These are contacts (vCard), which come in under Customers. A list is CSV or XLSX."),
    "till": _("This is the export of a till (DSFinV-K), which comes in under Orders."),
}


def _check_name(name: str, kind: str) -> None:
    ending = PurePath(name).suffix.lower()
    if not ending or _ENDINGS.get(ending) == kind:
        return
    if ending not in _ENDINGS:
        message = _("A file whose name ends in “%(ending)s” is not read here. Save it as CSV or XLSX.")
    elif kind == "till":
        message = _("The name ends in “%(ending)s”, but this is the export of a till. Rename it to “.zip”.")
    elif _ENDINGS[ending] == "till":
        message = _("The name ends in “%(ending)s”, but this is no archive. Rename it to what it is.")
    elif kind == "vcf":
        message = _("The name ends in “%(ending)s”, but these are contacts (vCard). Rename it to “.vcf”.")
    elif _ENDINGS[ending] == "vcf":
        message = _("The name ends in “%(ending)s”, but no contact begins in this file. Export them anew.")
    elif kind == "xlsx":
        message = _("The name ends in “%(ending)s”, but this is an Excel workbook. Rename it to “.xlsx”.")
    else:
        message = _("The name ends in “%(ending)s”, but this is text. Rename it to “.csv”.")
    raise TableRefused(message, code="name", ending=shorten(ending, 12))
