"""Adding and editing customers by hand: fields, duplicates, locked e-mail, pictures, stale edits."""

import re
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from backoffice.audit.models import AuditEntry
from backoffice.core.text.formats import NO_YEAR
from customers.choices import ConsentMethod, Purpose
from customers.consent.ledger import grant_consent
from customers.models import ConsentEntry, Customer, CustomerCounters, DailyFigures, Tag
from customers.records.registering import (
    DuplicateCustomer,
    StaleEdit,
    edit_customer,
    register_customer,
    set_active,
)
from tests.factories import make_customer, make_location

NEW = "/customers/new/"
NAME = {"first_name": "Jürgen", "last_name": "Größl"}


def edit_url(customer):
    return f"/customers/{customer.pk}/edit/"


@pytest.fixture
def typed(organisation):
    """What the edit form of a customer sends back unchanged."""

    def typed(customer, **changes):
        fields = {
            name: getattr(customer, name) or "" for name in ("first_name", "last_name", "email", "phone")
        }
        return {**fields, "seen_at": customer.updated_at.isoformat(), **changes}

    return typed


def test_staff_add_a_customer_and_see_the_profile(sign_in, staff, organisation, location):
    response = sign_in(staff).post(
        NEW,
        {
            **NAME,
            "phone": "0171 / 392 00 12",
            "phone2": "030 23125018",
            "email": "Juergen@Example.org",
            "country": "DE",
            "postcode": "01067",
            "birthday": "1980-02-29",
            "tags": "Stammgast, VIP, stammgast",
            "notes": "Fensterplatz\nkein Knoblauch",
        },
    )

    customer = Customer.objects.get()
    assert response["Location"] == f"/customers/{customer.pk}/"
    assert (customer.phone, customer.phone2) == ("+491713920012", "+493023125018")
    assert (customer.email, customer.email_key) == ("Juergen@Example.org", "juergen@example.org")
    assert (customer.source, customer.location, customer.tags_text) == ("manual", location, "Stammgast, VIP")
    assert customer.birthday == date(1980, 2, 29)
    assert customer.stats.receipts_count == 0
    assert (CustomerCounters.objects.get().active, DailyFigures.objects.get().joined) == (1, 1)
    assert AuditEntry.objects.filter(action="customer.created", actor=staff).exists()


def test_a_birthday_without_its_year_is_one(sign_in, manager, organisation, location):
    client = sign_in(manager)
    page = client.get(client.post(NEW, {**NAME, "phone": "0171 3920012", "birthday": "7.3."})["Location"])

    customer = Customer.objects.get()
    assert (customer.birthday, customer.birthday_month) == (date(NO_YEAR, 3, 7), 3)
    assert "7 March" in page.text
    assert 'value="7 March"' in client.get(f"/customers/{customer.pk}/edit/").text
    assert customer.name in client.get("/customers/?birthday_month=3").text


@pytest.mark.parametrize(
    "phone",
    ["Mobil: 0171 3920088", "0171 3920088 privat", "+49 0171 3920088 ext 4", "０１７１ ３９２００８８"],
)
def test_the_form_takes_a_number_as_files_do(sign_in, staff, location, phone):
    sign_in(staff).post(NEW, NAME | {"phone": phone})
    assert Customer.objects.get().phone == "+491713920088"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"first_name": ""}, "This field is required"),
        ({"last_name": "   "}, "This field is required"),
        ({"last_name": "\u200b"}, "This field is required"),
        ({"first_name": "\u3164 \u2060"}, "This field is required"),
        ({"first_name": "x" * 10_000}, "at most 80 characters"),
        ({"first_name": "a\x00b"}, "Null characters"),
        ({"company": "a\x07b"}, "cannot be stored"),
        ({"phone": "0800-PIZZA"}, "digits only"),
        ({"phone": "4.9171E+11"}, "rounded this phone number"),
        ({"phone": "0171 392, 0172 393"}, "digits only"),
        ({"phone": "+49 171"}, "Digits are missing"),
        ({"phone": "+491713920012", "phone2": "0171 3920012"}, "primary number already"),
        ({"email": "no-at-sign"}, "valid email"),
        ({"postcode": "123", "country": "DE"}, "Five digits"),
        ({"birthday": "2190-01-01"}, "cannot be a birthday"),
        ({"birthday": "1812-01-01"}, "There is no such day"),
        ({"country": "XX"}, "valid choice"),
        ({"tags": "x" * 41}, "at most 40 characters"),
        ({"tags": ",".join(map(str, range(21)))}, "at most 20 tags"),
        ({"notes": "x" * 10_000}, "at most 4000 characters"),
    ],
)
def test_what_cannot_be_stored_is_refused_beside_its_field(sign_in, staff, location, fault, message):
    response = sign_in(staff).post(NEW, {**NAME, "country": "DE", **fault})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Customer.objects.exists()


def owners_below(response) -> dict[str, str]:
    """The warnings of the form by the field below which they stand."""
    _, *parts = re.split(r'id="id_(\w+)_owners"', response.text)
    return {
        name: text.partition('<div class="field')[0]
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_a_taken_phone_or_email_is_refused_with_a_link_below_it(sign_in, staff, organisation):
    known = make_customer(organisation, phone="+491713920012", email="a@example.org")
    link = f'href="/customers/{known.pk}/"'

    for taken in ({"phone": "0171 3920012"}, {"email": "A@EXAMPLE.org"}):
        response = sign_in(staff).post(NEW, {**NAME, "save_anyway": "1", **taken})

        assert response.status_code == 422
        assert [name for name, text in owners_below(response).items() if link in text] == list(taken)
    assert Customer.objects.count() == 1


def test_name_and_phone_come_first_then_the_email_then_the_rest(sign_in, admin, organisation):
    customer = make_customer(organisation)
    client = sign_in(admin)
    for address in (NEW, edit_url(customer)):
        page = client.get(address).text
        names = re.findall(r'<(?:input|select|textarea)[^>]*\bname="(\w+)"', page[page.index("data-guard") :])
        shown = [name for name in names if name not in ("csrfmiddlewaretoken", "correct_email")]

        assert shown[:5] == ["first_name", "last_name", "phone", "phone2", "email"]
        assert page.index("Ask first, then save") < page.index('name="first_name"')
        assert page.index("Ask first, then save") < page.index('class="form-bar"')


def test_a_shared_second_number_is_asked_about_once(sign_in, staff, organisation):
    make_customer(organisation, phone2="+493023125018")
    family = {**NAME, "phone": "030 23125018"}
    client = sign_in(staff)
    asked = client.post(NEW, family)

    assert asked.status_code == 422
    assert "Already in the customer list" in owners_below(asked)["phone"]
    assert "Not saved yet" in asked.text and 'name="save_anyway"' in asked.text
    assert client.post(NEW, {**family, "save_anyway": "1"}).status_code == 302


def test_with_several_locations_the_form_asks_for_one(sign_in, staff, organisation, location, outsider):
    other = make_location(organisation)
    foreign = make_location(outsider.membership.organisation)
    client = sign_in(staff)

    assert client.post(NEW, {**NAME, "location": foreign.pk}).status_code == 422
    client.post(NEW, {**NAME, "location": other.pk})
    staff.membership.location = location
    staff.membership.save()
    client.post(NEW, {**NAME, "location": other.pk})

    assert [customer.location for customer in Customer.objects.order_by("pk")] == [other, location]


def test_duplicates_are_named_while_typing(sign_in, staff, organisation, other_organisation):
    known = make_customer(organisation, phone="+491713920012")
    make_customer(other_organisation, email="b@example.org")
    client = sign_in(staff)

    def check(query):
        return client.get(f"/customers/duplicates/check/?{query}").content.decode()

    assert known.name in check("phone=0171+3920012")
    assert known.name not in check(f"phone=0171+3920012&customer={known.pk}")
    assert "customers/" not in check("email=b@example.org&phone=abc")


def test_posting_every_field_of_the_model_changes_only_the_form(sign_in, manager, organisation, typed):
    customer = make_customer(organisation)
    sneaky = {
        "is_active": "",
        "source": "api",
        "marketing_consent": "on",
        "organisation": "999",
        "joined_at": "2001-01-01",
        "module_bits": "63",
        "search_text": "x",
        "points": "5000",
        "id": "1",
    }

    sign_in(manager).post(edit_url(customer), typed(customer, **sneaky))

    now = Customer.objects.get(pk=customer.pk)
    assert (now.is_active, now.source, now.marketing_consent) == (True, customer.source, False)
    assert (now.joined_at, now.module_bits) == (customer.joined_at, customer.module_bits)


def test_a_stored_email_is_locked_for_managers(sign_in, manager, organisation, typed):
    customer = make_customer(organisation, email="old@example.org")

    sign_in(manager).post(edit_url(customer), typed(customer, email="new@example.org", correct_email="on"))

    assert Customer.objects.get().email == "old@example.org"


def test_an_admin_corrects_an_email_on_purpose(sign_in, admin, organisation, typed):
    customer = make_customer(organisation, email="old@example.org")
    grant_consent(
        customer, Purpose.MARKETING, method=ConsentMethod.PAPER, occurred_at=customer.joined_at, actor=admin
    )
    customer.refresh_from_db()
    client = sign_in(admin)

    refused = client.post(edit_url(customer), typed(customer, email="new@example.org"))
    done = client.post(edit_url(customer), typed(customer, email="new@example.org", correct_email="on"))

    assert (refused.status_code, done.status_code) == (422, 302)
    now = Customer.objects.get()
    assert (now.email, now.marketing_consent) == ("new@example.org", False)
    assert ConsentEntry.objects.latest("pk").action == "pending"
    assert AuditEntry.objects.filter(action="customer.email_corrected", actor=admin).exists()


def test_after_a_corrected_email_the_page_says_what_happened_to_the_consent(
    sign_in, admin, organisation, typed
):
    """Nobody is asked by us: the consent ends, and the restaurant is told to ask."""
    customer = make_customer(organisation, email="old@example.org")
    client = sign_in(admin)
    client.post(edit_url(customer), typed(customer, email="b@example.org", correct_email="on"))
    without = client.get(f"/customers/{customer.pk}/").text
    customer.refresh_from_db()
    grant_consent(
        customer, Purpose.MARKETING, method=ConsentMethod.PAPER, occurred_at=customer.joined_at, actor=admin
    )
    customer.refresh_from_db()
    client.post(edit_url(customer), typed(customer, email="c@example.org", correct_email="on"))
    page = client.get(f"/customers/{customer.pk}/").text

    assert "ask the customer again" not in without and "Saved." in without
    assert "Saved. The marketing consent of the old address has ended: ask the customer again." in page
    assert "with the old e-mail, ask the customer again" in page
    assert "Ended: the e-mail was corrected" in page
    assert "Consent ended with the old e-mail: Marketing communications" in page
    assert "equested" not in page and "anew" not in page


def test_anyone_who_edits_may_add_a_missing_email(sign_in, manager, organisation, typed):
    customer = make_customer(organisation, email="")

    sign_in(manager).post(edit_url(customer), typed(customer, email="first@example.org"))

    assert Customer.objects.get().email == "first@example.org"


def test_a_stale_edit_shows_the_differences_and_overwrites_only_on_purpose(
    sign_in, manager, organisation, typed
):
    customer = make_customer(organisation, company="Before")
    form = typed(customer, company="Mine")
    edit_customer(customer, fields={"company": "Theirs"}, actor=None)
    client = sign_in(manager)

    response = client.post(edit_url(customer), form)

    assert response.status_code == 409
    assert ("Company", "Theirs", "Mine") in [tuple(map(str, row)) for row in response.context["differences"]]
    assert Customer.objects.get().company == "Theirs"
    form["seen_at"] = response.context["form"].data["seen_at"]
    assert client.post(edit_url(customer), form).status_code == 302
    assert Customer.objects.get().company == "Mine"


def test_the_service_refuses_what_the_form_did_not_see(organisation, location):
    known = make_customer(organisation, phone="+491713920012")

    with pytest.raises(DuplicateCustomer) as caught:
        register_customer(
            organisation=organisation, location=location, fields={**NAME, "phone": known.phone}, actor=None
        )
    assert (caught.value.existing, caught.value.field) == (known, "phone")
    with pytest.raises(StaleEdit):
        edit_customer(known, fields={}, actor=None, seen_at=known.joined_at)


def test_one_customer_per_phone_and_email_is_held_by_the_database(organisation):
    make_customer(organisation, phone="+491713920012", email="a@example.org")

    for same in ({"phone": "+491713920012"}, {"email": "A@example.org"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_customer(organisation, **same)
    make_customer(organisation, phone="", email="")
    make_customer(organisation, phone="", email="")


@pytest.mark.parametrize(
    "fault", [{"phone": "0171"}, {"phone2": "12"}, {"module_bits": 64}, {"source": "moon"}]
)
def test_values_outside_their_lists_are_refused_by_the_database(organisation, fault):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_customer(organisation, **fault)


def test_deactivating_changes_nothing_else_and_is_undone(sign_in, manager, organisation):
    customer = make_customer(organisation, marketing_consent=True)
    client = sign_in(manager)

    client.post(f"/customers/{customer.pk}/deactivate/", {"next": "//evil.example/"})
    resting = Customer.objects.get()
    client.post(f"/customers/{customer.pk}/reactivate/")

    assert (resting.is_active, resting.marketing_consent) == (False, True)
    assert Customer.objects.get().is_active is True
    assert CustomerCounters.objects.get().active == 1


def test_setting_the_same_state_twice_counts_once(organisation):
    customer = make_customer(organisation)

    assert set_active(customer, is_active=False, actor=None) is True
    assert set_active(customer, is_active=False, actor=None) is False
    assert CustomerCounters.objects.get().inactive == 1


def test_any_role_tags_from_the_profile(sign_in, staff, organisation):
    customer = make_customer(organisation)
    client = sign_in(staff)

    client.post(f"/customers/{customer.pk}/tags/", {"add": "Stammgast, Fensterplatz"})
    client.post(f"/customers/{customer.pk}/tags/", {"remove": "Stammgast"})
    client.post(f"/customers/{customer.pk}/tags/", {"add": "x" * 50})

    assert Customer.objects.get().tags_text == "Fensterplatz"
    assert Tag.objects.count() == 2


@pytest.mark.parametrize("is_new", [True, False], ids=["add", "edit"])
@pytest.mark.parametrize(
    "text", ["ä" * 10_000, "Größe 🍝 «ñ» " * 900, ",ö" * 5_000], ids=["long", "words", "commas"]
)
def test_ten_thousand_signs_in_any_field_come_back_with_what_is_wrong(
    sign_in, admin, organisation, typed, is_new, text
):
    customer = make_customer(organisation)
    address, entries = (NEW, NAME) if is_new else (edit_url(customer), typed(customer, correct_email="on"))
    client = sign_in(admin)
    form = client.get(address).context["form"]
    for name in form.fields.keys() - {
        "picture",
        "remove_picture",
        "correct_email",
        "has_agreed",
        "seen_tags",
    }:
        response = client.post(address, entries | {"has_agreed": "on", name: text})

        assert (name, response.status_code) == (name, 422)
        assert not is_new or name in response.context["form"].errors
    assert Customer.objects.get().company == ""
