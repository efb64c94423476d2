"""Which letters the bytes of a text file mean."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.refusals import TableRefused

ENCODINGS = ("utf-8", "utf-16", "cp1252")
CODECS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp1252": "cp1252"}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_CHUNK = 1 << 20
_ASCII = bytes(range(128))
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WINDOWS = re.compile(rb"[A-Za-z][\xdf\xe0-\xf6\xf9-\xfc]")
# Umlauts and accents of old Macs and of DOS, which are signs and capitals in Windows-1252.
_OLDER = re.compile(rb"[A-Za-z][\x82\x84\x8a\x8e\x94\x9f\xa4\xa7][a-z]|[a-z]\x8e(?![A-Za-z])")


def find_encoding(file: BinaryIO, chosen: str = "") -> str:
    """One of ENCODINGS: the chosen one, or that of the BOM, or what all of the file can be read as.

    A file that is UTF-8 but for some bytes counts as such: these are wrong, not the rest. Raises
    TableRefused when the file is not text in it.
    """
    if chosen and chosen not in ENCODINGS:
        raise TableRefused(_("This encoding is not known. Choose another one."), code="encoding")
    file.seek(0)
    head = file.read(4096)
    if not chosen:
        _refuse_wide(head)
    for encoding in (chosen,) if chosen else _candidates(head):
        if _reads_as(file, encoding):
            if encoding == "cp1252" and not chosen:
                _refuse_older(file)
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
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return encoding == "utf-8" and _is_mostly_utf_8(file)
    return True


def _is_mostly_utf_8(file: BinaryIO) -> bool:
    """Whether more letters are UTF-8 than bytes are not: somebody put a piece of another file in."""
    letters = strays = 0
    for chunk in _chunks(file):
        found = _UTF_8.findall(chunk)
        letters += len(found)
        strays += len(chunk.translate(None, _ASCII)) - sum(map(len, found))
    return letters > strays


def _refuse_older(file: BinaryIO) -> None:
    """Any byte is something in Windows-1252, but nobody is called `MŸller` or `M„rz`."""
    older = windows = 0
    for chunk in _chunks(file):
        older += len(_OLDER.findall(chunk))
        windows += len(_WINDOWS.findall(chunk))
    if older > windows:
        message = _(
            "Umlauts and accents of this file would come out wrong. Open it where it comes from and save it "
            "as CSV (UTF-8)."
        )
        raise TableRefused(message, code="encoding")


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(_CHUNK), b"")
