"""Files and inputs that people met elsewhere, and what must come of them: tests/samples/met through the real
import, the list and its search. Further contacts stand in the second phone and the notes."""

import io
import json
from pathlib import Path

import pytest

from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.layouts import Layout
from backoffice.jobs.services import run_job
from customers.exporting import export_customers
from customers.importing import import_customers, runs
from customers.importing.mapping import CustomerMapping
from customers.models import ConsentEntry, Customer, CustomerTag, ImportRow
from orders.importing import import_orders
from orders.models import Order
from tests.customers.conftest import names
from tests.factories import make_customer, make_location, make_organisation

MET = Path(__file__).parent.parent / "samples" / "met"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def take(organisation, location):
    """Import one of the files; every row of it comes in."""

    def take(name, **options):
        with (MET / name).open("rb") as file:
            result = import_customers(file, organisation=organisation, name=name, **options)
        assert (result.counts.rejected, result.faults) == (0, [])
        return result

    return take


def known(organisation, *fields) -> list[tuple]:
    return list(Customer.objects.of(organisation).order_by("pk").values_list(*fields))


def birthdays(organisation) -> list[str]:
    return [str(birthday or "") for (birthday,) in known(organisation, "birthday")]


def tags(organisation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = CustomerTag.objects.filter(customer__organisation=organisation).order_by("tag__name")
    for name, tag in rows.values_list("customer__first_name", "tag__name"):
        found.setdefault(name, []).append(tag)
    return found


VALUES = {
    "outlook.csv": (
        ("first_name", "email", "phone", "phone2", "company", "city", "country"),
        [
            ("Adam", "adam@ol.example.org", "+491713920071", "+497312312507", "Acme Test", "Ulm", "DE"),
            ("Berta", "berta@ol.example.org", "+491713920072", "", "", "", ""),
            ("Carl", "", "+491713920073", "", "", "", ""),
        ],
    ),
    "min-language-country.csv": (("language", "country"), [("de", "DE"), ("fr", "CZ"), ("en", "TR")]),
    "min-source.csv": (("first_name", "source"), [("A", "web"), ("B", "import"), ("C", "import")]),
    "min-shopify-name.csv": (("first_name", "last_name", "postcode"), [("Anna", "Berg", "10115")]),
    "equals-silent.csv": (("first_name", "postcode", "city"), [("Eda", "01067", "Dresden")]),
    "literal-escape.xlsx": (("first_name", "company"), [("Lit", "Team_x0041_ GmbH")]),
    "min-consent-words.csv": (("first_name", "marketing_consent"), [(name, False) for name in "ABC"]),
    "couple-one-phone.csv": (("first_name", "phone"), [("Paula", "+493023125400"), ("Peter", "")]),
}


@pytest.mark.parametrize("name", VALUES)
def test_the_values_of_a_file_come_in_as_they_are_meant(organisation, take, name):
    fields, rows = VALUES[name]

    take(name)

    assert known(organisation, *fields) == rows


def test_a_no_in_a_file_withdraws_and_a_later_yes_does_not_lift_it(organisation, take):
    for name in ("consent-1-subscribers.csv", "consent-2-unsubscribed.csv", "consent-3-shop-yes.csv"):
        take(name, subscribe_origin="Newsletter")

    fields = ("first_name", "marketing_consent")
    assert known(organisation, *fields) == [("Anna", False), ("Bernd", True), ("Clara", False)]
    withdrawn = ConsentEntry.objects.filter(action="withdrawn").order_by("customer_id")
    assert list(withdrawn.values_list("customer__first_name", "origin")) == [
        ("Anna", "consent-2-unsubscribed.csv"),
        ("Clara", "consent-2-unsubscribed.csv"),
    ]
    clara = ConsentEntry.objects.filter(customer__first_name="Clara")
    assert [entry.action for entry in clara] == ["withdrawn"]


def test_whoever_left_elsewhere_is_not_subscribed_by_saying_that_all_agreed(organisation, take):
    take("listmonk-export.csv", mapping=json.loads((MET / "listmonk-subscribe-all.json").read_text()))

    agreed = ("first_name", "marketing_consent")
    assert known(organisation, *agreed) == [("Jana", True), ("Nils", False), ("Ada", False)]
    assert sorted(ImportRow.objects.values_list("line", flat=True)) == [3, 4]


@pytest.mark.parametrize(
    ("name", "days"),
    [("min-birthday.csv", ["", "1604-11-06", "1604-03-07", ""]), ("outlook.csv", ["", "", ""])],
)
def test_days_that_mean_none_are_none_and_a_year_may_be_missing(organisation, take, name, days):
    """3/5/1971 of the last file could be two days: it is asked, never guessed."""
    take(name)

    assert birthdays(organisation) == days


def test_numbered_headers_and_lists_in_cells_are_read(organisation, take):
    take("google-contacts-12.csv")

    people = known(
        organisation, "first_name", "email", "phone", "phone2", "company", "city", "other_contacts"
    )
    assert len(people) == 12
    assert {(company, city) for *_rest, company, city, _others in people} == {("Test GmbH", "Mainz")}
    assert [(name, phone2) for name, _email, _phone, phone2, *_rest in people if phone2] == [
        ("Gast4", "+491713920399"),
        ("Gast5", "+493023125305"),
    ]
    assert [name for name, *_rest, others in people if "b@gg.example.org" in others] == ["Gast3", "Gast6"]
    assert tags(organisation) == {"Gast3": ["Stammgast"], "Gast4": ["Stammgast"]}
    assert birthdays(organisation)[6] == "1604-03-07"


def test_quoted_lists_of_tags_are_read(organisation, take):
    take("min-tags.csv")

    assert tags(organisation) == {"A": ["Stammtisch", "VIP"], "B": ["Stammgast"]}


def test_two_people_with_one_number_both_come_in_and_it_is_said(organisation, take):
    take("couple-one-phone.csv")

    ((line, hints),) = ImportRow.objects.values_list("line", "hints")
    assert line == 3
    assert "Paula Paar" in hints[0]


def test_moments_with_a_zone_are_read(organisation, take):
    take("moment-utc-word.csv")

    moments = [joined.isoformat()[:16] for (joined,) in known(organisation, "joined_at")]
    assert moments == ["2019-03-01T18:30", "2019-03-01T17:30", "2019-03-01T18:30"]


def test_people_pasted_from_a_mail_program_come_in(organisation, location, manager):
    text = (MET / "paste-outlook.txt").read_text()
    run = runs.start_paste(organisation=organisation, actor=manager, text=text, name="Pasted")
    run_job(run.job_id)
    run.refresh_from_db()
    runs.start_unchecked(run, CustomerMapping.from_json(run.mapping), actor=manager)
    run_job(run.job_id)

    assert known(organisation, "first_name", "last_name", "email") == [
        ("Bernd", "Berger", "b@p.example.org"),
        ("Willi", "Weg", "w@p.example.org"),
        ("", "", "solo@p.example.org"),
    ]


def test_text_that_looks_like_an_escape_goes_out_and_in_unchanged(organisation, take):
    take("literal-escape.xlsx")
    there = make_organisation()
    make_location(there)
    layout = Layout("xlsx", CsvDialect(";", ","))
    rows = Customer.objects.of(organisation)
    content = b"".join(export_customers(rows, organisation=organisation, actor=None, layout=layout))

    import_customers(io.BytesIO(content), organisation=there, name="customers.xlsx")

    assert known(there, "first_name", "company") == [("Lit", "Team_x0041_ GmbH")]


# ---- Search and sort ------------------------------------------------------------------------------

SEARCHED = {
    "lukasz": "Łukasz Wójcik",
    "soren": "Søren Ørsted",
    "orsted": "Søren Ørsted",
    "isik": "Işık Yıldız",
    "ışık": "Işık Yıldız",
    "yildiz": "Işık Yıldız",
    "dorde": "Đorđe Đukić",
    "djukic": "Đorđe Đukić",
    "Wójcik, Łukasz": "Łukasz Wójcik",
    "Ørsted <n2@n.example.org>": "Søren Ørsted",
}


def test_names_are_found_without_their_marks_and_in_any_order(open_list, take):
    take("search-names.csv")

    assert {query: names(open_list(f"q={query}")) for query in SEARCHED} == {
        query: [name] for query, name in SEARCHED.items()
    }


def test_names_sort_by_their_letters(open_list, take):
    take("search-names.csv")

    last_names = [name.split()[-1] for name in names(open_list("sort=name"))]
    assert last_names.index("Muster") < last_names.index("Ørsted") < last_names.index("Şahin")


@pytest.mark.parametrize(
    "query",
    [
        "%2B49 0171 3920203",
        "tel:%2B49 171 3920203",
        "Tel. 0171/3920203",
        "Müller 0171 3920203",
        "%2B49 (0) 171 3920203",
    ],
)
def test_a_number_is_found_in_every_spelling(open_list, organisation, query):
    make_customer(organisation, first_name="Mia", last_name="Müller", phone="+491713920203")
    make_customer(organisation, first_name="Other", phone="+491713920204")

    assert names(open_list(f"q={query}")) == ["Mia Müller"]


@pytest.mark.parametrize(
    "number",
    ["030 23125084 ext 11", "0171 3920087 privat", "Mobil: 0171 3920088", "０１７１ ３９２００８９"],
)
def test_a_usable_number_in_company_comes_in(organisation, location, number):
    file = io.BytesIO(f"Vorname;Telefon\nAnna;{number}\n".encode())

    result = import_customers(file, organisation=organisation, name="phones.csv")

    assert (result.counts.created, result.counts.rejected) == (1, 0)
    ((phone,),) = known(organisation, "phone")
    assert phone in {"+493023125084", "+491713920087", "+491713920088", "+491713920089"}


# ---- Money ----------------------------------------------------------------------------------------


def test_one_separator_before_three_digits_groups_thousands_in_files(organisation, location):
    with (MET / "orders-thousand-de.csv").open("rb") as file:
        summary = import_orders(file, organisation=organisation, name="orders.csv").counts

    assert summary.refused == 0
    assert list(Order.objects.values_list("total_cents", flat=True)) == [125_000, 125_000]


@pytest.mark.parametrize("text", ["1.000", "1 000", "1'000", "1.000,00", "1000", "1 000,00 €"])
def test_and_in_filters(open_list, organisation, text):
    for name, cents in (("Less", 99_999), ("More", 100_000)):
        make_customer(organisation, first_name=name, last_name="", stats={"revenue_cents": cents})

    assert names(open_list(f"spend_min={text}")) == ["More"]


@pytest.mark.parametrize("text", ["1000 $", "CHF 1000"])
def test_an_amount_of_another_currency_is_refused(open_list, organisation, text):
    assert "spend_min" in open_list(f"spend_min={text}").context["state"].errors


def test_every_file_that_was_met_is_looked_at():
    source = Path(__file__).read_text(encoding="utf-8")

    assert [path.name for path in MET.iterdir() if path.name not in source] == []
