"""Writers of files: guarded, typed, endless, and readable by others."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from backoffice.core.files import xlsx
from backoffice.core.files.exports import CellKind, Column, CsvDialect, guard, unguard, write_csv, write_xlsx
from backoffice.core.files.tables import open_table

TZ = ZoneInfo("Europe/Berlin")
TEXT = [Column("text", "Text", CellKind.TEXT)]
# what a file can hold at all: no controls but tab and newline, no halves of a pair
texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), max_size=40
)


@given(texts)
def test_taking_the_guard_off_gives_back_what_was_there(text):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"))


@given(st.lists(st.text(";,\t\n\"=+@'a", max_size=12), min_size=1, max_size=3))
@example(["x;=1+1;"])
@example(['x,"=1+1",'])
@example(["a\n=1+1"])
def test_no_separator_makes_a_formula_of_the_middle_of_a_text(values):
    for written in ";,\t":
        content = b"".join(
            write_csv(TEXT * 2, [(value,) * 2 for value in values], dialect=CsvDialect(written, "."), tz=TZ)
        )
        for expected in ";,\t":
            lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=expected)
            assert not [cell for line in lines for cell in line if cell[:1] and cell[0] in "=+@"]
    assert [unguard(guard(value)) for value in values] == values


@given(st.lists(texts, max_size=5))
def test_csv_reads_back_as_written(values):
    content = b"".join(write_csv(TEXT, [(value,) for value in values], dialect=CsvDialect(";", ","), tz=TZ))

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [unguard(row[0]) if row else "" for row in rows[1:]] == values


@given(st.lists(texts, max_size=5))
def test_a_csv_for_other_programs_holds_text_as_it_is(values):
    dialect = CsvDialect(";", ",", guarded=False)
    content = b"".join(write_csv(TEXT, [(value,) for value in values], dialect=dialect, tz=TZ))

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row[0] if row else "" for row in rows[1:]] == values


@pytest.mark.parametrize("text", ["Team_x0041_ GmbH", "_x000D_", "_x005F_x0041_", "__x00e9__", "_x12_ & _x"])
def test_text_that_looks_like_an_escape_stays_text_in_a_workbook(text):
    content = b"".join(write_xlsx(TEXT, [(text,), ("plain",)], title="T", tz=TZ))

    rows = list(open_table(io.BytesIO(content)).rows())
    assert [row.cells["text"] for row in rows] == [text, "plain"]


@given(st.lists(texts.filter(bool), min_size=1, max_size=5))
def test_xlsx_reads_back_as_written(values):
    content = b"".join(write_xlsx(TEXT, [(value,) for value in values], title="T", tz=TZ))

    sheet = load_workbook(io.BytesIO(content)).active
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == values


def test_every_kind_is_written_as_itself():
    columns = [Column(kind.name, kind.name, kind) for kind in CellKind]
    moment = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)
    row = ("x", 7, 1250, date(1999, 12, 31), moment, True)

    content = b"".join(write_csv(columns, [row, [None] * 6], dialect=CsvDialect(",", "."), tz=TZ))
    first, second = content.decode("utf-8-sig").splitlines()[1:]
    sheet = load_workbook(io.BytesIO(b"".join(write_xlsx(columns, [row], title="T", tz=TZ)))).active
    cells = next(sheet.iter_rows(min_row=2, values_only=True))

    assert first == "x,7,12.50,1999-12-31,2026-03-29T01:59:59+01:00,TRUE"
    assert second == ",,,,,FALSE"
    assert cells == ("x", 7, 12.5, datetime(1999, 12, 31), datetime(2026, 3, 29, 1, 59, 59), True)


def test_what_xml_cannot_hold_goes_and_the_rest_stays():
    content = b"".join(write_xlsx(TEXT, [("a\x00b\x0bc<&>\ud800d",)], title="T", tz=TZ))

    assert load_workbook(io.BytesIO(content)).active["A2"].value == "abc<&>d"


def test_more_rows_than_a_sheet_holds_go_to_the_next(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 4)

    content = b"".join(write_xlsx(TEXT, [(f"r{n}",) for n in range(8)], title="Gäste", tz=TZ))

    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Gäste", "Gäste 2", "Gäste 3"]
    values = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert values == [f"r{n}" for n in range(8)]
    assert all(sheet["A1"].value == "text" for sheet in book)


def test_the_package_has_every_part_once():
    content = b"".join(write_xlsx(TEXT, [("x",)], title='A/B:"C"', tz=TZ))

    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert len(names) == len(set(names)) == 6
