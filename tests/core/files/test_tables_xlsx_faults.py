"""Workbooks that are broken, of another kind, or beyond a limit: told, never guessed."""

import io
import zipfile
from datetime import date

import pytest

from backoffice.core.files.tables import Row, TableRefused, open_table
from tests.core.files.workbook_reading import STRINGS, guests, refusal, table, value
from tests.samples.workbooks import (
    MACRO_TYPE,
    TYPE,
    Sheet,
    Xml,
    archive,
    sheet,
    workbook,
)


def test_strict_workbooks_are_read():
    assert value(date(1990, 12, 31), strict=True) == "1990-12-31"


def test_prefixed_elements_and_utf_16_parts_are_read():
    body = '<x:row><x:c t="inlineStr"><x:is><x:t>{}</x:t></x:is></x:c></x:row>'
    part = (
        '<?xml version="1.0" encoding="UTF-16"?><x:worksheet '
        'xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        f"{body.format('Name')}{body.format('Jörg')}</x:sheetData></x:worksheet>"
    )
    opened = table(workbook(sheet(), parts={"xl/worksheets/sheet1.xml": part.encode("utf-16")}))
    assert list(opened.rows()) == [Row(2, {"Name": "Jörg"})]


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "b">]>'


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels"],
)
def test_a_document_type_is_refused_in_every_part(part):
    book = workbook(guests(), strings="")
    content = zipfile.ZipFile(io.BytesIO(book)).read(part).decode()
    error = refusal(workbook(guests(), strings="", parts={part: DOCTYPE + content}))
    assert (error.code, "It is not read" in str(error)) == ("dtd", True)


BROKEN_PARTS = [
    {"without": ("xl/_rels/workbook.xml.rels",)},
    {"parts": {"xl/workbook.xml": "<workbook"}},
    {"parts": {"xl/worksheets/sheet1.xml": "<worksheet"}},
    {"parts": {"xl/styles.xml": "\0"}},
    {"strings": "<si><t>"},
    {"parts": {"XL/Worksheets/Sheet1.xml": "<worksheet/>"}},
]


@pytest.mark.parametrize("broken", BROKEN_PARTS)
def test_a_workbook_with_a_broken_part_is_refused(broken):
    error = refusal(workbook(guests(), **broken))
    assert (error.code, "Open it in Excel and save it again" in str(error)) == ("damaged", True)


def test_missing_shared_texts_are_told():
    lines = [["name"], [Xml('<c r="A2" t="s"><v>0</v></c>')]]
    error = refusal(workbook(sheet(*lines)))
    assert (error.code, "damaged" in str(error)) == ("damaged", True)


FAULTS = [
    "<row",
    "</x>",
    "<row r='2'/>",
    "<row r='x'/>",
    "<row r='1048577'/>",
    "<row><c r='a1'/></row>",
    "<a>" * 99,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_rows_before_a_fault_are_read_and_then_the_place_is_told(fault):
    body = sheet(["name"], *[[f"Anna {n}"] for n in range(3_000)]).body.replace("</sheetData>", fault)
    read = []
    with pytest.raises(TableRefused, match=r"damaged behind row 3001\. Open it in Excel") as caught:
        read.extend(table(workbook(Sheet("Guests", body))).rows())
    assert caught.value.code == "damaged"
    assert len(read) == 3_000


def test_a_false_checksum_is_found():
    content = bytearray(workbook(guests()))
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 16  # in the list of entries at the end
    content[at] ^= 1
    local = content.index(b"xl/worksheets/sheet1.xml") - 30 + 14
    content[local] ^= 1
    assert refusal(bytes(content)).code == "damaged"


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_workbook_that_was_cut_off_is_told(share):
    content = workbook(guests())
    error = refusal(content[: int(len(content) * share)])
    assert (error.code, "Copy or download it again" in str(error)) == ("damaged", True)


def test_two_parts_of_one_name_are_refused():
    file = io.BytesIO(workbook(guests()))
    with zipfile.ZipFile(file, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert refusal(file.getvalue()).code == "damaged"


def test_parts_outside_the_folder_are_never_touched():
    content = workbook(guests(), parts={"../../etc/passwd": "x", "/absolute": "y"})
    assert len(list(table(content).rows())) == 1


@pytest.mark.parametrize(
    ("parts", "code", "sentence"),
    [
        ({"workbook_type": MACRO_TYPE}, "macros", "holds macros. Open it in Excel and save it as XLSX"),
        ({"parts": {"xl/vbaProject.bin": b"x"}}, "macros", "holds macros"),
        ({"workbook_type": TYPE.format("template.main")}, "type", "template"),
        ({"parts": {"xl/workbook.bin": b"x"}, "without": ("xl/workbook.xml",)}, "type", "(.xlsb)"),
    ],
)
def test_other_kinds_of_workbooks_are_refused(parts, code, sentence):
    error = refusal(workbook(guests(), **parts))
    assert (error.code, sentence in str(error)) == (code, True)


def test_a_zip_with_a_password_is_refused():
    content = bytearray(workbook(guests()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    error = refusal(bytes(content))
    assert (error.code, "without one" in str(error)) == ("encrypted", True)


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("TABLE_MAX_BYTES", 100),
        ("TABLE_MAX_UNPACKED_BYTES", 1000),
        ("TABLE_MAX_ZIP_ENTRIES", 3),
        ("TABLE_MAX_ZIP_ENTRIES", 0),
        ("TABLE_MAX_SHARED_STRINGS_BYTES", 10),
    ],
)
def test_every_limit_is_a_setting_and_is_told(settings, name, limit):
    content = workbook(guests(), strings=STRINGS)
    assert len(list(table(content).rows())) == 1
    setattr(settings, name, limit)
    error = refusal(content)
    assert error.code == "limit"


def test_reading_ends_when_it_takes_too_long(settings):
    opened = table(workbook(sheet(["name"], *[["Anna"]] * 100)))
    settings.TABLE_MAX_SECONDS = 0
    with pytest.raises(TableRefused, match="took longer"):
        list(opened.rows())


def test_the_file_stays_open_for_its_owner():
    file = io.BytesIO(workbook(guests(), strings=STRINGS))
    opened = open_table(file)
    assert list(opened.rows()) == list(opened.rows())
    opened.close()
    assert not file.closed


def test_an_archive_of_something_else_is_told():
    assert "Unpack it" in str(refusal(archive({"guests.csv": "name\n"})))
