"""The ZIP around a workbook: checked before anything in it is unpacked (TRUST §5)."""

import struct
import zipfile
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.refusals import TableRefused
from backoffice.core.files.tables.xml_parts import READ_ERRORS, damaged, elements, transitional

_DIRECTORY_BYTES_PER_ENTRY = 1024
_SMALL_PART_BYTES = 16 << 20
_SMALL_PART_TAGS = 200_000  # of which openpyxl makes objects
_RATIO_FROM_BYTES = 32 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG = 1

BINARY = _("This is a binary workbook (.xlsb). Open it in Excel and save it as XLSX.")
_NUMBERS = _("This is a file of Numbers. Open it there and export it as Excel (.xlsx) or CSV.")
# The first that matches a name inside tells what else a ZIP is.
_OTHER_FILES = {
    "xl/workbook.bin": BINARY,
    "index/document.iwa": _NUMBERS,
    "index.zip": _NUMBERS,
    "content.xml": _("This is an OpenDocument file (.ods). Open it in LibreOffice and save it as XLSX."),
    "word/document.xml": _("This is a Word document. Copy the table into a spreadsheet and save it as XLSX."),
    "ppt/presentation.xml": _(
        "This is a presentation. Copy the table into a spreadsheet and save it as XLSX."
    ),
}


class Package(zipfile.ZipFile):
    """The archive that openpyxl is given. Raises TableRefused for one that it should not see."""

    def __init__(self, file: BinaryIO):
        _refuse_huge_directory(file)
        try:
            super().__init__(file)
        except READ_ERRORS as error:
            raise damaged("ZIP") from error
        self.names = {_key(name): name for name in self.namelist()}
        _check_entries(self.infolist(), self.names)
        if "[content_types].xml" not in self or "_rels/.rels" not in self:
            self.refuse_other()

    def __contains__(self, name: str) -> bool:
        return _key(name) in self.names

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        return super().getinfo(self.names.get(_key(name), name))

    def rename(self, old: str, new: str) -> None:
        """Let a part be found by another name."""
        self.names[_key(new)] = self.names.get(_key(old), old)

    def read(self, name: str) -> bytes:
        """A small part, gone through before openpyxl makes a tree of it. KeyError when it is missing."""
        if self.getinfo(name).file_size > _SMALL_PART_BYTES:
            raise damaged(name)
        content = super().read(name)
        if content.count(b"<") > _SMALL_PART_TAGS:
            raise damaged(name)
        for _piece in elements(self, name):
            pass
        return transitional(content)

    def refuse_other(self):
        """Say what this archive is instead of a workbook."""
        for name, message in _OTHER_FILES.items():
            if name in self:
                raise TableRefused(message, code="type")
        message = _("This is a ZIP archive. Unpack it and choose the CSV or XLSX file in it.")
        raise TableRefused(message, code="type")


def check_entries(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to too much, or is locked, before anything of it is read."""
    entries = archive.infolist()
    _check_entries(entries, {_key(entry.filename): entry.filename for entry in entries})


def _key(name: str) -> str:
    """Names of parts are equal whatever their case."""
    return name.replace("\\", "/").casefold()


def _check_entries(entries: list[zipfile.ZipInfo], names: dict[str, str]) -> None:
    if len(entries) > settings.TABLE_MAX_ZIP_ENTRIES:
        raise _too_many_entries()
    if len(names) < len(entries):
        raise damaged(str(_("two parts have one name")))
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        message = _("This file is protected by a password. Save it without one.")
        raise TableRefused(message, code="encrypted")
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise damaged("ZIP")
    _refuse_bombs(entries)


def _refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    limit = settings.TABLE_MAX_UNPACKED_BYTES
    if sum(entry.file_size for entry in entries) > limit:
        message = _("Unpacked this workbook is larger than %(count)d MB. Split it, or save it as CSV.")
        raise TableRefused(message, code="limit", count=limit >> 20)
    ratio = settings.TABLE_MAX_RATIO
    for entry in entries:
        if entry.file_size > _RATIO_FROM_BYTES and entry.file_size > ratio * max(entry.compress_size, 1):
            message = _(
                "A part of this workbook unpacks to more than %(count)d times its size. If you trust it, "
                "save it as CSV."
            )
            raise TableRefused(message, code="limit", count=ratio)


def _refuse_huge_directory(file: BinaryIO) -> None:
    """zipfile reads the whole list of entries at once, so look at its length before."""
    try:
        end = zipfile._EndRecData(file)
    except (struct.error, *READ_ERRORS) as error:
        raise damaged("ZIP") from error
    if not end:
        message = _("This workbook is cut off: its end is missing. Copy or download it again.")
        raise TableRefused(message, code="damaged")
    if end[zipfile._ECD_SIZE] > settings.TABLE_MAX_ZIP_ENTRIES * _DIRECTORY_BYTES_PER_ENTRY:
        raise _too_many_entries()


def _too_many_entries() -> TableRefused:
    message = _("This archive holds more than %(count)d files, so it is no usual workbook.")
    return TableRefused(message, code="limit", count=settings.TABLE_MAX_ZIP_ENTRIES)
