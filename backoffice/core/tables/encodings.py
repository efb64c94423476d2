"""Which letters the bytes of a text file mean."""

import codecs
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from backoffice.core.tables.refusals import TableRefused

ENCODINGS = ("utf-8", "utf-16", "cp1252")
CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp1252": "cp1252"}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CHUNK = 1 << 20


def find_encoding(file: BinaryIO, chosen: str = "") -> str:
    """One of ENCODINGS: the chosen one, or that of the BOM, or what all of the file can be read as.

    Raises TableRefused when the file is not text in it.
    """
    if chosen and chosen not in ENCODINGS:
        raise TableRefused(_("This encoding is not known. Choose another one."), code="encoding")
    file.seek(0)
    head = file.read(4096)
    if not chosen:
        _refuse_wide(head)
    for encoding in (chosen,) if chosen else _candidates(head):
        if _reads_as(file, encoding):
            return encoding
    if chosen:
        message = _("This file cannot be read as %(encoding)s. Choose another encoding.")
        raise TableRefused(message, code="encoding", encoding=chosen)
    if head.startswith(_UTF_16):
        message = _("This file is damaged: its text breaks off. Save it again as CSV (UTF-8).")
        raise TableRefused(message, code="encoding")
    message = _("This file is not text in an encoding that we read. Save it as CSV (UTF-8).")
    raise TableRefused(message, code="encoding")


def _candidates(head: bytes) -> tuple[str, ...]:
    if head.startswith(codecs.BOM_UTF8):
        return ("utf-8",)
    if head.startswith(_UTF_16):
        return ("utf-16",)
    return ("utf-8", "cp1252")


def _refuse_wide(head: bytes) -> None:
    """UTF-16 without its mark, and UTF-32: text with NUL bytes all over."""
    if head.startswith(_UTF_32) or (not head.startswith(_UTF_16) and head.count(0) * 4 > len(head)):
        message = _(
            "This text does not say how it is encoded (Unicode without a mark). Save it as CSV (UTF-8)."
        )
        raise TableRefused(message, code="encoding")


def _reads_as(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(CODECS[encoding])()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
