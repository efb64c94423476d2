"""Keys: shown once, stored as a hash, of one organisation, ended at once (TRUST §3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice.api.keys import make_key, revoke_key, rotate_key
from backoffice.api.limits import BLOCK
from backoffice.api.models import ApiKey
from backoffice.audit.models import AuditEntry
from tests.api.till import Till
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

NEW = {"name": "Till at the bar", "scopes": ["orders:write"], "location": "", "days": "365"}
NOTHING = "/orders/web/none"


def actions():
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def press(client, step, key):
    return client.post(reverse(f"keys:{step}", args=[key.pk]))


# ---- The page -------------------------------------------------------------------------------------


def test_a_new_key_is_shown_once_and_works(sign_in, admin):
    client = sign_in(admin)

    text = client.post(reverse("keys:new"), NEW).context["text"]

    assert text not in client.get(reverse("keys:list")).content.decode()
    assert Till(text=text).post("/orders", {}).status_code == 422
    assert actions() == ["api_key.made"]


def test_the_text_of_a_key_is_stored_nowhere(sign_in, admin):
    client = sign_in(admin)

    secret = client.post(reverse("keys:new"), NEW).context["text"].split("_", 2)[2]

    assert secret not in str(ApiKey.objects.values().get())
    assert secret not in str(AuditEntry.objects.values().get())
    assert secret not in str(dict(client.session))
    assert len(secret) * 6 >= 160  # bits


def test_a_key_needs_something_that_it_may_do(sign_in, admin):
    for scopes in ([], ["everything"]):
        sign_in(admin).post(reverse("keys:new"), NEW | {"scopes": scopes})

    assert not ApiKey.objects.exists()


def test_a_key_is_bound_to_no_location_of_others(sign_in, admin, outsider, location):
    sign_in(outsider).post(reverse("keys:new"), NEW | {"location": location.pk})

    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(("days", "lasts"), [("90", 90), ("365", 365), ("", None)])
def test_how_long_it_works_is_chosen(sign_in, admin, days, lasts):
    sign_in(admin).post(reverse("keys:new"), NEW | {"days": days})

    expires_at = ApiKey.objects.get().expires_at
    assert (expires_at and (expires_at - timezone.now()).days + 1) == lasts


def test_the_password_is_asked_for_again(client, make_known_user):
    client.force_login(make_known_user(role="admin"))

    asked = client.post(reverse("keys:new"), NEW)
    page = client.post(asked["Location"], {"password": PASSWORD, "next": reverse("keys:new")}, follow=True)

    assert not ApiKey.objects.exists()
    assert page.context["form"]["name"].value() == NEW["name"]
    assert page.context["form"]["scopes"].value() == NEW["scopes"]


def test_a_replaced_key_works_for_one_more_day(sign_in, admin, till, time_machine):
    old = till("orders:read")

    new = Till(text=press(sign_in(admin), "rotate", old.key).context["text"])

    assert (old.get(NOTHING).status_code, new.get(NOTHING).status_code) == (404, 404)
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert (old.get(NOTHING).status_code, new.get(NOTHING).status_code) == (401, 404)


def test_a_replaced_key_never_lasts_longer(organisation, admin):
    soon = timezone.now() + timedelta(hours=1)
    key, _text = make_key(
        organisation=organisation, name="x", scopes=["orders:read"], expires_at=soon, actor=admin
    )

    new, _text = rotate_key(key, actor=admin)

    key.refresh_from_db()
    assert (key.expires_at, new.expires_at, new.scopes) == (soon, soon, key.scopes)


def test_a_revoked_key_ends_at_once(sign_in, admin, till):
    one = till()
    assert one.get(NOTHING).status_code == 404

    press(sign_in(admin), "revoke", one.key)

    assert one.get(NOTHING).json()["code"] == "key_ended"
    assert actions()[-1] == "api_key.revoked"


def test_a_key_that_has_ended_is_not_replaced(sign_in, admin, till):
    one = till()
    revoke_key(one.key, actor=admin)

    press(sign_in(admin), "rotate", one.key)

    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_keys(
    sign_in, admin, till, count, django_assert_num_queries
):
    for _number in range(count):
        till()
    client = sign_in(admin)
    client.get(reverse("keys:list"))

    with django_assert_num_queries(4):
        page = client.get(reverse("keys:list"))

    assert len(page.context["object_list"]) == count


# ---- At the door ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "key_missing"),
        ("Basic YTpi", "key_missing"),
        ("Bearer", "key_invalid"),
        ("Bearer stg_x_y", "key_invalid"),
        ("Bearer stg_\x00_y", "key_invalid"),
        ("Bearer stg_ä_ö", "key_invalid"),
        ("Bearer " + "_" * 9_000, "key_invalid"),
    ],
)
def test_without_a_key_nobody_comes_in(header, code):
    one = Till()

    response = one.client.get(f"/api/v1{NOTHING}", headers={"Authorization": header} if header else {})

    assert (response.status_code, response.json()["code"]) == (401, code)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_the_secret_has_to_be_right_to_its_last_letter(till):
    one = till()
    wrong = one.text[:-1] + ("a" if one.text[-1] != "a" else "b")

    assert Till(text=wrong).get(NOTHING).json()["code"] == "key_invalid"


def test_a_session_lets_nobody_in(sign_in, admin):
    response = sign_in(admin).get(f"/api/v1{NOTHING}")

    assert (response.status_code, response.json()["code"]) == (401, "key_missing")


def test_a_session_changes_nothing_beside_a_key(sign_in, admin, till, outsider, other_organisation):
    """The organisation is the key's, whoever is signed in in the same browser."""
    one = till()
    client = sign_in(outsider)

    response = client.get(f"/api/v1{NOTHING}", headers={"Authorization": f"Bearer {one.text}"})

    assert response.status_code == 404
    assert response.wsgi_request.organisation == one.key.organisation
    assert not response.wsgi_request.user.is_authenticated


def test_an_expired_key_is_told_from_an_unknown_one(till):
    one = till()
    ApiKey.objects.update(expires_at=timezone.now())

    assert one.get(NOTHING).json()["code"] == "key_ended"


def test_no_key_is_logged(till, capfd):
    one = till()

    one.get(NOTHING)

    assert one.text.split("_", 2)[2] not in capfd.readouterr().err


# ---- How often ------------------------------------------------------------------------------------


@pytest.fixture
def few(settings, time_machine):
    """Two blocks a minute, and a minute that lasts."""
    settings.API_REQUESTS_PER_MINUTE = 2 * BLOCK
    time_machine.move_to("2026-03-14T12:00:10Z", tick=False)


def answers(one, count):
    return [one.get(NOTHING).status_code for _number in range(count)]


@pytest.mark.usefixtures("few")
def test_too_many_requests_have_to_wait(till, time_machine):
    one, other = till(), till()

    assert set(answers(one, 2 * BLOCK)) == {404}
    refused = one.get(NOTHING)

    assert (refused.status_code, refused["Retry-After"]) == (429, "50")
    assert refused.json()["code"] == "too_many_requests"
    assert other.get(NOTHING).status_code == 404
    time_machine.shift(timedelta(seconds=50))
    assert one.get(NOTHING).status_code == 404


@pytest.mark.usefixtures("few")
def test_when_it_was_used_is_written_once_a_minute(till, time_machine):
    one = till()
    answers(one, 1)
    first = ApiKey.objects.get().last_used_at
    time_machine.shift(timedelta(seconds=20))

    with CaptureQueriesContext(connection) as queries:
        answers(one, BLOCK - 1)

    assert [query for query in queries if query["sql"].startswith("UPDATE")] == []
    time_machine.shift(timedelta(minutes=1))
    answers(one, 1)
    assert ApiKey.objects.get().last_used_at - first == timedelta(seconds=80)
