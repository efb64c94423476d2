"""The page of a receipt and what can be done with it, by role (PRODUCT S2, G5, G11)."""

import io
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core import mail
from pypdf import PdfReader

from backoffice.audit.models import AuditEntry
from customers.invariants import broken_invariants
from orders.correcting import refund_order, void_order
from orders.events import OrderEventLine, OrderEventPayment
from orders.models import Order, OrderRefund
from tests.factories import make_customer, make_order

MENU = (
    OrderEventLine("Käsespätzle", 2, 1_250, None, Decimal("7"), note="ohne Zwiebeln"),
    OrderEventLine("Apfelschorle", 1, 410, None, Decimal("19")),
)


@pytest.fixture
def customer(organisation, location):
    return make_customer(organisation, first_name="Paula", last_name="Pfeffer", location=location)


@pytest.fixture
def order(customer):
    payments = (OrderEventPayment("Karte, online", 3_010),)
    return make_order(
        customer, lines=MENU, tip_cents=300, discount_cents=200, payments=payments, service_type="delivery"
    )


@pytest.fixture
def page(sign_in, manager, order):
    client = sign_in(manager)

    def page(step="", **data):
        address = f"/orders/{order.pk}/{step}"
        return client.post(address, data) if data else client.get(address)

    return page


def test_it_shows_lines_taxes_payments_and_that_it_is_a_copy(page, customer):
    text = page().text
    for part in ("Käsespätzle", "ohne Zwiebeln", "€12.50 each", "−€2.00", "€27.10", "Karte, online", "€3.00"):
        assert part in text
    assert "A 7%" in text and "B 19%" in text
    assert "Copy for information, not a receipt as defined by § 146a AO" in text
    assert f'href="/customers/{customer.pk}/"' in text


def test_in_german_it_says_what_the_law_asks(page, manager):
    manager.language = "de"
    manager.save()
    assert "Kopie zur Übersicht, kein Beleg im Sinne von § 146a AO" in page().text


def test_a_void_needs_a_reason_and_says_so(page, order):
    assert page("void/", reason=" ").status_code == 422
    assert page("void/", reason="wrong table").status_code == 302
    order.refresh_from_db()
    assert order.status == "voided"
    assert "wrong table" in page().text
    assert page("void/", reason="again").status_code == 302  # told in a toast, nothing twice
    assert list(broken_invariants(order.organisation)) == []


def test_a_part_is_refunded_by_lines(page, order):
    line = order.lines.get(name="Käsespätzle")
    answer = page("refund/", **{f"line-{line.pk}": "1", "reason": "cold", "token": str(uuid4())})
    assert answer.status_code == 302
    assert OrderRefund.objects.get().amount_cents == 1_164  # 12.50 € less its share of the discount
    assert "cold" in page().text


def test_a_press_too_many_refunds_once(page, order):
    press = {"amount": "5", "reason": "cold", "token": str(uuid4())}
    page("refund/", **press)
    page("refund/", **press)
    assert OrderRefund.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("27.11", "At most €27.10 are left."),
        ("0", "At most €27.10 are left."),
        ("much", "This is not an amount"),
        ("", "Choose what goes back"),
    ],
)
def test_what_cannot_be_refunded_is_said_at_the_field(page, amount, sentence):
    answer = page("refund/", amount=amount, reason="cold", token=str(uuid4()))
    assert answer.status_code == 422 and sentence in answer.text
    assert not OrderRefund.objects.exists()


def test_it_is_given_to_another_customer_and_to_nobody(page, organisation, order):
    other = make_customer(organisation, first_name="Nora", last_name="Nelke")
    assert "Nora Nelke" in page("customer/?q=nelke").text
    page("customer/", customer=other.pk)
    order.refresh_from_db()
    assert order.customer_id == other.pk
    page("customer/", customer="")
    order.refresh_from_db()
    assert order.customer_id is None
    assert list(broken_invariants(organisation)) == []


def test_a_post_that_names_nobody_moves_nothing(page, order, customer):
    assert page("customer/", something="else").status_code == 200
    order.refresh_from_db()
    assert order.customer_id == customer.pk


def test_never_to_a_customer_of_another_house(page, other_organisation, order, customer):
    stranger = make_customer(other_organisation)
    assert page("customer/", customer=stranger.pk).status_code == 404
    order.refresh_from_db()
    assert order.customer_id == customer.pk


def test_the_note_changes_and_nothing_of_the_receipt(page, order, manager):
    page("note/", note="am Fenster", total_cents="1", status="open")
    after = Order.objects.get(pk=order.pk)
    assert (after.note, after.total_cents, after.status) == ("am Fenster", order.total_cents, "completed")
    assert AuditEntry.objects.filter(action="order.noted", actor=manager).exists()


def test_it_goes_out_as_html_with_the_pdf_beside(
    page, customer, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    answer = page("send/", email="paula@example.org", asked_for_it="on")
    assert answer.status_code == 302
    (message,) = mail.outbox
    assert message.to == ["paula@example.org"]
    assert "Käsespätzle" in message.body and "Käsespätzle" in message.alternatives[0].content
    _name, content, kind = message.attachments[0]
    assert kind == "application/pdf" and content.startswith(b"%PDF")


def test_without_permission_only_when_they_asked_for_it(page, customer):
    assert not customer.contact_consent
    answer = page("send/", email="paula@example.org")
    assert answer.status_code == 422 and "may not be contacted" in answer.text


def test_a_withdrawn_marketing_consent_stops_no_receipt(page, customer, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    type(customer).objects.filter(pk=customer.pk).update(contact_consent=True, marketing_consent=False)
    assert page("send/", email="paula@example.org").status_code == 302
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("language", ["de", "es", "en"])
def test_the_pdf_says_what_the_page_says(page, manager, order, language):
    manager.language = language
    manager.save()
    refund_order(order, amount_cents=100, reason="zu kalt, später")
    document = PdfReader(io.BytesIO(page("receipt.pdf").content))
    text = " ".join(sheet.extract_text() for sheet in document.pages)
    for part in ("Käsespätzle", "ohne Zwiebeln", order.external_id, "zu kalt, später", "€"):
        assert part in text
    assert "146a AO" in text


def test_a_voided_one_says_so_on_paper(page, order):
    void_order(order, reason="wrong table")
    assert "wrong table" in page("print/").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_lines(
    customer, sign_in, staff, count, django_assert_max_num_queries
):
    order = make_order(customer, lines=MENU[:1] * count)
    client = sign_in(staff)
    client.get(f"/orders/{order.pk}/")
    with django_assert_max_num_queries(12):
        client.get(f"/orders/{order.pk}/")
