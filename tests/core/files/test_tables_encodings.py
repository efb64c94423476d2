"""Which letters the bytes of a text file are, and what is said when that is not certain."""

import io

import pytest

from backoffice.core.files.tables import TableOptions, TableRefused, open_table
from tests.core.files.text_reading import read, refusal, table

ENCODED = [
    ("utf-8", "utf-8"),
    ("utf-8-sig", "utf-8"),
    ("utf-16", "utf-16"),
    ("utf-16-be", "utf-16"),
    ("cp1252", "cp1252"),
]


@pytest.mark.parametrize(("encoding", "name"), ENCODED)
def test_every_usual_encoding_is_read_and_named(encoding, name):
    text = "Name;Straße\nÄnne;„Süd“ 5 €\n"
    opened = table(("\ufeff" if encoding == "utf-16-be" else "") + text, encoding)
    assert next(opened.rows()).cells == {"Name": "Änne", "Straße": "„Süd“ 5 €"}
    assert opened.encoding == name


def test_a_late_umlaut_still_decides_the_encoding():
    content = ("name,city\n" + "Anna,Bonn\n" * 200_000).encode() + "Jörg,Köln\n".encode("cp1252")
    *_, last = table(content).rows()
    assert last.cells == {"name": "Jörg", "city": "Köln"}


def test_a_chosen_encoding_is_taken_instead():
    content = "Name\nJörg\n".encode()
    opened = open_table(io.BytesIO(content), options=TableOptions(encoding="cp1252"))
    assert next(opened.rows()).cells["Name"] == "JÃ¶rg"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_without_a_mark_is_refused_with_a_remedy(encoding):
    error = refusal("Name;Ort\nAnna;Bonn\n".encode(encoding))
    assert (error.code, "Save it as CSV (UTF-8)" in str(error)) == ("encoding", True)


@pytest.mark.parametrize(
    "content", [b"name\n\x81\xff", b"\xff\xfea", "name\n\ud800".encode("utf-16", "surrogatepass")]
)
def test_bytes_that_are_no_text_are_refused(content):
    error = refusal(content)
    assert (error.code, "Save it" in str(error)) == ("encoding", True)


def test_bytes_of_another_encoding_are_refused_in_their_row():
    content = "Name\nJörg\nÄnne\n".encode() + "Jürgen\n".encode("cp1252")
    *good, bad = open_table(io.BytesIO(content)).rows()
    assert [row.cells["Name"] for row in good] == ["Jörg", "Änne"]
    assert (bad.line, "broken (“J\ufffdrgen”)" in bad.problem) == (4, True)


@pytest.mark.parametrize("name", ["MÃ¼ller", "GroÃŸe", "Ã–zil", "J\ufffdrg", "Dâ€™Angelo"])
def test_letters_that_came_out_wrong_are_refused_and_named(name):
    bad, good = read(f"Name;Ort\n{name};Köln\nJOÃO;Âge\n")
    assert f"broken (“{name}”). Save the list again" in bad.problem
    assert good.problem == ""


def test_long_words_with_rare_letters_cost_no_time(settings):
    settings.TABLE_MAX_SECONDS = 2
    long = "ä" * 10_000
    assert {row.problem for row in read("Name\n" + f"{long}\n" * 200)} == {""}


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
@pytest.mark.parametrize("name", ["Jäger", "José Jäger"])
def test_umlauts_of_an_old_mac_or_of_dos_are_refused_not_guessed(encoding, name):
    error = refusal(f"Name\n{name}\n".encode(encoding))
    assert (error.code, "Umlauts and accents" in str(error)) == ("encoding", True)


@pytest.mark.parametrize("name", ["Dušan", "Žižek", "O’Brien", "L’Hôpital–Süd", "Straße § 5", "Ÿ"])
def test_rare_letters_of_windows_stay(name):
    assert read(f"Name\n{name}\n", "cp1252")[0].cells == {"Name": name}


def test_a_wrongly_chosen_encoding_is_said():
    with pytest.raises(TableRefused, match=r"cannot be read as utf-8\. Choose another"):
        open_table(io.BytesIO("Jörg".encode("cp1252")), options=TableOptions(encoding="utf-8"))
