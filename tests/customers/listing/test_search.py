"""Search, filters and chips of the list."""

from datetime import UTC, date, datetime
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from customers.choices import Module, Source
from customers.listing import search as searching
from customers.models import Customer
from customers.records.registering import set_active
from customers.records.tagging import change_tags
from tests.customers.conftest import names
from tests.factories import make_customer, make_location


@pytest.mark.parametrize(
    "query",
    [
        "0171 3920012",
        "+49 171 3920012",
        "0049 171 39 200 12",
        "0171/3920012",
        "+49 (0)171-3920012",
        "3920012",
        "müller",
        "MULLER",
        "Mueller",
        "Zoë",
        "zoe mul",
        "zo",
        "buchbinder",
        "zoe.m@",
        "EXAMPLE.net",
    ],
)
def test_search_finds_a_customer_by_any_spelling(open_list, organisation, query):
    found = make_customer(
        organisation,
        first_name="Zoë",
        last_name="Müller",
        company="Buchbinderei",
        email="zoe.m@example.net",
        phone="+491713920012",
    )
    make_customer(organisation, first_name="Paul", last_name="Adam", phone="+34600000014")

    assert names(open_list(f"q={query.replace('+', '%2B')}")) == [found.name]


SPELLINGS = [
    *(("lukasz", "Łukasz Wójcik"), ("Wójcik, Łukasz", "Łukasz Wójcik"), ("WOJCIK", "Łukasz Wójcik")),
    *(("soren", "Søren Ørsted"), ("orsted", "Søren Ørsted"), ("Soeren", "Søren Ørsted")),
    *(("isik", "Işık Yıldız"), ("ışık", "Işık Yıldız"), ("yildiz", "Işık Yıldız"), ("ISIK", "Işık Yıldız")),
    *(("işıl", "IŞIL KAYA"), ("isil kaya", "IŞIL KAYA")),
    *(("dorde", "Đorđe Đukić"), ("djukic", "Đorđe Đukić"), ("Djordje", "Đorđe Đukić")),
    *(("ibrahim", "İbrahim Şahin"), ("sahin", "İbrahim Şahin")),
    *(("obrien", "Maeve O’Brien"), ("o'brien", "Maeve O’Brien"), ("O´Brien", "Maeve O’Brien")),
    *(("O Brien", "Maeve O’Brien"), ("annalena", "Anna-Lena Groß"), ("Anna Lena", "Anna-Lena Groß")),
    *(("anna–lena gross", "Anna-Lena Groß"), ("Groß,Anna-Lena", "Anna-Lena Groß")),
    *(("Anna <anna.l@n.example.org>", "Anna-Lena Groß"), ("<anna.l@n.example.org>;", "Anna-Lena Groß")),
    *(("mailto:anna.l@n.example.org", "Anna-Lena Groß"), ("anna.l@", "Anna-Lena Groß")),
    *(("shcherbakov", "Иван Щербаков"), ("Щербаков", "Иван Щербаков"), ("ivan", "Иван Щербаков")),
    *(("papadopoulos", "Γιώργος Παπαδόπουλος"), ("ΓΙΏΡΓΟΣ", "Γιώργος Παπαδόπουλος")),
    *(("giorgos", "Γιώργος Παπαδόπουλος"), ("Mr. Muster!", "Zeta Mr Muster")),
]


@pytest.fixture
def many_scripts(organisation):
    emails = {"Anna-Lena Groß": "anna.l@n.example.org"}
    for name in sorted({name for _query, name in SPELLINGS}):
        first, _space, last = name.partition(" ")
        email = {"email": emails[name]} if name in emails else {}
        make_customer(organisation, first_name=first, last_name=last, **email)


@pytest.mark.parametrize(("query", "name"), SPELLINGS)
def test_a_name_is_found_as_people_type_it(many_scripts, open_list, query, name):
    assert names(open_list(urlencode({"q": query}))) == [name]


def test_names_sort_as_if_their_letters_were_plain(open_list, organisation):
    for last in ("Şahin", "Zuber", "Ørsted", "Muster", "Łaski", "Mann"):
        make_customer(organisation, first_name="", last_name=last)

    assert names(open_list("sort=name")) == ["Łaski", "Mann", "Muster", "Ørsted", "Şahin", "Zuber"]


@pytest.mark.parametrize(
    ("query", "phone"),
    [
        *((f"{text}", "+491713920203") for text in (
            "+49 0171 3920203", "tel:+49 171 3920203", "Tel. 0171/3920203", "Müller 0171 3920203",
            "+49 (0) 171 3920203", "Mobil: 0171 3920203", "0171 3920203 privat", "+49 0171 392",
            "০১৭১ ৩৯২০২০৩", "０１７１／３９２０２０３", "491713920203.0",
            "zoe 0171/392", "Frau Müller, +49 171 392 02 03",
        )),
        *(("06 30 123 4567", "+36301234567"), ("+36 06 30 123 4567", "+36301234567")),
        *(("06 30 123", "+36301234567"), ("06-30/123-4567", "+36301234567")),
        *(("8 912 345 67 89", "+79123456789"), ("8 (912) 345-67-89", "+79123456789")),
        *(("+7 912 345", "+79123456789"), ("8 912", "+79123456789")),
        *(("600 000 014", "+34600000014"), ("+39 06 6982", "+390669821234")),
        *(("0039 06 69821234", "+390669821234"), ("06 6982 1234", "+390669821234")),
    ],
)  # fmt: skip
def test_a_phone_is_found_in_every_spelling_that_files_may_have(open_list, organisation, query, phone):
    for number in ("+491713920203", "+36301234567", "+79123456789", "+34600000014", "+390669821234"):
        make_customer(organisation, first_name="Zoë", last_name="Müller", phone=number)

    found = open_list(urlencode({"q": query})).context["rows"]
    assert [Customer.objects.get(pk=row.pk).phone for row in found] == [phone]


def test_an_8_behind_the_code_of_russia_is_part_of_the_number(open_list, organisation):
    customer = make_customer(organisation, phone="+78121234567")

    assert names(open_list(urlencode({"q": "+7 812 123"}))) == [customer.name]


@pytest.mark.parametrize(
    ("country", "query"), [("HU", "06 30 123 4567"), ("HU", "30 123 4567"), ("US", "011 36 30 123 4567")]
)
def test_a_phone_is_read_as_dialled_in_the_house_itself(open_list, organisation, country, query):
    organisation.country = country
    organisation.save()
    customer = make_customer(organisation, phone="+36301234567")

    assert names(open_list(urlencode({"q": query}))) == [customer.name]


@pytest.mark.parametrize("query", ["K-%d", "k%d", "Nr. K-%d", "No. K-%d", "N.º K-%d", " K-%d "])
def test_a_customer_is_found_by_the_number_on_the_profile(open_list, organisation, other_organisation, query):
    customer = make_customer(organisation)
    make_customer(organisation)
    stranger = make_customer(other_organisation)

    assert names(open_list(urlencode({"q": query % customer.pk}))) == [customer.name]
    assert names(open_list(urlencode({"q": query % stranger.pk}))) == []
    assert names(open_list(urlencode({"q": query % customer.pk, "source": "web"}))) == []


@pytest.mark.parametrize("query", ["Mueller", "Müller", "eller"])
def test_a_name_spelt_out_is_found_by_its_umlaut_too(open_list, organisation, query):
    customer = make_customer(organisation, first_name="Jo", last_name="Mueller")

    assert names(open_list(f"q={query}")) == [customer.name]


@pytest.mark.parametrize(
    "query",
    [
        'x"cdefg',
        "%",
        "_",
        "\\",
        '"',
        '"a" OR "b"',
        "'quoted\"name",
        "'",
        "*",
        "a%b",
        "OR 1=1",
        "x" * 300,
        "ü" * 90,
    ],
)
def test_search_takes_signs_as_they_are(open_list, organisation, query):
    make_customer(organisation)

    assert names(open_list(f"q={query.replace('%', '%25')}")) == []


@pytest.mark.parametrize("query", ["Pfeferkorn", "Paula Pfefferkorm", "pfefferkron"])
def test_a_mistyped_name_is_offered_spelt_alike(open_list, organisation, other_organisation, query):
    customer = make_customer(organisation, first_name="Paula", last_name="Pfefferkorn")
    make_customer(organisation, first_name="Pfanni", last_name="Klein")
    make_customer(other_organisation, first_name="Paula", last_name="Pfefferkorn")

    response = open_list(f"q={query}")

    assert response.context["near"] == [(customer.pk, "Paula Pfefferkorn")]
    assert f'href="/customers/{customer.pk}/"' in response.content.decode()


def test_search_stays_inside_the_organisation(open_list, other_organisation):
    make_customer(other_organisation, first_name="Rosalie")

    assert names(open_list("q=Rosalie")) == []


def test_a_search_without_hit_says_so_and_offers_the_inactive(open_list, organisation):
    customer = make_customer(organisation, first_name="Kaspar")
    set_active(customer, is_active=False, actor=None)

    response = open_list("q=Kaspar")

    assert "No match for “Kaspar”" in response.content.decode()
    assert names(open_list(response.context["all_url"].partition("?")[2])) == [customer.name]


def test_inactive_customers_are_in_the_inactive_list_alone(open_list, organisation):
    resting, awake = make_customer(organisation), make_customer(organisation)
    set_active(resting, is_active=False, actor=None)

    assert names(open_list()) == [awake.name]
    assert names(open_list("status=inactive")) == [resting.name]
    assert open_list().context["counters"] == {"active": "1", "inactive": "1"}


def test_filters_find_exactly_their_customers(open_list, organisation):
    altstadt, kanal = make_location(organisation), make_location(organisation)
    joined = datetime(2026, 3, 10, 12, tzinfo=UTC)
    wanted = make_customer(
        organisation,
        location=kanal,
        source=Source.WEB,
        module_bits=Module.SHOP | Module.DELIVERY,
        country="AT",
        language="es",
        birthday=date(1990, 5, 3),
        marketing_consent=True,
        joined_at=joined,
        stats={"receipts_count": 4, "revenue_cents": 9_999, "points": 12, "last_order_at": timezone.now()},
    )
    make_customer(organisation, location=altstadt, source=Source.STORE, module_bits=Module.TILL, country="DE")
    change_tags(wanted, add=["Stammgast"], actor=None)

    for query in [
        "source=web",
        "source=web&source=api",
        "module=delivery",
        "tag=Stammgast",
        "marketing=yes",
        f"location={kanal.pk}",
        "country=AT",
        "language=es",
        "joined_from=2026-03-10&joined_to=2026-03-10",
        "last_order=30",
        "orders_min=4&orders_max=4",
        "spend_min=99,99&spend_max=99.99",
        "points_min=12",
        "birthday_month=5",
        "q=Paula&source=web&marketing=yes",
    ]:
        assert names(open_list(query)) == [wanted.name], query
    assert len(names(open_list("last_order=none"))) == 1
    assert names(open_list("last_order=older")) == []


@pytest.mark.parametrize(
    "query",
    ["source=moon", "orders_min=x", "spend_min=many", "joined_from=31.31.2026", "status=gone", "country=QQ"],
)
def test_a_bad_filter_is_named_and_not_used(open_list, organisation, query):
    customer = make_customer(organisation)

    response = open_list(query)

    assert names(response) == [customer.name]
    assert "A filter could not be read" in response.content.decode()


def test_each_filter_is_a_chip_that_can_be_removed(open_list, organisation):
    make_customer(organisation, source=Source.WEB)

    response = open_list("source=web&source=store&orders_max=5&sort=name")

    chips = {chip.label: chip for chip in response.context["chips"]}
    assert chips["Source"].value == "Website, Store"
    assert chips["Source"].remove_url == "/customers/?orders_max=5&sort=name"
    assert chips["Orders, at most"].value == "5"


@pytest.mark.parametrize("query", ["paula", "pa", "paula pfe", "p paula", "q=paula&source=web"])
def test_very_many_hits_are_the_same_customers_as_few(open_list, organisation, monkeypatch, query):
    """Each way to answer a search gives the same page: few ids, a walk along the sort, all sorted."""
    for number in range(12):
        make_customer(organisation, first_name="Paula" if number % 3 else "Anna", source=Source.WEB)
    set_active(make_customer(organisation), is_active=False, actor=None)
    query = query if "=" in query else f"q={query}"
    few = names(open_list(query))

    monkeypatch.setattr(searching, "COUNT_CAP", 3)
    monkeypatch.setattr(searching, "FEW", 2)
    walked = names(open_list(query))
    monkeypatch.setattr(searching, "WALK_ROWS", (1, 2))
    page = open_list(f"{query}&size=25")

    assert len(few) == 8
    assert walked == few == names(page)
    assert page.context["count"].is_capped
