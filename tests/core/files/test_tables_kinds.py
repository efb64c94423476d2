import gzip
import io

import pytest

from backoffice.core.files.tables import TableRefused, open_table
from tests.samples.workbooks import archive, sheet, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CSV = b"Name;Mail\nAnna;a@example.org\n"
CARDS = b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Sample;Anna\r\nEND:VCARD\r\n"
XLSX = workbook(sheet(["Name"], ["Anna"]))


def compound(stream: str, sector: int = 9) -> bytes:
    """A compound file (OLE) whose directory, far behind the header, names one stream."""
    header = bytearray(OLE.ljust(512, b"\0"))
    header[30] = sector
    header[48:52] = (40).to_bytes(4, "little")
    return bytes(header).ljust(41 << sector, b"\0") + stream.encode("utf-16-le").ljust(1024, b"\0")


OTHERS = [
    (b"%PDF-1.7\n", "type", "This is a PDF. Export the list as CSV or XLSX"),
    (b"\x89PNG\r\n\x1a\n\0\0", "type", "This is a picture."),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "type", "This is a picture."),
    (b"GIF89a", "type", "This is a picture."),
    (b"RIFF\x10\0\0\0WEBPVP8 ", "type", "This is a picture."),
    (gzip.compress(CSV, mtime=0), "type", "compressed (gzip). Unpack it"),
    (b"7z\xbc\xaf\x27\x1c\0\4", "type", "7-Zip archive. Unpack it"),
    (b"Rar!\x1a\x07\x01\0", "type", "RAR archive. Unpack it"),
    (b"{\\rtf1\\ansi", "type", "text document (RTF)"),
    (b"SQLite format 3\0", "type", "database"),
    (b"BEGIN:VCARD\r\nVERSION:3.0\r\n", "type", "contacts (vCard), which come in under Customers"),
    (b"<!DOCTYPE html>\n<html><body><table>", "type", "web page, whatever its name says. Open it in Excel"),
    (b"\xef\xbb\xbf\r\n<HTML xmlns:x='urn'><table border=1>", "type", "web page"),
    ("<html><table>".encode("utf-16"), "type", "web page"),
    (b"<!-- made by x -->\n<table><tr><td>Name", "type", "web page"),
    (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "type",
        "XML of 2003. Open it in Excel",
    ),
    (b'<?xml version="1.0"?><guests><guest/></guests>', "type", "This is XML. Export"),
    (b'[{"name": "Anna"}]', "type", "This is JSON. Export"),
    (b'{\n  "guests": []}', "type", "This is JSON. Export"),
    (compound("Workbook"), "type", "old Excel (.xls). Open it in Excel and save it as XLSX"),
    (compound("EncryptedPackage"), "encrypted", "protected by a password"),
    (compound("EncryptedPackage", sector=12), "encrypted", "protected by a password"),
    (OLE, "type", "old Excel (.xls)"),
    (archive({}), "type", "This ZIP archive is empty"),
    (archive({"guests.csv": "Name"}), "type", "ZIP archive. Unpack it"),
    (
        archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}),
        "type",
        "(.ods)",
    ),
    (archive({"Index/Document.iwa": ""}), "type", "Numbers. Open it there and export it as Excel"),
    (archive({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "type", "(.xlsb)"),
    (archive({"[Content_Types].xml": "", "word/document.xml": ""}), "type", "Word document"),
    (archive({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), "type", "presentation"),
]


@pytest.mark.parametrize(("content", "code", "sentence"), OTHERS, ids=[other[2] for other in OTHERS])
def test_a_file_of_another_kind_is_named_with_what_to_do(content, code, sentence):
    with pytest.raises(TableRefused) as caught:
        open_table(io.BytesIO(content), name="guests.csv")
    assert (caught.value.code, sentence in str(caught.value)) == (code, True)
    assert str(caught.value).count(". ") >= 1  # the fact, then the remedy


@pytest.mark.parametrize("content", [b"<3 Gast;b\n", b"{x};y\n", b"PKW;b\n", b"BM;GIF\n", b"[a];b\n"])
def test_text_that_only_begins_strangely_is_a_table(content):
    assert open_table(io.BytesIO(content)).kind == "csv"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (CARDS, 1),
        (b"\xef\xbb\xbf" + CARDS, 1),
        (b"\r\n\r\n" + CARDS.lower(), 3),
        (CARDS.replace(b":", b": ", 1), 1),
        (CARDS.decode().encode("utf-16"), 1),
    ],
)
@pytest.mark.parametrize("name", ["guests.vcf", "GUESTS.VCF", "guests.vcard", "guests", ""])
def test_contacts_are_a_table_where_they_are_taken(content, line, name):
    table = open_table(io.BytesIO(content), name=name, also=["vcf"])

    assert (table.kind, [row.line for row in table.rows()]) == ("vcf", [line])


@pytest.mark.parametrize("name", ["guests.csv", "GUESTS.CSV", "guests.txt", "guests.tsv", "guests", ""])
def test_the_usual_names_of_text_are_taken(name):
    assert open_table(io.BytesIO(CSV), name=name).kind == "csv"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (XLSX, "guests.csv", "ends in “.csv”, but this is an Excel workbook. Rename it to “.xlsx”."),
        (CSV, "guests.xlsx", "ends in “.xlsx”, but this is text. Rename it to “.csv”."),
        (CSV, "guests.vcf", "but no contact begins in this file. Export them anew."),
        (CARDS, "guests.csv", "but these are contacts (vCard). Rename it to “.vcf”."),
        (CSV, "guests.xls", "ends in “.xls” is not read here. Save it as CSV or XLSX."),
        (XLSX, "guests.xlsm", "ends in “.xlsm” is not read here. Save it as CSV or XLSX."),
    ],
)
def test_a_name_that_does_not_agree_is_refused(content, name, sentence):
    with pytest.raises(TableRefused) as caught:
        open_table(io.BytesIO(content), name=name, also=["vcf"])
    assert (caught.value.code, sentence in str(caught.value)) == ("name", True)


def test_a_file_beyond_the_limit_is_not_even_looked_at(settings):
    settings.TABLE_MAX_BYTES = 10
    with pytest.raises(TableRefused, match="Split it into smaller files") as caught:
        open_table(io.BytesIO(CSV))
    assert caught.value.code == "limit"
