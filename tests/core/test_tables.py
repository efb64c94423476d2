import io

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from backoffice.core import tables
from backoffice.core.tables import CsvTable, Row


def table(content, encoding="utf-8") -> CsvTable:
    return CsvTable(io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding)))


def read(content, encoding="utf-8") -> list[Row]:
    return list(table(content, encoding).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding):
    assert read("Name;Straße\nÄnne;„Süd“ 5 €\n", encoding)[0].cells == {"Name": "Änne", "Straße": "„Süd“ 5 €"}


def test_a_late_umlaut_still_decides_the_encoding():
    content = ("name,city\n" + "Anna,Bonn\n" * 200_000).encode() + "Jörg,Köln\n".encode("cp1252")
    *_, last = table(content).rows()
    assert last.cells == {"name": "Jörg", "city": "Köln"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_usual_delimiter_is_found(delimiter):
    header = delimiter.join(["name", '"a, b; c"', "city"])
    assert read(f"{header}\nAnna{delimiter}x{delimiter}Bonn\n")[0].cells["city"] == "Bonn"


def test_a_single_column_needs_no_delimiter():
    assert [row.cells for row in read("email\na@example.org\n")] == [{"email": "a@example.org"}]


def test_quoted_newlines_stay_and_lines_are_counted_as_an_editor_does():
    rows = read('name,notes\r\nAnna,"two\r\nlines ""quoted"""\r\n\r\nOtto,x\r\n')
    assert [(row.line, row.cells["notes"]) for row in rows] == [(2, 'two\r\nlines "quoted"'), (5, "x")]


def test_short_rows_are_filled_and_long_ones_refused():
    short, padded, long = read("a,b\n1\n1,2,,\n1,2,3\n")
    assert (short.cells, short.problem) == ({"a": "1", "b": ""}, "")
    assert (padded.cells, padded.problem) == ({"a": "1", "b": "2"}, "")
    assert "more cells than the header" in long.problem


@pytest.mark.parametrize("cell", ["An\x00na", "An\x07na", "An\u2028na", "An\x85na"])
def test_control_characters_are_refused(cell):
    bad, good = read(f"name,city\n{cell},Bonn\nOtto,Köln\n")
    assert "control characters" in bad.problem
    assert good.problem == ""


def test_an_endless_cell_is_refused_and_the_next_rows_are_read(monkeypatch):
    monkeypatch.setattr(tables, "MAX_CELL_CHARACTERS", 100)
    rows = read("name,city\n" + "x" * 101 + ",Bonn\nOtto,Köln\n")
    assert "longer than 100 characters" in rows[0].problem
    assert rows[-1] == Row(3, {"name": "Otto", "city": "Köln"})


def test_quotes_that_do_not_match_are_refused_in_their_row():
    bad, good = read('name,city\n"An"na,Bonn\nOtto,Köln\n')
    assert "quotation marks" in bad.problem
    assert good.cells["name"] == "Otto"


def test_an_open_quote_at_the_end_is_refused():
    (bad,) = read('name,city\n"Anna,Bonn\n')
    assert "quotation marks" in bad.problem


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\n\n", "must name the columns"),
        (b";;\n1;2;3\n", "must name the columns"),
        (b"name,NAME\n", "Two columns are called"),
        (b"name,na\x00me2\n", "control characters"),
        (b'"name,city\n', "quotation marks"),
        (b"name\n\x81\xff\x00", "not text"),
        (("," * 300).encode() + b"x\n", "more than 200 columns"),
        (b"\xff\xfea", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_whole(content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        table(content)


def test_the_file_stays_open_for_its_owner():
    file = io.BytesIO(b"a\n1\n")
    opened = CsvTable(file)
    list(opened.rows())
    opened.close()
    assert not file.closed


@given(st.binary(max_size=300))
def test_no_bytes_whatever_break_the_reader(content):
    try:
        rows = read(content)
    except ValidationError:
        return
    assert all(isinstance(row.problem, str) for row in rows)
