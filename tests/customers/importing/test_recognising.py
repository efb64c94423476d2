"""Which column is which: by the headers of other houses and ours, by content, by a person's word."""

import io

import pytest

from backoffice.core.files.tables import open_table
from customers.fields import FIELDS
from customers.importing.fields import ALTERNATIVES, COMPUTED, import_fields
from customers.importing.mapping import CustomerMapping
from customers.importing.profiling import profile_table, remember_mapping, suggest_mapping
from customers.importing.recognising import recognise
from customers.models import RememberedMapping
from tests.samples.houses import (
    LIGHTSPEED,
    SHOPIFY,
    SQUARE,
    WOOCOMMERCE,
    WOOCOMMERCE_REPORT,
    own_export,
)

HOUSES = {
    "shopify": (
        SHOPIFY,
        {
            **{"First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone": "phone"},
            **{"Accepts Email Marketing": "marketing_communications", "Note": "notes", "Tags": "tags"},
            **{"Default Address Company": "company", "Default Address Address1": "address1"},
            **{"Default Address Address2": "address_line", "Default Address City": "city"},
            **{"Default Address Province Code": "state", "Default Address Country Code": "country"},
            **{"Default Address Zip": "postcode", "Default Address Phone": "phone2"},
        },
    ),
    "square": (
        SQUARE,
        {
            **{"First Name": "first_name", "Last Name": "last_name", "Email Address": "email"},
            **{"Phone Number": "phone", "Company Name": "company", "Street Address 1": "address1"},
            **{
                "Street Address 2": "address_line",
                "City": "city",
                "State": "state",
                "Postal Code": "postcode",
            },
            **{"Birthday": "birthday", "Memo": "notes", "First Visit": "joined"},
            **{"Email Subscription Status": "marketing_communications"},
        },
    ),
    "lightspeed": (
        LIGHTSPEED,
        {
            **{"first_name": "first_name", "last_name": "last_name", "company_name": "company"},
            **{"email": "email", "phone": "phone", "mobile": "phone2", "date_of_birth": "birthday"},
            **{"physical_address1": "address1", "physical_address2": "address_line", "physical_city": "city"},
            **{"physical_postcode": "postcode", "physical_state": "state", "physical_country_id": "country"},
            **{"note": "notes", "created_at": "joined", "customer_group_name": "tags"},
        },
    ),
    # as its manual lists them, with the number of the house in a column of its own
    "lightspeed ecom": (
        [
            *("Internal ID", "Registered", "Language", "Firstname", "LastnamePreposition", "Lastname"),
            *("E-Mail", "Phone", "Mobile", "Customer type", "Company", "Coc number", "Vat number", "Attn"),
            *("Streetname", "Address 2", "Number", "Extension", "Zipcode", "City", "Region", "Country"),
        ],
        {
            **{"Firstname": "first_name", "Lastname": "last_name", "E-Mail": "email", "Phone": "phone"},
            **{"Mobile": "phone2", "Company": "company", "Vat number": "tax_id", "Language": "language"},
            **{"Streetname": "address1", "Number": "house_number", "Address 2": "address2"},
            **{"Zipcode": "postcode", "City": "city", "Region": "state", "Country": "country"},
            "Registered": "joined",
        },
    ),
    "woocommerce": (
        WOOCOMMERCE,
        {
            **{"first_name": "first_name", "last_name": "last_name", "email": "email"},
            **{"date_registered": "joined", "billing_company": "company", "billing_phone": "phone"},
            **{"billing_address_1": "address1", "billing_address_2": "address_line", "billing_city": "city"},
            **{"billing_postcode": "postcode", "billing_state": "state", "billing_country": "country"},
            "billing_email": "more_emails",
        },
    ),
    "woocommerce report": (
        WOOCOMMERCE_REPORT,
        {
            **{"Name": "full_name", "Sign Up": "joined", "Email": "email", "Country / Region": "country"},
            **{"City": "city", "Region": "state", "Postal Code": "postcode"},
        },
    ),
}


def fields_of(headers, samples=None, country="DE") -> dict[str, str]:
    """Field by header, for those that have one."""
    guesses = recognise(headers, samples or {}, country=country)
    return {header: guess.field for header, guess in guesses.items() if guess.field}


@pytest.mark.parametrize("house", HOUSES)
def test_the_columns_of_other_houses_find_their_fields(house):
    headers, fields = HOUSES[house]

    assert fields_of(headers) == fields


@pytest.mark.parametrize("language", ["de", "es", "en"])
@pytest.mark.parametrize("labelled", [True, False])
def test_our_own_export_is_read_whole_but_for_what_is_computed(language, labelled):
    content = own_export(language, labelled=labelled)
    table = open_table(io.BytesIO(content), name="guests.csv")

    fields = profile_table(table, country="DE").guesses.values()

    known = set(import_fields()) - ALTERNATIVES - {"notes", "opening_points", "contact_points"}
    assert sorted(guess.field for guess in fields if guess.field) == sorted(known)
    asked_for = {field.name for field in FIELDS if field.on_demand}
    assert len(fields) == len((known | COMPUTED) - asked_for)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        *(
            ("E-Mail-Adresse", "email"),
            ("emailadresse", "email"),
            ("E\u2011MAIL", "email"),
            ("Mail:", "email"),
        ),
        *(("Tel.-Nr.", "phone"), ("Tel.", "phone"), ("HANDYNUMMER", "phone"), ("Teléfono", "phone")),
        *(("telefono", "phone"), ("Geb.", "birthday"), ("Fecha de nacimiento", "birthday")),
        *(("Hausnummer", "house_number"), ("Haus-Nr.", "house_number"), ("Number", ""), ("Nr.", "")),
        *(("Straße", "address1"), ("STRASSE", "address1"), ("C.P.", "postcode"), ("Kd_seit", "joined")),
        *(("Schuhgröße", ""), ("Umsatz", ""), ("Rolle", ""), ("Passwort", "")),
    ],
)
def test_a_header_is_known_whatever_its_case_accents_and_signs(header, field):
    assert fields_of([header]).get(header, "") == field


@pytest.mark.parametrize(
    ("headers", "is_of_house"),
    [
        (["Nummer", "Straße", "PLZ"], False),
        (["Straße", "Nr.", "PLZ"], True),
        (["Straße", "PLZ", "Nummer"], False),
        (["Adresse", "Adresszusatz", "Número"], True),
        (["Straße", "Hausnummer", "Nummer"], False),
    ],
)
def test_a_number_is_of_the_house_right_behind_its_street_alone(headers, is_of_house):
    number = next(header for header in headers if header in ("Nummer", "Nr.", "Número"))

    assert (fields_of(headers).get(number) == "house_number") is is_of_house


@pytest.mark.parametrize(
    ("first", "second", "filled", "primary"),
    [
        ("Telefon", "Handy", "Handy", "Handy"),
        ("Telefon", "Handy", "Telefon", "Telefon"),
        ("Telefon", "Handy", None, "Telefon"),
        ("phone", "phone2", "phone2", "phone"),
        ("Erste Telefonnummer", "Zweite Telefonnummer", "Zweite Telefonnummer", "Erste Telefonnummer"),
    ],
)
def test_the_column_that_holds_numbers_is_the_first_phone(first, second, filled, primary):
    samples = {filled: ["0171 3920012"]} if filled else {}

    fields = fields_of([first, second], samples)

    assert (fields[primary], set(fields.values())) == ("phone", {"phone", "phone2"})


def test_columns_without_a_telling_header_are_known_by_what_stands_in_them():
    samples = {
        "A": ["a@example.org", "b@example.org", "c@example.org", "-", "d@example.org"],
        "B": ["0171 3920012", "+49 171 3920013"],
        "C": ["1713920012", "4711"],
        "D": ["a@example.org", "keine"],
    }
    assert fields_of(list(samples), samples) == {"A": "email", "B": "phone"}


def test_a_header_goes_before_content_and_no_field_is_given_twice():
    samples = {"Kontakt": ["x@example.org"], "E-Mail": ["y@example.org"], "Mail": ["z@example.org"]}

    assert fields_of(list(samples), samples) == {"E-Mail": "email", "Mail": "more_emails"}


@pytest.mark.parametrize(
    ("header", "cell"), [("Name", "#1001"), ("Nachname", "47"), ("Land", "N/A?"), ("Status", "blau")]
)
def test_a_header_counts_only_when_its_cells_fit(header, cell):
    assert header not in fields_of(["E-Mail", header], {"E-Mail": ["a@example.org"], header: [cell]})


@pytest.mark.parametrize("word", ["blocklisted", "unsubscribed", "cleaned"])
def test_a_column_of_states_is_known_by_its_words(word):
    samples = {"email": ["a@example.org", "b@example.org"], "status": ["enabled", word]}
    assert fields_of(list(samples), samples)["status"] == "marketing_communications"
    assert "Vegetarier" not in fields_of(["email", "Vegetarier"], {"Vegetarier": ["ja", "nein"]})


def test_of_many_numbers_the_fullest_columns_come_first():
    headers = ["E-Mail", "Business Phone", "Home Phone", "Mobile Phone", "Other Phone"]
    full = ["0171 3920071", "0171 3920072"]
    fields = fields_of(headers, {"E-Mail": ["a@example.org"], "Mobile Phone": full, "Home Phone": full[:1]})
    assert [fields.get(header) for header in headers[1:]] == ["more_phones", "phone2", "phone", "more_phones"]


def test_words_of_another_house_do_not_make_a_closed_list():
    samples = {
        "Source": ["Directory", "Instant Profile"],
        "Status": ["VIP", "Gold"],
        "Language": ["klingonisch"],
    }

    assert fields_of(list(samples), samples) == {}
    assert fields_of(["Source"], {"Source": ["web", "store"]}) == {"Source": "source"}


def test_first_and_last_name_go_before_both_in_one():
    assert fields_of(["Name", "Vorname", "Nachname"]) == {"Vorname": "first_name", "Nachname": "last_name"}
    assert fields_of(["Name", "E-Mail"]) == {"Name": "full_name", "E-Mail": "email"}


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Vorname", "Name"], {"Vorname": "first_name", "Name": "last_name"}),
        (["NAME", "Vorname"], {"NAME": "last_name", "Vorname": "first_name"}),
        (["Name", "Surname"], {"Name": "first_name", "Surname": "last_name"}),
        (["Nombre", "Primer apellido"], {"Nombre": "first_name", "Primer apellido": "last_name"}),
        (["Vorname", "Kundenname"], {"Kundenname": "full_name"}),
        (["Full name", "Last name"], {"Full name": "full_name"}),
    ],
)
def test_no_part_of_a_name_is_lost_beside_another(headers, fields):
    assert fields_of(headers) == fields


def test_the_only_phone_is_the_first_one():
    assert fields_of(["Vorname", "Festnetz"])["Festnetz"] == "phone"
    assert fields_of(["Festnetz", "Handy"]) == {"Festnetz": "phone2", "Handy": "phone"}


def test_points_are_ours_only_beside_the_points_earned_in_all():
    assert fields_of(["E-Mail", "Punkte"])["Punkte"] == "opening_points"
    assert "Punkte" not in fields_of(["E-Mail", "Punkte", "Erhaltene Punkte"])
    assert fields_of(["email", "points"])["points"] == "opening_points"
    assert "points" not in fields_of(["email", "points", "earned_points"])
    assert "points" not in fields_of(["id", "email", "revenue", "points"])


def test_a_mapping_is_remembered_for_the_house_and_the_headers(organisation, other_organisation):
    def profile(head):
        return profile_table(open_table(io.BytesIO(f"{head}\nZoë;blau\n".encode())), country="DE")

    chosen = CustomerMapping(columns={"A": "first_name", "B": "company"}, tag="2026", on_existing="skip")
    remember_mapping(organisation, profile("A;B"), chosen)

    again = suggest_mapping(profile("A;B"), organisation)
    assert (again.columns, again.on_existing, again.tag) == (chosen.columns, "skip", "")
    assert suggest_mapping(profile("A;C"), organisation).columns == {"A": "", "C": ""}
    assert suggest_mapping(profile("A;B"), other_organisation).columns == {"A": "", "B": ""}
    assert RememberedMapping.objects.count() == 1
