"""The list of contact points on the profile, and every press on it."""

import pytest
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from customers.choices import Purpose
from customers.consent import grant_consent
from customers.invariants import broken_invariants
from customers.models import ContactPoint, Customer
from tests.factories import make_customer

PHONE, OTHER, THIRD = "+4917139200012", "+4917139200099", "+493023125400"


@pytest.fixture
def anna(organisation):
    return make_customer(
        organisation, first_name="Anna", last_name="Alt", phone=PHONE, phone2=OTHER, email="anna@example.org"
    )


@pytest.fixture
def press(sign_in, manager, admin, anna):
    """Post what a menu of the list posts, and return places by value."""

    def press(key, do, *, by=None, answer=302) -> dict[str, int | None]:
        point = ContactPoint.objects.get(customer=anna, key=key)
        response = sign_in(by or manager).post(f"/customers/{anna.pk}/contacts/{point.pk}/", {"do": do})
        assert response.status_code == answer
        assert list(broken_invariants(anna.organisation)) == []
        return places(anna)

    return press


@pytest.fixture
def add(sign_in, manager, anna):
    def add(value, *, by=None, **fields):
        url = f"/customers/{anna.pk}/contacts/add/"
        response = sign_in(by or manager).post(url, {"value": value} | fields)
        assert list(broken_invariants(anna.organisation)) == []
        return response

    return add


def places(customer) -> dict[str, int | None]:
    return dict(ContactPoint.objects.filter(customer=customer).values_list("key", "place"))


def test_the_profile_lists_every_one(sign_in, manager, anna, add):
    add("030 23125400", is_shared="on")

    page = sign_in(manager).get(f"/customers/{anna.pk}/").content.decode()

    for text in ("+49 171 39200012", "+49 171 39200099", "+49 30 23125400", "anna@example.org"):
        assert text in page.replace("\u00a0", " ")
    assert page.count('class="row-more"') == 4
    assert page.count('value="first"') == 2  # which e-mail is the first is an administrator's matter
    assert "shared" in page


def test_a_number_is_added_behind_the_others(add, anna):
    assert add("030 23125400").status_code == 302

    assert places(anna)[THIRD] == 2
    anna.refresh_from_db()
    assert (anna.phone2, anna.other_contacts) == (OTHER, THIRD)
    assert AuditEntry.objects.filter(action="customer.contact_added", subject_id=anna.pk).exists()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0171 39200012", "has this one already"),
        ("12", "Digits are missing"),
        ("anna@", "not a valid e-mail"),
        ("", "required"),
        ("a\x00@example.org", "valid"),
    ],
)
def test_what_cannot_be_added_is_said_and_kept(add, anna, value, words):
    response = add(value)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert len(places(anna)) == 3


def test_what_is_somebody_elses_is_added_as_shared_alone(add, anna, organisation):
    bernd = make_customer(organisation, first_name="Bernd", last_name="Bauer", phone=THIRD)

    refused = add("030 23125400")
    assert refused.status_code == 422
    assert f'<a href="/customers/{bernd.pk}/">Bernd Bauer</a>' in refused.content.decode()

    assert add("030 23125400", is_shared="on").status_code == 302
    assert ContactPoint.objects.get(customer=anna, key=THIRD).is_shared
    assert not ContactPoint.objects.get(customer=bernd, key=THIRD).is_shared


def test_another_number_becomes_the_first(press, anna):
    assert press(OTHER, "first") == {OTHER: 0, PHONE: 1, "anna@example.org": 0}
    anna.refresh_from_db()
    assert (anna.phone, anna.phone2) == (OTHER, PHONE)


def test_the_next_moves_up_where_the_first_goes(press, anna):
    assert press(PHONE, "remove") == {OTHER: 0, "anna@example.org": 0}


def test_what_is_kept_for_finding_comes_back(press, anna):
    assert press(PHONE, "alias") == {OTHER: 0, PHONE: None, "anna@example.org": 0}
    assert press(PHONE, "use") == {OTHER: 0, PHONE: 1, "anna@example.org": 0}


def test_shared_and_alone_again(press, anna):
    press(PHONE, "share")
    assert ContactPoint.objects.get(customer=anna, key=PHONE).is_shared
    press(PHONE, "unshare")
    assert not ContactPoint.objects.get(customer=anna, key=PHONE).is_shared


def test_what_another_has_alone_stays_shared(press, anna, organisation):
    make_customer(organisation, phone=OTHER)
    press(OTHER, "unshare")
    assert ContactPoint.objects.get(customer=anna, key=OTHER).is_shared


@pytest.mark.parametrize("do", ["first", "alias", "share", "remove"])
def test_a_stored_email_is_an_administrators_matter(press, admin, do):
    press("anna@example.org", do, answer=403)
    press("anna@example.org", do, by=admin)


def test_another_first_email_ends_the_marketing_consent(add, press, anna, admin, manager):
    grant_consent(
        anna, Purpose.MARKETING, method="paper", occurred_at=timezone.now(), origin="card", actor=admin
    )
    add("neu@example.org")
    press("neu@example.org", "first", by=admin)

    anna.refresh_from_db()
    assert (anna.email, anna.marketing_consent) == ("neu@example.org", False)
    assert AuditEntry.objects.filter(action="customer.email_corrected").exists()


def test_an_unknown_press_is_refused(press):
    press(PHONE, "sell", answer=404)


def test_a_manager_adds_no_first_email_by_hand(add, anna):
    assert add("neu@example.org", is_first="on").status_code == 403
    assert Customer.objects.get(pk=anna.pk).email == "anna@example.org"


def test_every_press_can_be_undone(sign_in, manager, anna):
    client = sign_in(manager)
    before = places(anna)
    for key, do in (
        (OTHER, "first"),
        (PHONE, "alias"),
        (PHONE, "share"),
        (OTHER, "remove"),
        (PHONE, "remove"),
    ):
        point = ContactPoint.objects.get(customer=anna, key=key)
        client.post(f"/customers/{anna.pk}/contacts/{point.pk}/", {"do": do})
        shown = client.get(f"/customers/{anna.pk}/").context["toasts"][0]
        client.post(shown["undo_url"], shown["undo_fields"])
        client.get(f"/customers/{anna.pk}/")
        assert places(anna) == before, do


def test_whoever_may_edit_marks_an_email_as_undeliverable_and_as_working(press, sign_in, manager, anna):
    press("anna@example.org", "bounced")
    page = sign_in(manager).get(f"/customers/{anna.pk}/").content.decode()
    assert "bounced" in page and "Mark as working again" in page and "Mark as undeliverable" not in page
    press("anna@example.org", "works")
    assert ContactPoint.objects.get(key="anna@example.org").bounced_at is None
    log = AuditEntry.objects.filter(subject_id=anna.pk, action__startswith="customer.contact_")
    actions = [line.action for line in log.order_by("pk")]
    assert actions == ["customer.contact_bounced", "customer.contact_works"]
    assert "undeliverable" in sign_in(manager).get(f"/customers/{anna.pk}/?tab=activity").content.decode()


def test_that_it_bounced_can_be_undone_from_the_toast(press, sign_in, manager, anna):
    press("anna@example.org", "bounced")
    page = sign_in(manager).get(f"/customers/{anna.pk}/").content.decode()
    assert "anna@example.org is marked as undeliverable." in page and 'name="do" value="works"' in page


def test_a_phone_never_bounces_and_staff_may_not_say_so(press, staff):
    press(PHONE, "bounced", answer=404)
    press("anna@example.org", "bounced", by=staff, answer=403)
