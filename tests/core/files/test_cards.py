"""Contacts (vCard) as a table: what every writer means comes back, whatever comes is bounded."""

import io
import re
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from backoffice.core.files.tables import TableOptions, TableRefused, open_table
from backoffice.core.files.tables.base import _BROKEN
from backoffice.core.text.text import has_control_characters
from tests.samples.contacts import ANDROID, IPHONE, OUTLOOK, VERSION_4, card, cards

_MAX_SECONDS = 10
_much = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


def table(content: bytes, **options):
    return open_table(io.BytesIO(content), options=TableOptions(**options), also=["vcf"])


def read(*lines: str, **how) -> dict[str, str]:
    """The cells of one card."""
    (row,) = table(cards(*card(*lines, **how))).rows()
    assert row.problem == ""
    return row.cells


# ---- Any text in any field ------------------------------------------------------------------------


def _escaped(text: str, version: str) -> str:
    if version == "2.1":
        return text.replace(";", "\\;")
    return re.sub(r"([\\;,])", r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> str:
    return "\r\n ".join(line[at : at + 75] for at in range(0, len(line), 75))


def _line(name: str, *texts: str, version: str) -> str:
    value = ";".join(_escaped(text, version) for text in texts)
    if version != "2.1":
        return _folded(f"{name}:{value}")
    octets = value.replace("\n", "\r\n").encode()
    signs = [chr(octet) if chr(octet).isalnum() and octet < 128 else f"={octet:02X}" for octet in octets]
    packed = "=\r\n".join("".join(signs[at : at + 24]) for at in range(0, len(signs), 24))
    return f"{name};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{packed}"


def _is_storable(text: str) -> bool:
    return bool(text) and not has_control_characters(text) and not _BROKEN.search(text)


_LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
_TEXT = st.text(_LETTERS, max_size=60).map(str.strip).filter(_is_storable)
_LINES = st.lists(_TEXT, min_size=1, max_size=3).map("\n".join)


@_much
@given(st.sampled_from(["2.1", "3.0", "4.0"]), _TEXT, _TEXT, _TEXT, _TEXT, _LINES)
@example("2.1", "a\\", "\\;", "C:\\new", ";", "=\n=3D")
@example("3.0", "\\n", "a\\;b", "\\", ",", "BEGIN:VCARD\nEND:VCARD")
@example("4.0", "a" * 75, "😀" * 80, "x" * 66 + "   " * 40 + "y", "ß", "é" * 200)
def test_any_text_in_any_field_comes_back_as_it_was(version, first, last, company, street, notes):
    assume(version != "2.1" or not last.endswith("\\"))  # there it would escape what ends the field
    lines = [
        _line("N", last, first, version=version),
        _line("ORG", company, version=version),
        _line("ADR", "", "", street, version=version),
        _line("NOTE", notes, version=version),
    ]

    cells = read(*lines, version=version)

    known = [cells[name] for name in ("First name", "Last name", "Company", "Address 1", "Notes")]
    assert known == [first, last, company, street, notes]


# ---- What writers mean ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("BDAY:19850412", "1985-04-12"),
        ("BDAY:1985-04-12T00:00:00Z", "1985-04-12"),
        ("BDAY;VALUE=date:1985-04-12", "1985-04-12"),
        ("BDAY:--0412", "--04-12"),
        ("BDAY:--04-12", "--04-12"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", "--04-12"),
        ("BDAY:1985-04", "1985-04"),
        ("BDAY;VALUE=text:circa 1800", "circa 1800"),
    ],
)
def test_a_birthday_is_read_in_each_spelling(written, cell):
    assert read(written)["Birthday"] == cell


def test_the_preferred_number_comes_first_then_mobiles_and_faxes_stay_out():
    numbers = ["TEL;HOME:1", "TEL;CELL:2", "TEL;FAX:3", "TEL;WORK;PREF:4", "TEL;CELL:(2)", "TEL:5", "TEL:6"]

    cells = read(*numbers, version="2.1")

    assert [cells[name] for name in ("Primary phone", "Secondary phone")] == ["4", "2"]
    assert cells["Further phone number"] == "1\n5\n6"


def test_numbers_and_emails_that_are_links_are_taken_out_of_them():
    cells = read(
        "TEL;VALUE=uri:tel:+49-30-12;ext=5", "EMAIL:mailto:a%2Bb@example.org?subject=x", version="4.0"
    )

    assert (cells["Primary phone"], cells["E-mail"]) == ("+49-30-12 ext. 5", "a+b@example.org")


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Anna de la Cruz"], ("Anna", "de la Cruz")),
        (["N:;;;;", "FN:Anna Sample"], ("Anna", "Sample")),
        (["N:Sample;Anna,Maria;B.;Dr.;jr."], ("Anna Maria B.", "Sample")),
        (["FN:Kern GmbH", "ORG:Kern GmbH;Laden"], ("", "Kern GmbH")),
        (["FN:Haus Kern", "X-ABShowAs:COMPANY"], ("", "Haus Kern")),
    ],
)
def test_a_name_is_that_of_its_parts_else_the_one_shown(lines, name):
    cells = read(*lines)

    assert (cells["First name"], cells["Last name"]) == name


@pytest.mark.parametrize(
    ("head", "packed"),
    [
        ("NOTE;encoding=quoted-printable;charset=windows-1252", b"Gr=FC=DFe"),
        ("NOTE;Quoted-Printable", b"Gr=FC=DFe"),  # no charset, and no UTF-8
        ("NOTE;QUOTED-PRINTABLE", b"Gr=C3=BC=C3=9Fe"),
        ("NOTE;CHARSET=ISO-8859-1", "Grüße".encode("latin-1")),
        ("NOTE;CHARSET=ISO-8859-1", "Grüße".encode()),  # somebody made UTF-8 of the file
        ("NOTE;CHARSET=UTF-8;ENCODING=8BIT", "Grüße".encode()),
        ("NOTE;ENCODING=B", b"R3LDvMOfZQ=="),
        ("NOTE;BASE64;CHARSET=ISO-8859-1", b"R3L832U="),
    ],
)
@pytest.mark.parametrize("other", ["", "N:ÖÖÖÖ"])
def test_letters_are_those_of_the_charset_that_their_line_names(head, packed, other):
    before = f"BEGIN:VCARD\r\nVERSION:2.1\r\n{other}\r\n{head}:".encode()

    (row,) = table(before + packed + b"\r\nEND:VCARD\r\n").rows()

    assert (row.cells["Notes"], row.problem) == ("Grüße", "")


def test_shift_jis_is_read_where_a_line_names_it():
    name = "ENCODING=QUOTED-PRINTABLE;CHARSET=SHIFT_JIS:=8E=52=93=63;=91=BE=98=59"

    assert read(f"N;{name}", version="2.1")["Last name"] == "山田"


# ---- Whatever comes -------------------------------------------------------------------------------


def read_bounded(content: bytes) -> int:
    """How many rows there are; fails for every exception but TableRefused, and after too long a time."""
    began, count = time.monotonic(), 0
    try:
        contacts = table(content)
        for row in contacts.rows():
            count += 1
            assert list(row.cells) == contacts.headers
            "".join([*row.cells.values(), row.problem]).encode()
    except TableRefused as refused:
        assert str(refused)
    assert time.monotonic() - began < _MAX_SECONDS
    return count


_EDITS = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 40), st.binary(max_size=12)), max_size=6)


@_much
@given(st.sampled_from([IPHONE, ANDROID, OUTLOOK, VERSION_4]), _EDITS)
def test_no_change_to_contacts_breaks_the_reader(content, edits):
    for at, length, new in edits:
        at %= len(content) + 1
        content = content[:at] + new + content[at + length :]
    read_bounded(b"BEGIN:VCARD\r\n" + content)


@_much
@given(st.text(alphabet='abN;:,"=\\. \r\n\0ä', max_size=300))
def test_no_text_within_a_card_breaks_the_reader(text):
    read_bounded(b"BEGIN:VCARD\r\n" + text.encode() + b"\r\nEND:VCARD\r\n")


@pytest.mark.parametrize(
    "head", ["TEL;X=" + "a," * 1900 + '":', "TEL" + ";a=" * 1300 + '":', "TEL;X=" + '"' * 3000]
)
def test_a_head_that_nearly_fits_takes_no_time(head):
    assert read_bounded(cards(*card(head + "1"))) == 1


@pytest.mark.parametrize(
    "value",
    [
        ("/9j4" * 19 + "\r\n ") * 40_000,  # folded
        ("/9j4" * 19 + "\r\n") * 40_000,  # as some phones fold
        "/9j4" * 800_000,  # in one line
    ],
    ids=["folded", "without space", "one line"],
)
def test_a_large_picture_takes_little_memory(value):
    content = cards(*card(f"PHOTO;ENCODING=B:{value}", "N:Sample;Anna"))
    tracemalloc.start()
    try:
        assert read_bounded(content) == 1
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 << 20


def test_memory_does_not_grow_with_the_number_of_cards():
    content = io.BytesIO(VERSION_4 * 1_000)
    contacts = open_table(content, also=["vcf"])
    next(contacts.rows())
    tracemalloc.start()
    try:
        assert sum(1 for _row in contacts.rows()) == 1_000
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20


def test_a_file_that_takes_too_long_is_refused(settings):
    settings.TABLE_MAX_SECONDS = 0
    with pytest.raises(TableRefused, match="took longer"):
        list(table(IPHONE).rows())
