"""Files that are something else, too large, empty, or called by a wrong name."""

import gzip

from tests.samples.base import BOTH, HEAD, JOSE, ZOE, Fault, Sample, column, text
from tests.samples.books import BINARY, CUSTOMERS, MANY_PARTS, TEMPLATE
from tests.samples.workbooks import archive, sheet, workbook

_CSV = text(ZOE, JOSE)
_HTML = b"<html><body><table><tr><td>Vorname</td><td>E-Mail</td></tr></table></body></html>"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _compound(stream: str) -> bytes:
    """A compound file of Microsoft whose directory names one stream."""
    header = bytearray(_OLE.ljust(512, b"\0"))
    header[48:52] = (1).to_bytes(4, "little")
    return bytes(header).ljust(1024, b"\0") + stream.encode("utf-16-le").ljust(512, b"\0")


def _other(name: str, content: bytes, says: str, error: str = "type") -> Sample:
    return Sample("types", name, content, error=error, says=says)


TYPES = [
    _other("list.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "This is a PDF"),
    _other("photo-of-a-list.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "This is a picture"),
    _other("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 64, "This is a picture"),
    _other("export.xls", _HTML, "web page, whatever its name says"),
    _other("export-called.csv", b"\xef\xbb\xbf" + _HTML, "web page"),
    _other(
        "excel-2003.xml",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "XML of 2003",
    ),
    _other("guests.json", b'[{"first_name": "Zo\xc3\xab"}]', "This is JSON"),
    _other("excel-97.xls", _compound("Workbook"), "old Excel (.xls)"),
    _other("with-password.xlsx", _compound("EncryptedPackage"), "protected by a password", "encrypted"),
    _other("guests.csv.gz", gzip.compress(_CSV, mtime=0), "gzip"),
    _other("guests.zip", archive({"guests.csv": _CSV}), "ZIP archive. Unpack it"),
    _other("guests.7z", b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"),
    _other("guests.rar", b"Rar!\x1a\x07\x01\0", "RAR"),
    _other("guests.ods", archive({"content.xml": "<x/>"}), "OpenDocument"),
    _other("guests.numbers", archive({"Index/Document.iwa": b"x"}), "Numbers"),
    _other("guests.xlsb", BINARY, "(.xlsb)"),
    _other("guests.docx", archive({"[Content_Types].xml": "", "word/document.xml": ""}), "Word document"),
    _other("template.xltx", TEMPLATE, "template"),
    _other("guests.sqlite3", b"SQLite format 3\0" + b"\0" * 84, "database"),
]

NAMES = [
    Sample(
        "names of files",
        "workbook-called.csv",
        workbook(CUSTOMERS),
        error="name",
        says="Rename it to “.xlsx”",
    ),
    Sample("names of files", "text-called.xlsx", _CSV, error="name", says="Rename it to “.csv”"),
    Sample("names of files", "text-called.xls", _CSV, error="name", says="ends in “.xls”"),
    Sample("names of files", "GUESTS.TXT", _CSV, accepted=2, customers=BOTH),
    Sample("names of files", "no-ending", _CSV, accepted=2, customers=BOTH),
    Sample("names of files", "Gäste (1) – Kopie.csv", _CSV, accepted=2, customers=BOTH),
]

NOTHING = [
    Sample("nothing inside", "empty.csv", b"", error="empty", says="This file is empty"),
    Sample("nothing inside", "only-mark.csv", b"\xef\xbb\xbf", error="empty"),
    Sample("nothing inside", "only-space.csv", b"\r\n  \r\n,,,\r\n", error="empty"),
    Sample("nothing inside", "only-header.csv", f"{HEAD}\r\n".encode()),
    Sample("nothing inside", "only-header.xlsx", workbook(sheet(["Vorname", "E-Mail"]))),
    Sample("nothing inside", "empty.xlsx", workbook(sheet()), error="empty"),
]

_WIDE = ";".join([HEAD, *(f"S{number}" for number in range(200))])
LIMITS = [
    Sample(
        "limits",
        "bytes.csv",
        _CSV,
        error="limit",
        says="larger than",
        limits={"TABLE_MAX_BYTES": len(_CSV) - 1},
    ),
    Sample("limits", "bytes-just-fit.csv", _CSV, accepted=2, limits={"TABLE_MAX_BYTES": len(_CSV)}),
    Sample(
        "limits",
        "unpacked.xlsx",
        workbook(CUSTOMERS),
        error="limit",
        says="Unpacked this workbook",
        limits={"TABLE_MAX_UNPACKED_BYTES": 1000},
    ),
    Sample(
        "limits",
        "parts.xlsx",
        MANY_PARTS,
        error="limit",
        says="more than 50 files",
        limits={"TABLE_MAX_ZIP_ENTRIES": 50},
    ),
    Sample("limits", "columns.csv", text(ZOE, head=_WIDE), error="columns", says="more than 200 columns"),
    Sample(
        "limits", "columns.xlsx", workbook(sheet([f"S{n}" for n in range(201)])), error="columns", says="200"
    ),
    Sample(
        "limits",
        "cell.csv",
        column("Firma", ["x" * 10_001, "y"]),
        accepted=1,
        faults=(Fault(2, "", "row", "longer than 10000 characters"),),
    ),
    Sample(
        "limits",
        "endless-line.csv",
        lambda: text(ZOE, "x" * (40 << 20), JOSE),
        accepted=2,
        faults=(Fault(3, "", "row", "longer than 10000 characters"),),
        customers=BOTH,
    ),
    Sample(
        "limits",
        "time.csv",
        _CSV,
        error="time",
        says="took longer",
        limits={"TABLE_MAX_SECONDS": 0},
    ),
    Sample(
        "limits",
        "shared-texts.xlsx",
        workbook(CUSTOMERS, strings="<si><t>x</t></si>"),
        error="limit",
        says="texts of this workbook",
        limits={"TABLE_MAX_SHARED_STRINGS_BYTES": 10},
    ),
]

OTHERS = [*TYPES, *NAMES, *NOTHING, *LIMITS]
