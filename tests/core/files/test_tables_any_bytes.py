"""Whatever bytes come: rows, or TableRefused, in little time and memory; nothing else."""

import io
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from backoffice.core.files.tables import DELIMITERS, ENCODINGS, TableOptions, TableRefused, open_table
from tests.samples.workbooks import Styled, archive, sheet, workbook

_MAX_BYTES = 40 << 20
_MAX_SECONDS = 10
_TEXT = 'sep=;\nKunden;;\n\nName;E-Mail;"No\ntiz"\nÄnne;a@example.org;"""x"""\nOtto;;\n'
_CSV = [_TEXT.encode(encoding) for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252")]
_STRINGS = "<si><t>Anna</t></si><si><r><t>An</t></r></si>"
_XLSX = workbook(
    sheet(["Name", "Tag", "Zahl"], ["Anna", Styled(33238, 1), 1.5], [True, "x_x000D_", -1]),
    sheet(["Name"], name="More", state="hidden"),
    strings=_STRINGS,
)
with zipfile.ZipFile(io.BytesIO(_XLSX)) as _package:
    _PARTS = {name: _package.read(name) for name in _package.namelist()}

_options = st.builds(
    TableOptions,
    encoding=st.sampled_from(["", *ENCODINGS, "ebcdic"]),
    delimiter=st.sampled_from(["", *DELIMITERS, "x"]),
    header_line=st.none() | st.integers(-1, 6),
    sheet=st.sampled_from(["", "More", "None"]),
)
_edits = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), st.binary(max_size=12)), max_size=6)
_much = settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def edited(content: bytes, edits) -> bytes:
    """`content` with some runs of bytes replaced."""
    for at, length, new in edits:
        at %= len(content) + 1
        content = content[:at] + new + content[at + length :]
    return content


def read_bounded(content: bytes, options: TableOptions = TableOptions()) -> None:  # noqa: B008
    """Read all; fails for every exception but TableRefused, and for more time or memory than is due."""
    started = time.monotonic()
    tracemalloc.start()
    try:
        table = open_table(io.BytesIO(content), options=options)
        for row in table.rows():
            assert set(row.cells) <= set(table.headers)
            assert row.problem or len(row.cells) == len(table.headers)
            "".join([*row.cells.values(), row.problem]).encode()
        table.close()
    except TableRefused as refused:
        assert str(refused)
        assert refused.code
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < _MAX_BYTES
    assert time.monotonic() - started < _MAX_SECONDS


@_much
@given(st.binary(max_size=600), _options)
@example(b"PK\x03\x04" + b"\0" * 30 + b"PK\x05\x06" + b"\xff" * 18, TableOptions())
@example(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, TableOptions())
@example(b"\xff\xfe\x00\xd8", TableOptions())
def test_no_bytes_whatever_break_the_reader(content, options):
    read_bounded(content, options)


@_much
@given(st.text(alphabet="ab\"\n\r,;\t|\0 @1.='ä", max_size=400), _options)
def test_no_text_whatever_breaks_the_reader(content, options):
    read_bounded(content.encode(), options)


@_much
@given(st.sampled_from(_CSV), _edits, _options)
def test_no_change_to_a_csv_breaks_the_reader(content, edits, options):
    read_bounded(edited(content, edits), options)


@_much
@given(_edits, _options)
def test_no_change_to_the_archive_of_a_workbook_breaks_the_reader(edits, options):
    read_bounded(edited(_XLSX, edits), options)


@_much
@given(st.sampled_from(sorted(_PARTS)), _edits, _options)
def test_no_change_to_a_part_of_a_workbook_breaks_the_reader(name, edits, options):
    read_bounded(archive(_PARTS | {name: edited(_PARTS[name], edits)}), options)


_NAMES = ["r", "t", "s", "hidden", "min", "numFmtId", "formatCode", "Id", "Target", "Type", "state"]
_VALUES = ["", "-1", "0", "1", "7", "9" * 20, "A1", "ZZZ9", "s", "str", "e", "b", "inlineStr"]
_TAGS = [
    "row",
    "c",
    "v",
    "f",
    "is",
    "t",
    "r",
    "rPh",
    "si",
    "col",
    "mergeCell",
    "numFmt",
    "xf",
    "cellXfs",
    "sheet",
]
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(_NAMES),
    st.sampled_from(_VALUES) | st.text(alphabet="abAB019-_./ ", max_size=6),
    max_size=4,
)
_INSIDE = st.sampled_from(["", "1", "1e400", "-5", "0", "x", "_xD800_", "4.9E+11", "#N/A"])


@st.composite
def _elements(draw, depth: int = 4) -> str:
    name, attributes = draw(st.sampled_from(_TAGS)), draw(_ATTRIBUTES)
    written = "".join(f' {key}="{value}"' for key, value in attributes.items())
    inside = draw(_INSIDE)
    if depth:
        inside += "".join(draw(st.lists(_elements(depth - 1), max_size=3)))
    return f"<{name}{written}>{inside}</{name}>"


@pytest.mark.slow
@_much
@given(st.sampled_from(["sheetData", "sst", "styles", "workbook"]), _elements())
@example("styles", '<cellXfs><xf numFmtId=""></xf></cellXfs>')
def test_no_nonsense_in_a_part_breaks_the_reader(place, elements):
    name, end = {
        "sheetData": ("xl/worksheets/sheet1.xml", "</sheetData>"),
        "sst": ("xl/sharedStrings.xml", "</sst>"),
        "styles": ("xl/styles.xml", "</styleSheet>"),
        "workbook": ("xl/workbook.xml", "</workbook>"),
    }[place]
    read_bounded(archive(_PARTS | {name: _PARTS[name].decode().replace(end, elements + end)}))


def bomb(name: str, start: str, unit: str, end: str, megabytes: int = 100) -> bytes:
    """A workbook one part of which is a small text over and over."""
    unit *= -(-(1 << 20) // len(unit))
    file = io.BytesIO(archive({part: content for part, content in _PARTS.items() if part != name}))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as package, package.open(name, "w") as part:
        part.write(start.encode())
        for _ in range(megabytes):
            part.write(unit.encode())
        part.write(end.encode())
    return file.getvalue()


_SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
_SHEET_END = "</sheetData></worksheet>"
_SST = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_SHEET_PART, _STRINGS_PART = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_NAME = '<row><c t="inlineStr"><is><t>Name</t></is></c></row>'
BOMBS = {
    "one cell": (_SHEET_PART, f'{_SHEET}{_NAME}<row><c t="str"><v>', "x", "</v></c></row>" + _SHEET_END),
    "one attribute": (_SHEET_PART, f'{_SHEET}{_NAME}<row a="', "x", '"/>' + _SHEET_END),
    "long attributes": (
        _SHEET_PART,
        f"{_SHEET}{_NAME}<row>",
        f'<c a="{"x" * 100_000}"/>',
        "</row>" + _SHEET_END,
    ),
    "one comment": (_SHEET_PART, f"{_SHEET}{_NAME}<!--", "x", "-->" + _SHEET_END),
    "nested elements": (_SHEET_PART, f"{_SHEET}{_NAME}", "<a>", ""),
    "many names": (_SHEET_PART, _SHEET + _NAME, "".join(f"<a{n}/>" for n in range(100_000)), _SHEET_END),
    "empty cells": (_SHEET_PART, f"{_SHEET}{_NAME}<row>", "<c/>", "</row>" + _SHEET_END),
    "one shared text": (_STRINGS_PART, f"{_SST}<si><t>", "x", "</t></si></sst>"),
    "many formats": ("xl/styles.xml", "<s><cellXfs>", "<xf/>", "</cellXfs></s>"),
    "many types": ("[Content_Types].xml", "<s>", "<Override/>", "</s>"),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_small_file_that_swells_is_read_or_refused_in_little_memory(settings, kind):
    settings.TABLE_MAX_RATIO = 1_000_000  # let the reader meet what the check before it would stop
    read_bounded(bomb(*BOMBS[kind]))


@pytest.mark.parametrize("kind", [kind for kind in BOMBS if kind != "many names"])  # it hardly swells
def test_a_small_file_that_swells_is_refused_before_it_is_unpacked(kind):
    with pytest.raises(TableRefused, match=r"times its size|damaged"):
        open_table(io.BytesIO(bomb(*BOMBS[kind])))


def test_a_csv_of_one_endless_line_stays_small():
    read_bounded(b"Name\n" + b"x" * (200 << 20) + b"\nAnna\n")


def test_a_csv_of_one_endless_quoted_cell_stays_small():
    read_bounded(b'Name\n"' + b"x\n" * 50_000)
