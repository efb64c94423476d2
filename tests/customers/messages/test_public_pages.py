"""What links in mails lead to: nobody signs in, and only POST changes anything (RFC 8058)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.choices import Purpose
from customers.consent.ledger import grant_consent, withdraw_consent
from customers.messages.opt_in import AskedAlready, GrantedAlready, ask_for_consent
from customers.messages.preferences import masked
from customers.messages.tokens import preference_token
from customers.messages.writing import NotReached
from customers.models import ConsentEntry, Customer
from tests.customers.messages.conftest import agree, make_reader
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


def token_of(customer):
    return preference_token(customer.pk, customer.organisation_id, customer.email_key)


def url_of(customer, name="show"):
    return reverse(f"preferences:{name}", args=[token_of(customer)])


def actions(customer, purpose=Purpose.MARKETING):
    lines = ConsentEntry.objects.filter(customer=customer, purpose=purpose).order_by("id")
    return list(lines.values_list("action", flat=True))


@pytest.fixture
def reader(organisation):
    return make_reader(organisation, "paula", language="en")


@pytest.mark.parametrize("name", ["show", "unsubscribe"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_a_link_changes_nothing(client, reader, name, method):
    assert getattr(client, method)(url_of(reader, name)).status_code in (200, 405)
    assert actions(reader) == ["granted"]


def test_a_program_unsubscribes_with_one_post_and_no_cookie(reader):
    client = Client(enforce_csrf_checks=True)

    response = client.post(url_of(reader, "unsubscribe"), {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    reader.refresh_from_db()
    assert not reader.marketing_consent
    entry = ConsentEntry.objects.filter(customer=reader).latest("id")
    assert (entry.action, entry.method, entry.source, entry.actor) == ("withdrawn", "web_form", "web", None)


def test_unsubscribing_twice_is_once(client, reader):
    for _press in range(2):
        client.post(url_of(reader, "unsubscribe"))
    assert actions(reader) == ["granted", "withdrawn"]


def test_unsubscribing_can_be_undone_on_the_page_that_follows(client, reader):
    page = client.post(url_of(reader, "unsubscribe"))
    undo = page.context["undo"]

    client.post(url_of(reader, "undo"), {"undo": undo})

    reader.refresh_from_db()
    assert reader.marketing_consent
    assert actions(reader) == ["granted", "withdrawn", "granted"]


def test_the_undo_of_another_customer_is_none_of_theirs(client, reader, organisation):
    other = make_reader(organisation, "noor")
    undo = client.post(url_of(other, "unsubscribe")).context["undo"]
    assert client.post(url_of(reader, "undo"), {"undo": undo}).status_code == 404
    other.refresh_from_db()
    assert not other.marketing_consent


def test_an_undo_is_over_after_an_hour(client, reader):
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        undo = client.post(url_of(reader, "unsubscribe")).context["undo"]
    assert client.post(url_of(reader, "undo"), {"undo": undo}).status_code == 404


def test_the_switches_show_how_the_ledger_stands_and_save_what_differs(client, reader):
    page = client.get(url_of(reader)).content.decode()
    assert re.search(r'name="allow_marketing"[^>]*checked', page)

    client.post(url_of(reader), {"allow_system": "on", "allow_contact": "on", "language": "es"})

    reader.refresh_from_db()
    assert (reader.marketing_consent, reader.language) == (False, "es")
    assert actions(reader, Purpose.SYSTEM) == actions(reader, Purpose.CONTACT) == []


def test_a_customer_may_agree_on_their_own_page(client, organisation):
    customer = make_customer(organisation)
    client.post(url_of(customer), {f"allow_{purpose.value}": "on" for purpose in Purpose})
    customer.refresh_from_db()
    assert customer.marketing_consent


@pytest.mark.parametrize(("language", "words"), [("en", "What may we send you?"), ("fr", "Was dürfen")])
def test_the_page_speaks_the_customers_language(client, reader, language, words):
    Customer.objects.update(language=language)
    page = client.get(url_of(reader)).content.decode()
    assert f'<html lang="{language if language == "en" else "de"}"' in page


def test_the_page_can_be_read_in_three_languages(client, reader):
    for language in ("de", "es", "en"):
        page = client.get(url_of(reader), {"lang": language}).content.decode()
        assert f'<html lang="{language}"' in page
    reader.refresh_from_db()
    assert reader.language == "en"


def test_the_page_shows_no_more_of_the_address_than_its_owner_needs(client, reader):
    page = client.get(url_of(reader)).content.decode()
    assert "paula@example.org" not in page and "pa…@example.org" in page
    assert masked("ab@example.org") == "a…@example.org"


def test_a_link_says_nothing_and_works_for_years(client, reader):
    with time_machine.travel(timezone.now() - timedelta(days=3_650)):
        url = url_of(reader)
    assert "paula" not in url and str(reader.organisation_id) not in url.split("/")
    assert client.get(url).status_code == 200


def test_a_link_outlives_a_changed_secret(client, reader, settings):
    url = url_of(reader)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key " * 5
    assert client.get(url).status_code == 200


def test_a_link_leads_to_whom_the_customer_was_merged_into(client, reader, organisation):
    url = url_of(reader, "unsubscribe")
    survivor = make_reader(organisation, "survivor")
    reader.contact_points.filter(kind="email").update(customer=survivor, place=None)
    ConsentEntry.objects.filter(customer=reader)._raw_delete("default")
    Customer.objects.filter(pk=reader.pk).delete()
    client.post(url)
    survivor.refresh_from_db()
    assert not survivor.marketing_consent


@pytest.mark.parametrize("token", ["x", "gAAAAA", "a" * 300])
def test_an_unknown_link_says_so_and_nothing_else(client, db, token):
    response = client.post(reverse("preferences:unsubscribe", args=[token]))
    assert response.status_code == 404
    assert "no longer works" in response.content.decode()


def test_links_are_kept_by_no_cache_and_told_to_nobody(client, reader):
    response = client.get(url_of(reader))
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")


# ---- Double opt-in --------------------------------------------------------------------------------


def ask(customer, manager):
    mail.outbox.clear()
    ask_for_consent(customer, actor=manager)
    return re.search(r"https?://\S+?(/preferences/confirm/\S+)", mail.outbox[0].body)[1]


@pytest.fixture
def customer(organisation):
    return make_customer(organisation, email="paula@example.org", language="en")


def test_asking_grants_nothing_until_the_button_is_pressed(client, customer, manager):
    url = ask(customer, manager)
    client.get(url)
    client.head(url)
    assert actions(customer) == ["pending"]

    assert client.post(url).status_code == 200

    customer.refresh_from_db()
    assert customer.marketing_consent
    entry = ConsentEntry.objects.filter(customer=customer).latest("id")
    assert (entry.method, entry.origin, bool(entry.wording)) == ("email", "double opt-in", True)


def test_confirming_twice_adds_nothing(client, customer, manager):
    url = ask(customer, manager)
    client.post(url)
    assert client.post(url).status_code == 200
    assert actions(customer) == ["pending", "granted"]


def test_the_question_is_over_after_a_week(client, customer, manager):
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        url = ask(customer, manager)
    assert client.post(url).status_code == 404
    assert actions(customer) == ["pending"]


def test_a_question_that_was_withdrawn_meanwhile_is_over(client, customer, manager):
    url = ask(customer, manager)
    withdraw_consent(customer, Purpose.MARKETING, actor=None)
    assert client.post(url).status_code == 404


def test_a_question_for_an_old_address_is_over(client, customer, manager):
    url = ask(customer, manager)
    Customer.objects.update(email="new@example.org", email_key="new@example.org")
    assert client.post(url).status_code == 404


def test_the_question_carries_the_sentence_and_no_advertising(customer, manager):
    ask(customer, manager)
    letter = mail.outbox[0]
    entry = ConsentEntry.objects.get(customer=customer)
    assert entry.wording in letter.body
    assert letter.body.count("http") == 1 and "List-Unsubscribe" not in letter.extra_headers


def test_nobody_is_asked_twice_a_day_or_without_permission(customer, manager):
    ask(customer, manager)
    with pytest.raises(AskedAlready):
        ask_for_consent(customer, actor=manager)
    withdraw_consent(customer, Purpose.CONTACT, actor=None)
    with pytest.raises(NotReached):
        ask_for_consent(customer, actor=manager)
    agree(customer)
    with pytest.raises(GrantedAlready):
        ask_for_consent(customer, actor=manager)


def test_a_later_grant_by_staff_is_not_taken_for_the_answer(client, customer, manager):
    url = ask(customer, manager)
    told = {"method": "paper", "occurred_at": timezone.now(), "actor": manager}
    grant_consent(customer, Purpose.MARKETING, **told)
    withdraw_consent(customer, Purpose.MARKETING, actor=None)
    assert client.post(url).status_code == 404
