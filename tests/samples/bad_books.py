"""Workbooks that mean harm, and those that are damaged."""

import io
import zipfile

from tests.samples.base import BOTH, Fault, Sample
from tests.samples.books import CUSTOMERS, PLAIN
from tests.samples.workbooks import MACRO_TYPE, MAIN, Sheet, workbook

_ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def _lie_about(content: bytes, field_offset: int, value: bytes) -> bytes:
    """Change a field in the first entry of the list at the end of a ZIP, and in the entry itself."""
    changed = bytearray(content)
    at = content.index(b"PK\x01\x02")
    changed[at + field_offset + 2 : at + field_offset + 2 + len(value)] = value
    changed[field_offset : field_offset + len(value)] = value
    return bytes(changed)


def _twice() -> bytes:
    file = io.BytesIO(PLAIN)
    with zipfile.ZipFile(file, "a") as package:
        package.writestr("XL/workbook.xml", "<workbook/>")
    return file.getvalue()


def _bomb() -> bytes:
    """100 MiB of spaces in a sheet."""
    return workbook(Sheet("Guests", "<sheetData>" + " " * (100 << 20) + "</sheetData>"))


def _long_text_bomb() -> bytes:
    """A single cell of 30 MiB, just below where the ratio is looked at."""
    long = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"x" * (30 << 20)}</t></is></c></row>'
    body = CUSTOMERS.body.replace('<row r="2">', f'{long}<row r="4">').replace('<row r="3">', '<row r="5">')
    return workbook(Sheet("Guests", body))


_DOCTYPE = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
HOSTILE = [
    Sample(
        "hostile workbooks",
        "dtd.xlsx",
        workbook(
            CUSTOMERS,
            parts={"xl/worksheets/sheet1.xml": f'{_DOCTYPE}<worksheet xmlns="{MAIN}">&x;</worksheet>'},
        ),
        error="dtd",
    ),
    Sample(
        "hostile workbooks",
        "billion-laughs.xlsx",
        workbook(
            CUSTOMERS,
            strings="",
            parts={
                "xl/sharedStrings.xml": f'<!DOCTYPE sst [<!ENTITY a0 "ha">{_ENTITIES}]>'
                f'<sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>'
            },
        ),
        error="dtd",
    ),
    Sample("hostile workbooks", "zip-bomb.xlsx", _bomb, error="limit", says="times its size"),
    Sample(
        "hostile workbooks",
        "long-text.xlsx",
        _long_text_bomb,
        accepted=2,
        faults=(Fault(2, "", "row", "longer than 10000 characters"),),
    ),
    Sample("hostile workbooks", "macros.xlsx", workbook(CUSTOMERS, workbook_type=MACRO_TYPE), error="macros"),
    Sample(
        "hostile workbooks",
        "macros-without-saying.xlsx",
        workbook(CUSTOMERS, parts={"xl/vbaProject.bin": b"\0" * 64}),
        error="macros",
    ),
    Sample(
        "hostile workbooks",
        "encrypted-zip.xlsx",
        _lie_about(PLAIN, 6, b"\1\0"),
        error="encrypted",
        says="protected by a password",
    ),
    Sample("hostile workbooks", "two-parts-one-name.xlsx", _twice, error="damaged", says="one name"),
    Sample(
        "hostile workbooks",
        "paths-outside.xlsx",
        workbook(CUSTOMERS, parts={"../../evil.txt": "x", "/etc/passwd": "x"}),
        accepted=2,
        customers=BOTH,
    ),
    Sample(
        "hostile workbooks",
        "deep-nesting.xlsx",
        workbook(Sheet("Guests", "<x>" * 5000 + "</x>" * 5000)),
        error="damaged",
    ),
    Sample(
        "hostile workbooks",
        "many-names.xlsx",
        workbook(Sheet("Guests", "".join(f"<n{n}/>" for n in range(20_000)))),
        error="damaged",
    ),
    Sample(
        "hostile workbooks",
        "column-beyond-the-last.xlsx",
        workbook(Sheet("Guests", '<sheetData><row r="1"><c r="ZZZ1"><v>1</v></c></row></sheetData>')),
        error="damaged",
    ),
    Sample(
        "hostile workbooks",
        "rows-backwards.xlsx",
        workbook(Sheet("Guests", CUSTOMERS.body.replace('<row r="3">', '<row r="1">'))),
        error="damaged",
    ),
    Sample(
        "hostile workbooks",
        "unknown-packing.xlsx",
        _lie_about(PLAIN, 8, b"\x0e\0"),
        error="damaged",
    ),
]

DAMAGED = [
    Sample("damaged workbooks", "cut-off.xlsx", PLAIN[:-200], error="damaged", says="cut off"),
    Sample(
        "damaged workbooks",
        "no-sheet.xlsx",
        workbook(CUSTOMERS, without=("xl/worksheets/sheet1.xml",)),
        error="sheet",
    ),
    Sample(
        "damaged workbooks",
        "xml-cut-off.xlsx",
        workbook(
            CUSTOMERS,
            parts={"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{CUSTOMERS.body}'},
        ),
        error="damaged",
        says="behind row 3",
    ),
    Sample(
        "damaged workbooks",
        "no-relations.xlsx",
        workbook(CUSTOMERS, without=("xl/_rels/workbook.xml.rels",)),
        error="damaged",
    ),
    Sample(
        "damaged workbooks",
        "checksum.xlsx",
        _lie_about(PLAIN, 14, b"\xff\xff\xff\xff"),
        error="damaged",
    ),
]

BAD_WORKBOOKS = [*HOSTILE, *DAMAGED]
