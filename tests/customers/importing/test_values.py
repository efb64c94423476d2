"""Cells of a list as values of a customer, in the spellings of eight countries and three languages."""

import time
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from backoffice.core.text.days import DAY_FIRST, MONTH_FIRST
from backoffice.staff.models import Organisation
from customers.choices import Purpose
from customers.importing.fields import CONSENTS
from customers.importing.mapping import CustomerMapping
from customers.importing.reading import CustomerReader, RowRefused
from customers.importing.values import Answer, email_list

NAMES = {"first_name": "Zoë", "email": "zoe@example.org"}


def read(cells: dict, *, home="DE", **mapping):
    """The customer that one row states in an organisation of the country `home`; headers are field codes."""
    organisation = Organisation(name="Lindenhof", slug="lindenhof", country=home)
    cells = NAMES | cells
    mapping = CustomerMapping(columns={name: name for name in cells}, **mapping)
    return CustomerReader(organisation, list(cells), mapping).read(2, cells)


def fault(cells: dict, **options):
    """The one thing wrong, where a value that cannot be read refuses its row."""
    with pytest.raises(RowRefused) as caught:
        read(cells, on_unreadable="refuse", **options)
    (fault,) = caught.value.faults
    return fault


PHONES = {
    "DE": {
        "+491713920012": [
            *("0171 3920012", "0171/3920012", "0171-392 00 12", "(0171) 3920012", "+49 171 3920012"),
            *("+49 (0)171 3920012", "0049 171 3920012", "0049(0)1713920012", "491713920012", "1713920012"),
            *(
                "tel:+49-171-3920012",
                "'+491713920012",
                "'01713920012",
                "0171 392\u00a00012",
                "0171 – 3920012",
            ),
        ],
        "+493023125001": ["030 23125001", "030/23 12 50 01", "(030) 23125-001", "+49 30 23125001"],
    },
    "AT": {
        "+436641234567": ["0664 1234567", "0664/123 45 67", "+43 (0)664 1234567", "0043 664 1234567"],
        "+4312345678": ["01 2345678", "(01) 234 56 78", "+43 1 2345678"],
    },
    "CH": {
        "+41791234567": [
            "079 123 45 67",
            "079/123.45.67",
            "+41 (0)79 123 45 67",
            "0041791234567",
            "41791234567",
        ],
        "+41446681800": ["044 668 18 00", "+41 44 668 18 00"],
    },
    "ES": {
        "+34600000014": ["600 000 014", "600-00-00-14", "+34 600 000 014", "0034600000014", "34600000014"],
        "+34912345678": ["91 234 56 78", "(91) 2345678", "+34 912345678"],
    },
    "IT": {
        "+390669821234": ["06 6982 1234", "06/69821234", "+39 06 6982 1234", "0039 06 69821234"],
        "+393471234567": ["347 123 4567", "347-1234567", "+39 347 1234567", "393471234567"],
    },
    "FR": {
        "+33612345678": ["06 12 34 56 78", "06.12.34.56.78", "+33 6 12 34 56 78", "+33 (0)6 12345678"],
        "+33142685300": ["01 42 68 53 00", "0033 1 42 68 53 00"],
    },
    "GB": {
        "+442079460018": ["020 7946 0018", "(020) 7946 0018", "+44 (0)20 7946 0018", "0044 20 7946 0018"],
        "+447911123456": ["07911 123456", "+44 7911 123456", "447911123456"],
    },
    "US": {
        "+12125552368": [
            "(212) 555-2368",
            "212-555-2368",
            "212.555.2368",
            "1-212-555-2368",
            "+1 212 555 2368",
        ],
    },
}


@pytest.mark.parametrize(
    ("country", "text", "number"),
    [
        (country, text, number)
        for country in PHONES
        for number in PHONES[country]
        for text in PHONES[country][number]
    ],
)
def test_a_phone_is_one_number_however_it_is_written(country, text, number):
    assert read({"phone": text}, home=country).fields["phone"] == number
    assert read({"phone": text, "country": country}, home="PT").fields["phone"] == number


def test_a_second_number_is_the_first_of_a_customer_who_has_nothing_else():
    only = read({"phone": "", "phone2": "0171 3920012", "email": ""}).fields
    beside = read({"phone": "", "phone2": "0171 3920012"}).fields
    assert (only["phone"], "phone2" in only) == ("+491713920012", False)
    assert (beside["phone2"], "phone" in beside) == ("+491713920012", False)


def test_the_country_of_a_mapping_reads_phones_and_that_of_a_row_goes_before():
    assert read({"phone": "01 2345678"}, country="AT").fields["phone"] == "+4312345678"
    row = read({"phone": "600 000 014", "country": "Spanien"}, country="AT")
    assert (row.fields["phone"], row.fields["country"]) == ("+34600000014", "ES")
    assert read({"phone": "0491 92345"}).fields["phone"] == "+4949192345"  # Leer, no lost plus


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0171 CALL ME", "letters"),
        ("0171 392OO12 (privat)", "letters"),
        ("4.91714E+11", "scientific"),
        ("4,91714E+11", "scientific"),
        ("0" + "1" * 41, "several"),
        ("110", "short"),
        ("+49 171", "short"),
        ("000000000", "invalid"),
    ],
)
def test_a_phone_that_is_none_is_refused_with_its_reason(text, code):
    found = fault({"phone": text})
    assert (found.column, found.value, found.code) == ("phone", text, code)


@pytest.mark.parametrize(
    "text",
    [
        "a@example.org",
        "A.B+c_d-e@mail.example.co.uk",
        "anna_@example.org",
        "o'neill@example.ie",
        "1@example.museum",
        "anna@müller.example.org",
    ],
)
def test_an_e_mail_stays_as_it_is_written(text):
    assert read({"email": text}).fields["email"] == text


@pytest.mark.parametrize(
    "text",
    [
        *("anna", "anna@", "@example.org", "anna@example", "anna@exa mple.org", "a@example..org"),
        *(
            ".anna@example.org",
            "anna@-example.org",
            "anna@example.org, otto",
            "Anna <a@example.org>",
        ),
        *("anna@example.org\u200b", "anna@[127.0.0.1]"),
        *("a@b@example.org", "anna@example-.org", "anna@example.org\nBcc: x@example.org"),
    ],
)
def test_an_e_mail_that_is_none_is_refused(text):
    assert fault({"email": text}).column == "email"


@pytest.mark.parametrize(
    "text",
    [
        *("1990-05-03", "1990/5/3", "1990.05.03", "19900503", "3.5.1990", "03.05.1990", "3. 5. 1990"),
        *("3. Mai 1990", "03 Mai 1990", "3 de mayo de 1990", "3 mayo 1990", "3 May 1990", "May 3, 1990"),
        *("3-may-1990", "1990-05-03T00:00:00", "1990-05-03 00:00", "03.05.1990 00:00:00", "32996"),
    ],
)
def test_a_birthday_is_one_day_however_it_is_written(text):
    assert read({"birthday": text}).fields["birthday"] == date(1990, 5, 3)


def test_a_day_that_can_be_read_two_ways_is_read_as_its_column_or_refused():
    orders = [DAY_FIRST, MONTH_FIRST]
    days = [read({"birthday": "03/05/1990"}, day_orders={"birthday": order}) for order in orders]

    assert [row.fields["birthday"] for row in days] == [date(1990, 5, 3), date(1990, 3, 5)]
    assert fault({"birthday": "03/05/1990"}).code == "ambiguous_date"
    for told in ("31/12/1990", "12/31/1990", "07/07/1990"):
        assert read({"birthday": told}).fields["birthday"].year == 1990


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("30.02.1990", "date"), ("1990-13-01", "date"), ("heute", "date"), ("05/1990", "date")),
        *(("3.5.90", "year"), ("03/05/90", "year"), ("2190-01-01", "birthday"), ("1850-01-01", "date")),
    ],
)
def test_a_birthday_that_is_none_is_refused(text, code):
    assert fault({"birthday": text}).code == code


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-03-01", datetime(2019, 2, 28, 23, tzinfo=UTC)),
        ("01.03.2019", datetime(2019, 2, 28, 23, tzinfo=UTC)),
        ("1 de marzo de 2019", datetime(2019, 2, 28, 23, tzinfo=UTC)),
        ("2019-03-01 18:30", datetime(2019, 3, 1, 17, 30, tzinfo=UTC)),
        ("03/31/2019 6:30 pm", datetime(2019, 3, 31, 16, 30, tzinfo=UTC)),
        ("3/31/2019 12:30 AM", datetime(2019, 3, 30, 23, 30, tzinfo=UTC)),
        ("01.03.2019, 18:30", datetime(2019, 3, 1, 17, 30, tzinfo=UTC)),
        ("2019-03-01T18:30:00-05:00", datetime(2019, 3, 1, 23, 30, tzinfo=UTC)),
        ("2019-07-01T18:30:00Z", datetime(2019, 7, 1, 18, 30, tzinfo=UTC)),
    ],
)
def test_a_customer_since_a_day_or_a_moment_in_the_zone_of_the_house(text, moment):
    assert read({"joined": text}).joined_at == moment


@pytest.mark.parametrize(
    ("cells", "address"),
    [
        ({"house_number": "12 a", "address1": "Hauptstr."}, "Hauptstr. 12 a"),
        ({"address1": "Main Street", "house_number": "12", "country": "US"}, "12 Main Street"),
        ({"address1": "Hauptstr. 12", "house_number": "12"}, "Hauptstr. 12"),
        ({"house_number": "12"}, "12"),
    ],
)
def test_a_house_number_joins_its_street_wherever_its_column_stands(cells, address):
    assert read(cells).fields["address1"] == address


@pytest.mark.parametrize("text", ["01067", "'01067", " 01067 "])
def test_a_postcode_keeps_its_zero(text):
    assert read({"postcode": text}).fields["postcode"] == "01067"


ANSWERS = {
    Answer.YES: [
        *("ja", "Ja", "JA", "yes", "Yes", "sí", "Sí", "si", "TRUE", "true", "WAHR", "VERDADERO", "1"),
        *("Subscribed", "abonniert", "x", "X", "✓", "☑", "y", "ja!", "yes, by phone", "Ja, per E-Mail"),
        *("Opted in", "opt-in", "SUBSCRIBED", "sí (en la tienda)", "enabled"),
    ],
    Answer.NO: [
        *("nein", "No", "no", "FALSE", "FALSCH", "FALSO", "0", "not subscribed", "not_subscribed"),
        *("Nicht abonniert", "NON_SUBSCRIBED", "disabled", "cleaned", "Nein, danke"),
    ],
    Answer.WITHDRAWN: [
        *("Unsubscribed", "UNSUBSCRIBED", "abbestellt", "Abgemeldet", "dado de baja", "Opted out"),
        *("opted_out", "Opt-Out", "blocklisted", "widerrufen", "do_not_contact"),
    ],
    Answer.UNKNOWN: [
        *("Unknown", "unbekannt", "Desconocido", "", "-", "n/a", "Pending", "Never subscribed"),
        *("NEVER_SUBSCRIBED", "never-subscribed"),
    ],
}
NEITHER = [
    "vielleicht",
    "2",
    "on",
    "ok",
    "TRUE TRUE",
    "Subscribed?",
    "ja, aber nicht mehr",
    "yes, not by mail",
]


@pytest.mark.parametrize("column", CONSENTS)
def test_only_a_clear_word_is_an_answer(column):
    purpose = CONSENTS[column]
    for answer, words in ANSWERS.items():
        for word in words:
            assert read({column: word}).answers == ({purpose: answer} if word else {}), word
    for word in NEITHER:
        assert fault({column: word}).code == "consent", word


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("birthday", "heute"),
        ("country", "Atlantis"),
        ("source", "5690175"),
        ("marketing_communications", "vielleicht"),
        ("phone2", "12"),
        ("joined", "irgendwann"),
        ("tags", "x" * 200),
        ("postcode", "1" * 40),
    ],
)
def test_what_tells_no_customer_from_another_is_left_out_and_said(column, text):
    row = read({column: text})
    (left,) = row.left_out
    assert (left.column, left.value[:10]) == (column, text[:10])
    assert row.fields["email"] == NAMES["email"]
    assert not row.allowed and not row.tags and row.source is None
    assert column not in row.fields
    assert read({column: text}, on_unreadable="refuse", left_out=[column]).left_out == []


@pytest.mark.parametrize(
    ("column", "text"),
    [("email", "nope"), ("phone", "12"), ("first_name", "x" * 200), ("last_name", "y" * 200)],
)
def test_what_tells_who_a_customer_is_must_be_right(column, text):
    with pytest.raises(RowRefused) as caught:
        read({column: text}, left_out=[column])
    assert [fault.column for fault in caught.value.faults] == [column]


@pytest.mark.parametrize("word", ["blocklisted", "Unsubscribed", "disabled", "bounced", "opted_out"])
def test_who_left_is_not_subscribed_whatever_the_column_is_called(word):
    cells = {"email": "a@example.org", "first_name": "A", "Zustand": word}
    mapping = CustomerMapping(columns={"email": "email", "first_name": "first_name"}, subscribe_all=True)
    reader = CustomerReader(Organisation(name="L", slug="l", country="DE"), list(cells), mapping)

    row = reader.read(2, cells)
    assert (row.allowed, [left.column for left in row.left_out]) == ([], ["Zustand"])
    assert reader.read(3, cells | {"Zustand": "enabled"}).allowed == [Purpose.MARKETING]


def test_a_file_that_says_no_is_not_overruled_by_subscribing_all():
    assert read({"marketing_communications": ""}, subscribe_all=True).allowed == [Purpose.MARKETING]
    for word in ("nein", "Unsubscribed", "pending", "vielleicht"):
        assert read({"marketing_communications": word}, subscribe_all=True).allowed == []


@pytest.mark.parametrize(
    "text", ["VIP, Stammgast", "VIP;Stammgast", "VIP | Stammgast", "VIP\nStammgast", "VIP,,Stammgast,vip,"]
)
def test_tags_are_split_at_every_usual_sign(text):
    assert read({"tags": text}).tags == ["VIP", "Stammgast"]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("web", "web"),
        ("Website", "web"),
        ("Lieferplattform", "delivery_platform"),
        ("Bestellplattform", "delivery_platform"),
        ("RESERVATION", "reservation"),
    ],
)
def test_a_source_is_a_code_or_its_name(text, source):
    assert read({"source": text}).source == source
    assert fault({"source": "Flyer"}).code == "source"


def test_every_fault_of_a_row_is_told_at_once():
    with pytest.raises(RowRefused) as caught:
        read(
            {"email": "nope", "phone": "12", "birthday": "heute", "country": "Atlantis", "tags": "x" * 200},
            on_unreadable="refuse",
        )
    assert {found.column for found in caught.value.faults} == {
        "email",
        "phone",
        "birthday",
        "country",
        "tags",
    }


@pytest.mark.parametrize(
    ("text", "number", "beside"),
    [
        ("030 23125084 ext 11", "+493023125084", "ext. 11"),
        ("0171 3920087 privat", "+491713920087", "privat"),
        ("Mobil: 0171 3920088", "+491713920088", "Mobil"),
        ("'+49 171 3920088 (Frau)", "+491713920088", "(Frau)"),
    ],
)
def test_what_stands_beside_a_phone_becomes_a_hint(text, number, beside):
    row = read({"phone": text, "phone2": "０１７１ ３９２００１２"})

    assert (row.fields["phone"], row.fields["phone2"]) == (number, "+491713920012")
    assert row.hints == [f"Beside a phone number stood “{beside}”. It is not kept."]


@pytest.mark.parametrize("name", ["\u200b", "\u3164", " \u2060\u00a0", "\u2800\u2800"])
def test_an_invisible_name_is_a_missing_name(name):
    assert fault({"first_name": name, "last_name": name}).code == "name"
    assert fault({"first_name": "", "full_name": f"{name} {name}"}).code == "name"


def test_digits_of_other_scripts_are_digits_in_every_cell():
    row = read({"birthday": "١٩٩٠-٠٥-٠٣", "joined": "२०२४-०५-०३ १८:३०", "marketing_communications": "１"})

    assert row.fields["birthday"] == date(1990, 5, 3)
    assert row.joined_at.isoformat() == "2024-05-03T16:30:00+00:00"
    assert row.allowed == [Purpose.MARKETING]


@pytest.mark.parametrize(
    "text",
    [
        "0171 3920012 / 030 23125001",
        "0171 3920012, 030 23125001",
        "+49 171 3920012 ::: +49 30 23125001",
        "0171 3920012; 030 23125001",
        "0171 3920012\n030 23125001",
        "0171 3920012 oder 030 23125001",
    ],
)
def test_a_list_of_numbers_in_one_cell_is_two_numbers(text):
    fields = read({"phone": text}).fields
    assert (fields["phone"], fields["phone2"]) == ("+491713920012", "+493023125001")


def test_what_has_no_field_is_a_further_contact_point():
    row = read(
        {
            "phone": "0171 3920012, 0171 3920013, 0171 3920014",
            "notes": "Fenster",
            "email": "a@x.org ::: b@x.org",
        }
    )
    assert (row.fields["phone"], row.fields["phone2"]) == ("+491713920012", "+491713920013")
    assert row.fields["email"] == "a@x.org"
    assert sorted(row.further) == [
        ("email", "b@x.org", "b@x.org"),
        ("phone", "+491713920014", "+491713920014"),
    ]
    assert (row.fields["notes"], row.hints) == ("Fenster", [])


def test_the_second_number_of_a_list_never_takes_the_place_of_a_column():
    row = read({"phone": "0171 3920012, 0171 3920013", "phone2": "030 23125001"})
    assert (row.fields["phone"], row.fields["phone2"]) == ("+491713920012", "+491713920013")
    assert row.further == [("phone", "+493023125001", "+493023125001")]


def test_phones_and_emails_of_one_cell_find_their_places_and_may_be_shared():
    row = read({"contact_points": "+491713920012; +493023125001 (shared); a@x.org; B@x.org; +493023125002"})
    assert (row.fields["phone"], row.fields["phone2"]) == ("+491713920012", "+493023125001")
    assert [value for _kind, _key, value in row.further] == ["a@x.org", "B@x.org", "+493023125002"]
    assert row.shared == {("phone", "+493023125001")}


@pytest.mark.parametrize(
    ("text", "postcode", "city"),
    [
        ("10115 Berlin", "10115", "Berlin"),
        ("D-10115 Berlin", "10115", "Berlin"),
        ("28013 Madrid", "28013", "Madrid"),
        ("SW1A 1AA London", "SW1A 1AA", "London"),
        ("Bad Tölz", "", "Bad Tölz"),
        ("55116 Mainz am Rhein", "55116", "Mainz am Rhein"),
    ],
)
def test_postcode_and_city_in_one(text, postcode, city):
    fields = read({"town": text}).fields
    assert (fields.get("postcode", ""), fields["city"]) == (postcode, city)


def test_a_second_line_joins_the_first_address():
    fields = read({"address_line": "Hinterhaus", "address1": "Weg", "house_number": "3"}).fields
    assert fields["address1"] == "Weg 3, Hinterhaus"


@pytest.mark.parametrize(
    ("text", "value"), [('="01067"', "01067"), ('="Eda ""X"""', 'Eda "X"'), ('=""', '=""')]
)
def test_text_kept_from_a_spreadsheet_is_text(text, value):
    assert read({"postcode": text}).fields["postcode"] == value


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ('"VIP","Stammtisch"', ["VIP", "Stammtisch"]),
        ("* myContacts ::: Stammgast", ["Stammgast"]),
        ("„VIP“; Stammtisch", ["VIP", "Stammtisch"]),
    ],
)
def test_tags_as_other_programs_list_them(text, tags):
    assert read({"tags": text}).tags == tags


@pytest.mark.parametrize(
    "text",
    [
        "2019-03-01 18:30:00 UTC",
        "2019-03-01 19:30:00 +0100",
        "2019-03-01T18:30:00.000Z",
        "2019-03-01 18:30 GMT",
    ],
)
def test_a_zone_may_be_a_word(text):
    assert read({"joined": text}).joined_at == datetime(2019, 3, 1, 18, 30, tzinfo=UTC)


def test_a_further_e_mail_is_the_first_of_who_has_no_other():
    row = read({"email": "", "more_emails": "b@example.org"})
    assert (row.fields["email"], row.further) == ("b@example.org", [])


@pytest.mark.parametrize(
    "column",
    [
        *("town", "phone", "email", "marketing_communications", "birthday", "joined", "tags"),
        *("country", "language", "source", "modules", "full_name", "opening_points", "house_number", "notes"),
    ],
)
@pytest.mark.parametrize("text", ["1" * 30_000, " 1" * 15_000, "a" + " " * 30_000 + "b", "/" * 30_000])
def test_a_cell_as_long_as_a_file_may_have_costs_no_time(column, text):
    began = time.process_time()
    with suppress(RowRefused):
        read({column: text})
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Berger, Bernd <b@x.org>; w@x.org", [("Berger, Bernd", "b@x.org"), ("", "w@x.org")]),
        ("Berger, Bernd <b@x.org>, c@x.org", [("Berger, Bernd", "b@x.org"), ("", "c@x.org")]),
        ("a@x.org, Berger, Bernd <b@x.org>", [("", "a@x.org"), ("Berger, Bernd", "b@x.org")]),
        ("a@x.org, Ben <b@x.org>", [("", "a@x.org"), ("Ben", "b@x.org")]),
        ("Ben <b@x.org>, Eva <e@x.org>", [("Ben", "b@x.org"), ("Eva", "e@x.org")]),
        ("nobody, c@x.org", [("", "nobody"), ("", "c@x.org")]),
        ("<b@x.org>, <c@x.org>", [("", "b@x.org"), ("", "c@x.org")]),
    ],
)
def test_a_comma_inside_a_pasted_name_does_not_cut_it(text, people):
    assert [(name, email) for _line, name, email in email_list(text)] == people
