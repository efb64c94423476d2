"""The ZIP around a workbook: checked before anything in it is unpacked (TRUST §5)."""

import posixpath
import struct
import zipfile
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.tables.refusals import TableRefused
from backoffice.core.files.tables.xml_parts import READ_ERRORS, Elements, damaged

_TAIL_BYTES = 65_557  # the end record with the longest comment
_END = b"PK\x05\x06"
_END_64_LOCATOR = b"PK\x06\x07"
_DIRECTORY_BYTES_PER_ENTRY = 1024
_SMALL_PART_BYTES = 16 << 20
_RATIO_FROM_BYTES = 32 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED_FLAG = 1

# The first that matches a name inside tells what else a ZIP is.
_OTHER_FILES = (
    ("xl/workbook.bin", _("This is a binary workbook (.xlsb). Open it in Excel and save it as XLSX.")),
    (
        "index/document.iwa",
        _("This is a file of Numbers. Open it there and export it as Excel (.xlsx) or CSV."),
    ),
    ("index.zip", _("This is a file of Numbers. Open it there and export it as Excel (.xlsx) or CSV.")),
    ("content.xml", _("This is an OpenDocument file (.ods). Open it in LibreOffice and save it as XLSX.")),
    (
        "word/document.xml",
        _("This is a Word document. Copy the table into a spreadsheet and save it as XLSX."),
    ),
    (
        "ppt/presentation.xml",
        _("This is a presentation. Copy the table into a spreadsheet and save it as XLSX."),
    ),
)


class Package:
    """The parts of a workbook by name. Raises TableRefused for every other kind of ZIP."""

    def __init__(self, file: BinaryIO):
        _refuse_huge_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except READ_ERRORS as error:
            raise damaged("ZIP") from error
        entries = self._zip.infolist()
        self._entries = {_key(entry.filename): entry for entry in entries}
        _check_entries(entries, self._entries)
        if "[content_types].xml" not in self._entries or "_rels/.rels" not in self._entries:
            self._refuse_other()
        self.workbook = self._find_workbook()

    def __contains__(self, path: str) -> bool:
        return _key(path) in self._entries

    def size(self, path: str) -> int:
        """Bytes that a part takes unpacked, as the archive says; no more than that are ever read."""
        return self._entries[_key(path)].file_size

    def open(self, path: str) -> BinaryIO:
        try:
            return self._zip.open(self._entries[_key(path)])
        except (KeyError, *READ_ERRORS) as error:
            raise damaged(path) from error

    def close(self) -> None:
        """Forget the archive; its file stays open."""
        self._zip.close()

    def elements(self, path: str, names: set[str]) -> list[tuple[str, str, dict[str, str]]]:
        """The elements of these names in a small part (see Elements)."""
        with self.open(path) as stream:
            if self.size(path) > _SMALL_PART_BYTES:
                raise damaged(path)
            part = Elements(stream, path, names)
            for _step in part.steps():
                pass
            return part.found

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """What a part (or "" for the whole) points to: (last word of the type, path) by id."""
        folder, base = posixpath.split(path)
        found = {}
        place = posixpath.join(folder, "_rels", f"{base}.rels")
        for _around, _name, attributes in self.elements(place, {"Relationship"}):
            if attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                found[attributes.get("Id", "")] = (kind, target.lstrip("/"))
        return found

    def _find_workbook(self) -> str:
        paths = [path for kind, path in self.relations("").values() if kind == "officeDocument"]
        if not paths or paths[0] not in self:
            self._refuse_other()
        types = {
            _key(attributes.get("PartName", "").lstrip("/")): attributes.get("ContentType", "")
            for _around, _name, attributes in self.elements("[Content_Types].xml", {"Override"})
        }
        _refuse_other_workbooks(types.get(_key(paths[0]), ""), self._entries)
        if _key(paths[0]).endswith(".bin"):
            self._refuse_other()
        return paths[0]

    def _refuse_other(self):
        for name, message in _OTHER_FILES:
            if name in self._entries:
                raise TableRefused(message, code="type")
        message = _("This is a ZIP archive. Unpack it and choose the CSV or XLSX file in it.")
        raise TableRefused(message, code="type")


def _key(name: str) -> str:
    """Names of parts are equal whatever their case."""
    return name.replace("\\", "/").casefold()


def _check_entries(entries: list[zipfile.ZipInfo], by_name: dict[str, zipfile.ZipInfo]) -> None:
    limit = settings.TABLE_MAX_ZIP_ENTRIES
    if len(entries) > limit:
        message = _("This archive holds more than %(count)d files, so it is no usual workbook.")
        raise TableRefused(message, code="limit", count=limit)
    if len(by_name) < len(entries):
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


def _refuse_other_workbooks(content_type: str, names) -> None:
    if "macroEnabled" in content_type or any(name.endswith("vbaproject.bin") for name in names):
        if "binary" in content_type:
            raise TableRefused(_OTHER_FILES[0][1], code="type")
        message = _("This workbook holds macros. Open it in Excel and save it as XLSX, without macros.")
        raise TableRefused(message, code="macros")
    if "template" in content_type:
        message = _("This is a template. Open it in Excel and save it as a workbook (XLSX).")
        raise TableRefused(message, code="type")


def _refuse_huge_directory(file: BinaryIO) -> None:
    """zipfile reads the whole list of entries at once, so look at its length before."""
    size = file.seek(0, 2)
    file.seek(max(size - _TAIL_BYTES, 0))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        message = _("This workbook is cut off: its end is missing. Copy or download it again.")
        raise TableRefused(message, code="damaged")
    (length,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 20 and tail[at - 20 : at - 16] == _END_64_LOCATOR:
        (offset,) = struct.unpack_from("<Q", tail, at - 12)
        file.seek(min(offset, size))
        record = file.read(56)
        length = struct.unpack_from("<Q", record, 40)[0] if len(record) == 56 else size
    if length > settings.TABLE_MAX_ZIP_ENTRIES * _DIRECTORY_BYTES_PER_ENTRY:
        message = _("This archive holds more than %(count)d files, so it is no usual workbook.")
        raise TableRefused(message, code="limit", count=settings.TABLE_MAX_ZIP_ENTRIES)
