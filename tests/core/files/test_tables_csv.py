import io

import pytest

from backoffice.core.files.tables import Row, TableRefused, open_table
from tests.core.files.text_reading import read, refusal, table


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(delimiter):
    header = delimiter.join(["name", '"a, b; c"', "city"])
    opened = table(f"{header}\nAnna{delimiter}x{delimiter}Bonn\n")
    assert opened.delimiter == delimiter
    assert next(opened.rows()).cells["city"] == "Bonn"


@pytest.mark.parametrize(
    "content",
    [
        "name;email\nMüller, Anna;a@example.org\nMaier, Otto;o@example.org\n",
        "name;revenue\nAnna;12,50\nOtto;8,00\n",
        "Kunden, Stand 2026\nname;email\nAnna;a@example.org\n",
        "Name, Vorname;Mail\nMüller, Anna;a@example.org\n",
    ],
)
def test_a_comma_inside_values_does_not_separate(content):
    assert table(content).delimiter == ";"


def test_a_chosen_delimiter_is_taken_instead():
    assert table("a,b;c\n1,2;3\n", delimiter=";").headers == ["a,b", "c"]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_the_separator_line_of_excel_is_understood(line):
    opened = table(f"{line}\r\na,b;c\r\n1;2\r\n")
    assert (opened.headers, opened.header_line) == (["a,b", "c"], 2)
    assert list(opened.rows()) == [Row(3, {"a,b": "1", "c": "2"})]
    assert "names the separator" in opened.notes[0]


def test_a_single_column_needs_no_delimiter():
    assert [row.cells for row in read("email\na@example.org\n")] == [{"email": "a@example.org"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_every_way(end):
    assert [row.line for row in read(f"a,b{end}1,2{end}{end}3,4{end}")] == [2, 4]


def test_quoted_newlines_stay_and_lines_are_counted_as_an_editor_does():
    rows = read('name,notes\r\nAnna,"two\r\nlines ""quoted"""\r\n\r\nOtto,x\r\n')
    assert [(row.line, row.cells["notes"]) for row in rows] == [(2, 'two\r\nlines "quoted"'), (5, "x")]


def test_short_rows_are_filled_and_long_ones_refused():
    short, padded, long = read("a,b\n1\n1,2,,\n1,2,3\n")
    assert (short.cells, short.problem) == ({"a": "1", "b": ""}, "")
    assert (padded.cells, padded.problem) == ({"a": "1", "b": "2"}, "")
    assert (long.line, long.cells) == (4, {"a": "1", "b": "2"})
    assert "more cells than the header: nothing names column 3" in long.problem


def test_delimiters_at_the_end_make_no_columns():
    opened = table("a;b;;;\n1;2;;;\n")
    assert (opened.headers, next(opened.rows()).cells) == (["a", "b"], {"a": "1", "b": "2"})


def test_a_column_without_a_name_is_called_by_its_number():
    opened = table("name;;city;\nAnna;x;Bonn;\n")
    assert opened.headers == ["name", "#2", "city"]
    assert next(opened.rows()).cells == {"name": "Anna", "#2": "x", "city": "Bonn"}


def test_a_late_cell_in_a_column_that_was_left_out_is_refused_not_lost():
    *_, last = read("a;;b\n" + "1;;2\n" * 100 + "1;x;2\n")
    assert "nothing names column 2" in last.problem
    assert last.cells == {"a": "1", "b": "2"}


@pytest.mark.parametrize("cell", ["An\x00na", "An\x07na", "An\u2028na", "An\x85na"])
def test_control_characters_are_refused_in_their_row(cell):
    bad, good = read(f"name,city\n{cell},Bonn\nOtto,Köln\n")
    assert "control characters" in bad.problem
    assert good.problem == ""


@pytest.mark.parametrize("quoted", ["", '"'])
def test_a_cell_that_is_too_long_is_refused_and_the_next_rows_are_read(settings, quoted):
    settings.TABLE_MAX_CELL_CHARACTERS = 100
    bad, good = read(f"name,city\n{quoted}{'x' * 101}{quoted},Bonn\nOtto,Köln\n")
    assert "longer than 100 characters" in bad.problem
    assert good == Row(3, {"name": "Otto", "city": "Köln"})


def test_a_line_without_end_is_refused_and_the_next_rows_are_read():
    bad, good = read("name,city\n" + "x," * 2_000_000 + "\nOtto,Köln\n")
    assert (bad.line, bool(bad.problem)) == (2, True)
    assert good == Row(3, {"name": "Otto", "city": "Köln"})


def test_quotes_that_do_not_match_are_refused_in_their_row():
    bad, good = read('name,city\n"An"na,Bonn\nOtto,Köln\n')
    assert "quotation marks" in bad.problem
    assert good.cells["name"] == "Otto"


@pytest.mark.parametrize("rows", [3, 3000])
def test_an_open_quote_names_its_row_and_takes_no_other_with_it(rows):
    content = 'name,city\n"Anna,Bonn\n' + "".join(f"Otto {n},Köln\n" for n in range(rows))
    bad, *good = read(content)
    assert (bad.line, "quotation marks" in bad.problem) == (2, True)
    assert [(row.line, row.cells["name"], row.problem) for row in good] == [
        (3 + n, f"Otto {n}", "") for n in range(rows)
    ]


def test_the_rest_of_a_cell_whose_quotes_failed_is_not_taken_for_a_row():
    bad, rest, good = read('name,city,notes\nAnna,Bonn,"one\ntwo" three\nOtto,Köln,x\n')
    assert (bad.line, rest.line) == (2, 3)
    assert "belongs to a row above" in rest.problem
    assert good == Row(4, {"name": "Otto", "city": "Köln", "notes": "x"})


HEADERS = [
    ("name,city\nAnna,Bonn\n", 1, ["name", "city"]),
    ("\n\nname,city\nAnna,Bonn\n", 3, ["name", "city"]),
    ("Kundenliste Stand 2026;;;\n\nName;Mail;Ort;PLZ\nAnna;a@b.de;x;1\n", 3, ["Name", "Mail", "Ort", "PLZ"]),
    ("Kunden\nStand: 2026\nName;Mail;Ort\nAnna;a@b.de;x\n", 3, ["Name", "Mail", "Ort"]),
    ("Kunden\n\nName;Ort\nAnna;Bonn\n", 3, ["Name", "Ort"]),
    (
        "Filiale;Mitte\nStand;24.11.2026\nName;Mail;Ort;PLZ\nAnna;a@b.de;x;1\n",
        3,
        ["Name", "Mail", "Ort", "PLZ"],
    ),
    ("Kunden\nName;Mail\nAnna;a@b.de\n", 2, ["Name", "Mail"]),
    ("name\nAnna,Bonn\n", 1, ["name"]),
    ("Name,Mail,Ort\nAnna,a@b.de,x\nx,y,z,1,2,3,4,5\n", 1, ["Name", "Mail", "Ort"]),
    ("Name;Umsatz 2025;2026\nAnna;1;2\n", 1, ["Name", "Umsatz 2025", "2026"]),
    ("Anna;a@example.org\nOtto;o@example.org\n", 0, ["#1", "#2"]),
    ("Anna;0171 1234567;\nOtto;;Bonn\n", 0, ["#1", "#2", "#3"]),
    ("Anna;31.12.1990\n", 0, ["#1", "#2"]),
    ("1;2\n3;4\n", 0, ["#1", "#2"]),
]


@pytest.mark.parametrize(("content", "line", "headers"), HEADERS)
def test_the_header_is_found_or_that_there_is_none(content, line, headers):
    opened = table(content)
    assert (opened.header_line, opened.headers) == (line, headers)


def test_what_was_recognised_about_the_header_is_told():
    assert "on line 3" in table("Kunden\n\nName;Ort\nAnna;Bonn\n").notes[0]
    assert "no header" in table("Anna;a@example.org\n").notes[0]


def test_a_chosen_header_line_is_taken_instead():
    content = "Kunden\nName;Mail\nAnna;a@example.org\n"
    assert [row.line for row in read(content, header_line=2)] == [3]
    assert read("Name;Ort\nAnna;Bonn\n", header_line=0)[0] == Row(1, {"#1": "Name", "#2": "Ort"})


@pytest.mark.parametrize("line", [2, 9])
def test_a_chosen_header_line_that_is_empty_is_refused(line):
    error = refusal("Name;Mail\n\nAnna;a@example.org\n", header_line=line)
    assert (error.code, str(error)) == (
        "header",
        f"Line {line} is empty. Choose the line that names the columns.",
    )


def test_a_header_alone_is_a_table_without_rows():
    assert (table("name,city\n").headers, read("name,city\n")) == (["name", "city"], [])


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", "empty", "is empty"),
        (b"\n\n", "empty", "is empty"),
        (b";;\n\r\n ; \n", "empty", "is empty"),
        (b"\xef\xbb\xbf", "empty", "is empty"),
        (b"name,NAME\n", "headers", "Two columns are called “NAME”. Rename"),
        (b"name,na\x00me2\n", "header", "control characters"),
        (b'"name,city\n', "header", "quotation marks"),
        (",".join(f"c{n}" for n in range(300)).encode(), "columns", "more than 200 columns"),
        (b",".join(b"a%d@example.org" % n for n in range(300)), "columns", "more than 200 columns"),
    ],
)
def test_what_is_no_table_is_refused_whole(content, code, sentence):
    error = refusal(content)
    assert (error.code, sentence in str(error)) == (code, True)


@pytest.mark.parametrize("limit", [10, 3])
def test_the_number_of_columns_is_a_setting(settings, limit):
    settings.TABLE_MAX_COLUMNS = limit
    content = ",".join(f"c{n}" for n in range(10)).encode()
    if limit == 10:
        assert len(table(content).headers) == 10
    else:
        assert refusal(content).code == "columns"


def test_rows_can_be_read_again_and_the_file_stays_open_for_its_owner():
    file = io.BytesIO(b"a\n1\n")
    opened = open_table(file)
    assert list(opened.rows()) == list(opened.rows())
    opened.close()
    assert not file.closed


def test_a_refused_file_stays_open_for_its_owner():
    file = io.BytesIO(b"")
    with pytest.raises(TableRefused):
        open_table(file)
    assert not file.closed


def test_reading_ends_when_it_takes_too_long(settings):
    opened = table("a\n" + "1\n" * 100)
    settings.TABLE_MAX_SECONDS = 0
    with pytest.raises(TableRefused, match=r"took longer than 0 seconds\. Split it") as caught:
        list(opened.rows())
    assert caught.value.code == "time"
