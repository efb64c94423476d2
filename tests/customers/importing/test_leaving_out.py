"""Values that cannot be read: left out with a hint, or, where a person wants it so, a reason to refuse."""

import pytest
from django.urls import reverse

from customers.choices import ConsentAction, ConsentMethod, Purpose
from customers.consent.ledger import grant_consent
from customers.importing.mapping import ConsentBasis, CustomerMapping
from customers.models import ConsentEntry, Customer, ImportRow, ImportRun
from tests.customers.importing.pages import text_of
from tests.factories import make_customer

HEAD = "first_name,last_name,email,birthday"
ROWS = ["A,B,a@example.org,heute", "C,D,c@example.org,morgen", "E,F,e@example.org,1990-05-03"]
CONSENT_HEAD = "first_name,last_name,email,marketing_communications"


@pytest.fixture
def leave_out(sign_in, manager, work):
    """Press “leave them all out” of a column and have the file checked again."""
    client = sign_in(manager)

    def leave_out(run, place) -> ImportRun:
        response = client.post(
            reverse("customers:import-leave-out", args=[run.pk]), {"column": place, "job": run.job_id}
        )
        assert response.status_code == 302
        return work(ImportRun.objects.get(pk=run.pk))

    return leave_out


def test_nobody_stays_out_for_a_birthday(imported):
    run = imported(*ROWS, head=HEAD)

    assert (run.counts["created"], run.counts["hints"], run.counts["refused"]) == (3, 2, 0)
    assert Customer.objects.filter(birthday=None).count() == 2
    assert ImportRow.objects.filter(run=run, outcome="hint").count() == 2


def test_the_check_shows_the_value_in_its_place_and_says_that_it_is_left_out(bring, check, visit_check):
    page = text_of(visit_check(check(bring(*ROWS, head=HEAD)), "?tab=hints"))

    assert 'value="heute"' in page and 'value="morgen"' in page
    assert page.count("It is left out.") == 2
    assert "Leave out all that cannot be read under" in page


def test_a_row_can_wait_for_the_value_instead(bring, check, correct):
    run = check(bring(*ROWS, head=HEAD), on_unreadable="refuse")
    assert (run.checked["refused"], run.checked["created"]) == (2, 1)

    correct(run, 2, leave_out="3")

    run.refresh_from_db()
    assert (run.checked["refused"], run.checked["created"], run.checked["hints"]) == (1, 2, 0)


@pytest.mark.parametrize("mode", ["leave_out", "refuse"])
def test_a_whole_column_can_be_left_out(bring, check, leave_out, take_in, mode):
    run = leave_out(check(bring(*ROWS, head=HEAD), on_unreadable=mode), 3)

    assert (run.checked["created"], run.checked["refused"], run.checked["hints"]) == (3, 0, 0)
    take_in(run)
    assert Customer.objects.get(first_name="E").birthday.year == 1990


def test_an_unclear_consent_is_not_emptied_by_a_press_because_that_could_be_a_yes(bring, check, visit_check):
    run = check(bring(*_people(Anna="vielleicht"), head=CONSENT_HEAD))
    page = text_of(visit_check(run))
    assert 'value="vielleicht"' in page and "Leave the value out" not in page


def test_what_tells_people_apart_cannot_be_left_out(bring, check, sign_in, manager):
    run = check(bring("A,B,nope,", head=HEAD))
    url = reverse("customers:import-leave-out", args=[run.pk])

    for place in ("2", "99", "x", ""):
        assert sign_in(manager).post(url, {"column": place, "job": run.job_id}).status_code == 404


def test_a_corrected_value_comes_in(bring, check, correct, take_in):
    run = check(bring(*ROWS, head=HEAD))
    correct(run, 2, c3="7.3.")
    run.refresh_from_db()
    assert run.checked["hints"] == 1
    take_in(run)

    assert Customer.objects.get(first_name="A").birthday_month == 3


# ---- Withdrawals ----------------------------------------------------------------------------------


def test_a_stated_withdrawal_is_recorded_and_no_later_file_lifts_it(imported):
    basis = ConsentBasis(origin="Newsletter 2024")
    proven = {"consent": CustomerMapping(consent=basis).to_json()["consent"]}
    imported(*_people(Anna="ja", Bernd="ja", Clara="nein"), head=CONSENT_HEAD, **proven)
    left = imported(*_people(Anna="Unsubscribed", Clara="Unsubscribed"), head=CONSENT_HEAD)
    imported(*_people(Clara="yes", Bernd="yes", Anna="yes"), head=CONSENT_HEAD, **proven)

    assert dict(Customer.objects.values_list("first_name", "marketing_consent")) == {
        **{"Anna": False, "Bernd": True, "Clara": False},
    }
    entry = ConsentEntry.objects.filter(customer__first_name="Clara").get()
    assert (entry.action, entry.method, entry.origin) == (
        *(ConsentAction.WITHDRAWN, ConsentMethod.IMPORT, left.filename),
    )


def test_a_plain_no_withdraws_only_where_a_person_says_so(bring, check, imported, organisation):
    _granted(organisation)
    checked = check(bring(*_people(Anna="nein"), head=CONSENT_HEAD))
    assert (checked.checked["withdrawals"], checked.checked["denials"]) == (0, 1)

    imported(*_people(Anna="nein"), head=CONSENT_HEAD)
    assert Customer.objects.get().marketing_consent is True

    imported(*_people(Anna="nein"), head=CONSENT_HEAD, no_withdraws=True)
    assert Customer.objects.get().marketing_consent is False


def test_a_withdrawal_is_recorded_once(imported, organisation):
    _granted(organisation)
    for _ in range(3):
        imported(*_people(Anna="abgemeldet"), head=CONSENT_HEAD)
    assert ConsentEntry.objects.filter(action=ConsentAction.WITHDRAWN).count() == 1


def test_the_undo_gives_back_the_consent_that_the_file_withdrew(imported, take_back, organisation):
    _granted(organisation)
    run = imported(*_people(Anna="abgemeldet"), head=CONSENT_HEAD)
    take_back(run)

    assert Customer.objects.get().marketing_consent is True
    newest = ConsentEntry.objects.order_by("-pk").first()
    assert (newest.action, newest.method, newest.origin) == (ConsentAction.GRANTED, "paper", "Form 12")


def _people(**answers: str) -> list[str]:
    return [f"{name},Abo,{name.lower()}@example.org,{answer}" for name, answer in answers.items()]


def _granted(organisation) -> None:
    anna = make_customer(organisation, first_name="Anna", last_name="Abo", phone="", email="anna@example.org")
    grant_consent(
        anna,
        Purpose.MARKETING,
        method=ConsentMethod.PAPER,
        occurred_at=anna.joined_at,
        actor=None,
        origin="Form 12",
    )
