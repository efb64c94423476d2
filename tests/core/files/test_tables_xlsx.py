import io
from datetime import date, datetime

import openpyxl
import pytest

from backoffice.core.files.tables import Row, TableRefused, open_table
from backoffice.core.files.tables.workbook import XlsxTable
from tests.core.files.workbook_reading import STRINGS, guests, refusal, rows, table, value
from tests.samples.workbooks import (
    EURO,
    LONG_DATE,
    MOMENT,
    PERCENT,
    POSTCODE,
    TIME,
    Sheet,
    Styled,
    Xml,
    sheet,
    workbook,
)


def problem(cell, **parts) -> str:
    """What is wrong with one cell."""
    bad, good = rows(["name", "cell"], ["Anna", cell], ["Otto", "x"], **parts)
    assert (bad.cells["name"], good.problem) == ("Anna", "")
    return bad.problem


def test_a_workbook_of_openpyxl_is_read():
    book = openpyxl.Workbook()
    book.active.append(["Name", "Telefon", "Geburtstag", "PLZ", "ja"])
    book.active.append(["Änne", 491713920012, date(1990, 12, 31), "01067", True])
    file = io.BytesIO()
    book.save(file)
    opened = open_table(file, name="guests.xlsx")
    assert (opened.kind, opened.header_line, opened.sheet, opened.sheets) == ("xlsx", 1, "Sheet", ["Sheet"])
    values = ["Änne", "491713920012", "1990-12-31", "01067", "TRUE"]
    assert list(opened.rows()) == [Row(2, dict(zip(opened.headers, values, strict=True)))]


VALUES = [
    (491713920012, "491713920012"),
    (Styled("491713920012.0", 0), "491713920012"),
    (Styled("4.9171E+11", 0), "491710000000"),
    (Styled("4.91713920012E11", 0), "491713920012"),
    (Styled("1234567890123456789", 0), "1234567890123456789"),
    (Styled("1E-3", 0), "0.001"),
    (Styled("12.099999999999999", 0), "12.1"),
    (-3.5, "-3.5"),
    (Styled("0.15", PERCENT), "0.15"),
    (Styled(1234.5, EURO), "1234.5"),
    (Styled(1067, POSTCODE), "01067"),
    (date(1990, 12, 31), "1990-12-31"),
    (datetime(1990, 12, 31, 18, 30), "1990-12-31T18:30:00"),
    (Styled(33238, MOMENT), "1990-12-31"),
    (Styled(33238, LONG_DATE), "1990-12-31"),
    (Styled(0.75, TIME), "18:00:00"),
    (Styled(59, MOMENT), "1900-02-28"),
    (Styled(61, MOMENT), "1900-03-01"),
    (Styled(33238, 99), "33238"),
    (True, "TRUE"),
    (False, "FALSE"),
    ("  two spaces ", "  two spaces "),
    ("line\nbreak", "line\nbreak"),
    ("a_x000D_b", "a\rb"),
    ("a_x005F_x000D_b", "a_x000D_b"),
    ("_xD83D__xDE00_", "😀"),
    ("<&>", "<&>"),
    (Xml('<c r="{r}" t="d"><v>1990-12-31T00:00:00</v></c>'), "1990-12-31"),
    (Xml('<c r="{r}" t="str"><f>A1&amp;"!"</f><v>Anna!</v></c>'), "Anna!"),
    (Xml('<c r="{r}" t="str"><f>""</f><v></v></c>'), ""),
    (Xml('<c r="{r}"><f>1+1</f><v>2</v></c>'), "2"),
    (Xml('<c r="{r}" s="1"/>'), ""),
    (Xml('<c r="{r}"><v/></c>'), ""),
    (Xml('<c r="{r}" t="inlineStr"><is><r><t>An</t></r><r><rPr><b/></rPr><t>na</t></r></is></c>'), "Anna"),
    (Xml('<c r="{r}" t="inlineStr"><is><t>山田</t><rPh sb="0" eb="2"><t>ヤマダ</t></rPh></is></c>'), "山田"),
    (Xml('<c r="{r}" t="inlineStr"><is><t><![CDATA[a<b]]></t></is></c>'), "a<b"),
    (Xml("<c t='inlineStr'><is><t>no reference</t></is></c>"), "no reference"),
]


@pytest.mark.parametrize(("cell", "text"), VALUES)
def test_a_cell_is_read_as_its_owner_means_it(cell, text):
    assert value(cell) == text


def test_days_in_workbooks_that_count_from_1904_are_the_same_days():
    assert value(Styled(31776, 1), properties='<workbookPr date1904="1"/>') == "1990-12-31"


def test_a_workbook_without_styles_is_read():
    """As small programs write them."""
    assert value("Team_x005F_x0041_ GmbH", without=("xl/styles.xml",)) == "Team_x0041_ GmbH"


@pytest.mark.parametrize(("index", "text"), [(0, "one"), (1, "two"), (2, ""), (3, "_x000D_")])
def test_shared_texts_are_looked_up(index, text):
    assert value(Xml(f'<c r="{{r}}" t="s"><v>{index}</v></c>'), strings=STRINGS) == text


PROBLEMS = [
    (Xml('<c r="{r}" t="e"><v>#N/A</v></c>'), "Cell B2 holds the error #N/A. Correct it"),
    (Xml('<c r="{r}" t="e"><f>A9</f><v>#REF!</v></c>'), "Cell B2 holds the error #REF!"),
    (Xml('<c r="{r}"><f>1+1</f></c>'), "Cell B2 holds a formula without a result. Open the file in Excel"),
    (Xml('<c r="{r}"><f>1+1</f><v/></c>'), "formula without a result"),
    (Xml('<c r="{r}" t="e"><f>1+1</f></c>'), "formula without a result"),
    (Xml('<c r="{r}" t="b"><v>2</v></c>'), "The number in cell B2"),
    (Xml('<c r="{r}"><v>many</v></c>'), "The number in cell B2"),
    (Xml('<c r="{r}"><v>1_000</v></c>'), "The number in cell B2"),
    (Xml('<c r="{r}"><v>1e999</v></c>'), "The number in cell B2"),
    (Styled(-1, 1), "The number in cell B2"),
    (Styled(10_000_000, 1), "The number in cell B2"),
    (Styled(60, 1), "The number in cell B2"),  # 29 February 1900, which Excel alone knows
    (Xml('<c r="{r}" t="s"><v>7</v></c>'), "The text of cell B2 is missing"),
    (Xml('<c r="{r}" t="s"><v>-1</v></c>'), "The text of cell B2 is missing"),
    (Xml('<c r="B2"><v>1</v></c><c r="B2"><v>2</v></c>'), "Cell B2 stands twice"),
    ("a_x0000_b", "control characters"),
    ("x" * 10_001, "longer than 10000 characters"),
]


@pytest.mark.parametrize(("cell", "sentence"), PROBLEMS)
def test_a_cell_without_a_value_refuses_its_row_alone(cell, sentence):
    assert sentence in problem(cell, strings=STRINGS)


def test_a_row_with_nothing_but_a_faulty_cell_is_told():
    (row,) = rows(["a"], [Xml('<c r="A2"><f>1</f></c>')])
    assert (row.line, "Cell A2" in row.problem) == (2, True)


def test_a_row_of_endless_text_is_refused():
    bad, good = rows(["a"], ["x" * 9_000] * 200, ["1"])
    assert ("holds more than 1048576 characters" in bad.problem, good.cells["a"]) == (True, "1")


@pytest.mark.parametrize("dimension", ["", '<dimension ref="A1"/>', '<dimension ref="A1:XFD1048576"/>'])
def test_the_stated_dimension_is_not_believed(dimension):
    opened = table(workbook(sheet(["a", "b"], ["1", "2"], ["3", "4"], before=dimension)))
    assert [list(row.cells.values()) for row in opened.rows()] == [["1", "2"], ["3", "4"]]


def test_gaps_are_kept_and_empty_rows_are_skipped():
    book = sheet(["a", "b", "c"], None, ["1", None, "3"], [" ", "", None])
    last = '<row r="1048576"><c r="C1048576"><v>9</v></c></row></sheetData>'
    opened = table(workbook(Sheet("Guests", book.body.replace("</sheetData>", last))))
    assert list(opened.rows()) == [
        Row(3, {"a": "1", "b": "", "c": "3"}),
        Row(1_048_576, {"a": "", "b": "", "c": "9"}),
    ]


def test_a_short_table_above_a_million_formatted_rows_is_gone_through_once(monkeypatch):
    walks = []
    lines = XlsxTable._lines
    monkeypatch.setattr(XlsxTable, "_lines", lambda self: walks.append(1) or lines(self))

    opened = table(workbook(sheet(["a"], ["1"], *[[Xml('<c r="{r}" s="1"/>')]] * 50)))

    assert [row.cells for row in opened.rows()] == [row.cells for row in opened.rows()] == [{"a": "1"}]
    assert len(walks) == 1


def test_a_header_below_a_title_is_found():
    opened = table(workbook(sheet(["Kundenliste"], None, ["Name", "Mail"], ["Anna", "a@example.org"])))
    assert (opened.header_line, [row.line for row in opened.rows()]) == (3, [4])


def test_a_column_over_which_nothing_stands_is_called_by_its_number():
    opened = table(workbook(sheet(["Name", None, "Mail"], ["Anna", "x", "a@example.org", "y"])))
    assert opened.headers == ["Name", "#2", "Mail", "#4"]


def test_a_late_cell_beside_the_table_is_refused_with_its_column():
    *_, last = rows(["a"], *[["1"]] * 100, ["1", None, "x"])
    assert ("nothing names column C" in last.problem, last.cells) == (True, {"a": "1"})


def test_hidden_and_merged_cells_are_read_and_told():
    hidden = '<row r="3" hidden="1"><c r="A3"><v>1</v></c></row></sheetData>'
    merged = '<mergeCells><mergeCell ref="A2:B2"/></mergeCells>'
    book = sheet(["a", "b"], ["1"], before='<cols><col min="2" max="2" hidden="1"/></cols>', after=merged)
    opened = table(workbook(Sheet("Guests", book.body.replace("</sheetData>", hidden))))
    assert [list(row.cells.values()) for row in opened.rows()] == [["1", ""], ["1", ""]]
    assert [note.split()[0] for note in opened.notes] == ["Hidden", "Hidden", "Merged"]


def test_the_first_sheet_that_shows_something_is_read():
    hidden, empty = guests("Old", state="hidden"), sheet(name="Empty")
    opened = table(workbook(hidden, empty, guests(), guests("More")))
    assert (opened.sheet, opened.sheets) == ("Guests", ["Old", "Empty", "Guests", "More"])
    assert next(opened.rows()).cells["name"] == "Anna of Guests"
    assert opened.notes == ["Hidden sheets were left out: Old.", "Only the sheet “Guests” is read."]


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_a_chosen_sheet_is_read_even_when_hidden(state):
    opened = table(workbook(guests(), guests("Old", state=state)), sheet="Old")
    assert next(opened.rows()).cells["name"] == "Anna of Old"


def test_a_sheet_that_is_not_there_is_refused():
    with pytest.raises(TableRefused, match=r"no sheet “Old”. Choose one that it has"):
        table(workbook(guests()), sheet="Old")


SHEETLESS = [
    ((guests(state="hidden"), sheet(name="Empty")), "sheet", "Choose a hidden one"),
    ((sheet(),), "empty", "This workbook is empty"),
    ((Sheet("Chart", "", kind="chartsheet"),), "sheet", "no sheet with a table"),
    ((), "sheet", "no sheet with a table"),
]


@pytest.mark.parametrize(("sheets", "code", "sentence"), SHEETLESS)
def test_a_workbook_without_a_table_is_refused(sheets, code, sentence):
    error = refusal(workbook(*sheets))
    assert (error.code, sentence in str(error)) == (code, True)
