"""What a file is, by its content; for everything that is no table, how to make one of it."""

import re
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.dsfinvk.index import is_till_export
from backoffice.core.files.tables.refusals import TableRefused

_HEAD_BYTES = 8192
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LARGE_SECTORS = 12  # as a power of two; all others are 512 bytes

_SIGNATURES = (
    (b"PK\x05\x06", _("This ZIP archive is empty. Choose the CSV or XLSX file itself.")),
    (b"%PDF-", _("This is a PDF. Export the list as CSV or XLSX from the program that made it.")),
    (b"\x1f\x8b", _("This file is compressed (gzip). Unpack it and choose the CSV or XLSX file in it.")),
    (b"7z\xbc\xaf\x27\x1c", _("This is a 7-Zip archive. Unpack it and choose the CSV or XLSX file in it.")),
    (b"Rar!\x1a\x07", _("This is a RAR archive. Unpack it and choose the CSV or XLSX file in it.")),
    (b"{\\rtf", _("This is a text document (RTF). Copy the table into a spreadsheet and save it as XLSX.")),
    (b"SQLite format 3\x00", _("This is a database. Export the list as CSV from the program that made it.")),
)
_PICTURES = re.compile(
    rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF.{4}WEBP|II\*\0|MM\0\*", re.DOTALL
)
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|div|style)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<(\?xml|!doctype|[a-z_][\w:.-]*[\s>/])", re.IGNORECASE)
_JSON = re.compile(rb'\s*(\{\s*("[^"]*"\s*:|\})|\[\s*[\[{\]])')
_CARD = re.compile(rb"\s*BEGIN\s*:\s*VCARD\b", re.IGNORECASE)
_BOMS = re.compile(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)")


def find_kind(file: BinaryIO) -> str:
    """`csv`, `vcf`, `till` or `xlsx` (any other ZIP); raises TableRefused for all known as other."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP):
        return "till" if is_till_export(file) else "xlsx"
    if head.startswith(_OLE):
        _refuse_ole(file, head)
    for signature, message in _SIGNATURES:
        if head.startswith(signature):
            raise TableRefused(message, code="type")
    if _PICTURES.match(head):
        message = _("This is a picture. Export the list as CSV or XLSX from the program that holds it.")
        raise TableRefused(message, code="type")
    letters = _BOMS.sub(b"", head).replace(b"\0", b"")
    _refuse_markup(letters)
    return "vcf" if _CARD.match(letters) else "csv"


def _refuse_ole(file: BinaryIO, head: bytes) -> None:
    """Compound files: workbooks of Excel 97 to 2003, and newer ones behind a password."""
    sector = 4096 if head[30:31] == bytes([_LARGE_SECTORS]) else 512
    directory = int.from_bytes(head[48:52], "little")
    file.seek((directory + 1) * sector)
    names = head + file.read(4096)
    if "EncryptedPackage".encode("utf-16-le") in names:
        message = _("This workbook is protected by a password. Open it in Excel and save it without one.")
        raise TableRefused(message, code="encrypted")
    message = _("This is a file of an old Excel (.xls). Open it in Excel and save it as XLSX.")
    raise TableRefused(message, code="type")


def _without_comments(head: bytes) -> bytes:
    """Cut off step by step: a pattern for any number of comments would try them in every way."""
    head = head.lstrip()
    while head.startswith(b"<!--"):
        _comment, end, head = head.partition(b"-->")
        head = head.lstrip() if end else b""
    return head


def _refuse_markup(head: bytes) -> None:
    if _HTML.match(_without_comments(head)):
        message = _("This is a web page, whatever its name says. Open it in Excel and save it as XLSX.")
    elif b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        message = _("This is an Excel table in XML of 2003. Open it in Excel and save it as XLSX.")
    elif _XML.match(head):
        message = _("This is XML. Export the list as CSV or XLSX from the program that made it.")
    elif _JSON.match(head):
        message = _("This is JSON. Export the list as CSV or XLSX from the program that made it.")
    else:
        return
    raise TableRefused(message, code="type")
