"""The second step at sign-in: nobody passes it without phone or codes, and nothing readable is stored."""

import json
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.staff.models import Role
from backoffice.staff.second_factor.changes import switch_on
from backoffice.staff.second_factor.codes import second_factor_of, use_code
from backoffice.staff.services import set_password_path
from tests.conftest import PASSWORD
from tests.core.test_operation import log_lines  # noqa: F401
from tests.factories import make_membership, make_organisation

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PRIVATE, CODE_PAGE, SET_UP = "/settings/account/", "/login/code/", "/settings/account/second-step/"
NEW = "quite another passphrase"


@pytest.fixture
def lines_of(log_lines):  # noqa: F811
    """The lines of the log so far, of one kind."""
    return lambda event: [line for line in log_lines() if line["event"] == event]


@pytest.fixture(autouse=True)
def clock():
    """Stands still, so that no code expires while a test runs."""
    with time_machine.travel(datetime(2026, 11, 30, 18, 30, tzinfo=UTC), tick=False) as clock:
        yield clock


def app_code(secret=SECRET, *, steps=0) -> str:
    """What the app shows now, or some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30 + steps))


@pytest.fixture
def mara(make_known_user):
    """Signs in with an app; `mara.codes` are her recovery codes."""
    user = make_known_user(email="mara@example.org", name="Mara")
    user.codes = switch_on(user, secret=SECRET, step=0)
    mail.outbox.clear()
    return user


def type_password(client, user, **more):
    return client.post("/login/", {"login": user.email, "password": PASSWORD} | more)


def type_code(client, code, **request):
    return client.post(CODE_PAGE, {"code": code}, **request)


def is_in(client) -> bool:
    return client.get(PRIVATE).status_code == 200


# ---- Signing in -----------------------------------------------------------------------------------


def test_password_and_code_open_the_door(client, mara):
    asked = type_password(client, mara)

    assert asked["Location"] == CODE_PAGE
    assert not is_in(client)
    assert type_code(client, app_code())["Location"] == "/"
    assert is_in(client)


def test_the_page_is_made_for_phones(client, mara):
    type_password(client, mara)

    page = client.get(CODE_PAGE).content.decode()

    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page


def test_a_code_may_be_typed_in_groups(client, mara):
    type_password(client, mara)
    type_code(client, f" {app_code()[:3]} {app_code()[3:]} ")

    assert is_in(client)


def test_next_and_remember_survive_the_second_step(client, mara):
    type_password(client, mara, remember="on", next="/settings/account/?x=1")

    assert type_code(client, app_code())["Location"] == "/settings/account/?x=1"
    assert client.cookies["session"]["max-age"]


def test_without_remember_the_session_ends_with_the_browser(client, mara):
    type_password(client, mara)
    type_code(client, app_code())

    assert not client.cookies["session"]["max-age"]


@pytest.mark.parametrize("code", ["000000", "", "1" * 12, "x" * 40, "٣٣٣٣٣٣", "1\x00"])
def test_anything_else_does_not(client, mara, code):
    type_password(client, mara)

    assert type_code(client, code).status_code == 200
    assert not is_in(client)


def test_a_code_works_once(client, mara):
    type_password(client, mara)
    type_code(client, app_code())
    other = Client()
    type_password(other, mara)
    type_code(other, app_code())

    assert not is_in(other)


def test_no_code_of_before_works_after_a_later_one(mara):
    assert use_code(mara, app_code(steps=1))
    assert not use_code(mara, app_code(steps=0))


def test_the_code_that_switched_it_on_does_not_sign_in(client, make_known_user):
    user = make_known_user()
    switch_on(user, secret=SECRET, step=int(timezone.now().timestamp()) // 30)
    type_password(client, user)
    type_code(client, app_code())

    assert not is_in(client)


@pytest.mark.parametrize(("steps", "passes"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(mara, steps, passes):
    assert bool(use_code(mara, app_code(steps=steps))) is passes


def test_a_recovery_code_opens_once_and_says_how_many_are_left(client, mara):
    type_password(client, mara)
    type_code(client, mara.codes[3].replace(" ", ""))

    assert "Codes left: 9" in client.get(PRIVATE).content.decode()
    other = Client()
    type_password(other, mara)
    type_code(other, mara.codes[3])
    assert not is_in(other)
    assert second_factor_of(mara).codes_left == 9


def test_the_link_to_a_new_password_does_not_lead_past_it(client, mara):
    form = client.get(set_password_path(mara), follow=True).request["PATH_INFO"]
    answer = client.post(form, {"password1": NEW, "password2": NEW})

    assert answer["Location"] == CODE_PAGE
    assert not is_in(client)
    type_code(client, app_code())
    assert is_in(client)


def test_a_known_browser_is_asked_too(client, mara):
    type_password(client, mara)
    type_code(client, app_code())
    client.post("/logout/")

    assert type_password(client, mara)["Location"] == CODE_PAGE
    assert not is_in(client)


def test_the_page_is_there_after_a_password_alone(client, mara):
    assert client.get(CODE_PAGE)["Location"] == "/login/"
    assert type_code(client, app_code())["Location"] == "/login/"


def test_one_can_go_back_to_the_password(client, mara, make_known_user):
    type_password(client, mara)
    client.post("/logout/")

    assert client.get("/login/").status_code == 200
    assert type_code(client, app_code())["Location"] == "/login/"


def test_who_was_deactivated_meanwhile_stays_out(client, mara):
    type_password(client, mara)
    mara.memberships.update(is_active=False)

    assert type_code(client, app_code())["Location"] == "/login/"
    assert not is_in(client)


def test_a_password_alone_accepts_no_invitation(client, mara):
    mara.memberships.all().delete()
    waiting = make_membership(mara, make_organisation(), Role.ADMIN, is_active=False, is_pending=True)
    type_password(client, mara)
    waiting.refresh_from_db()
    assert waiting.is_pending

    type_code(client, app_code())
    waiting.refresh_from_db()
    assert waiting.is_active


def test_a_lost_secret_key_lets_nobody_in_and_breaks_no_page(client, mara, settings, lines_of):
    settings.SECRET_KEY = "another key that is long enough for any installation 0123"
    type_password(client, mara)

    assert type_code(client, app_code()).status_code == 200
    assert lines_of("second_factor_unreadable")


# ---- Guessing -------------------------------------------------------------------------------------


def must_wait(answer) -> bool:
    return "Too many failed login attempts" in answer.content.decode()


def test_guessing_codes_is_slowed_down_from_wherever(mara):
    for number in range(5):
        guesser = Client(REMOTE_ADDR=f"192.0.2.{number}", headers={"Accept-Language": "en"})
        type_password(guesser, mara)
        assert not must_wait(type_code(guesser, "000000"))
    type_password(guesser, mara)

    assert must_wait(type_code(guesser, app_code(), HTTP_HOST="testserver:9000"))
    assert not is_in(guesser)


def test_guesses_elsewhere_do_not_stop_the_owners_browser(client, mara, clock):
    type_password(client, mara)
    type_code(client, app_code())
    client.post("/logout/")
    guesser = Client(REMOTE_ADDR="192.0.2.9")
    for _guess in range(6):
        type_password(guesser, mara)
        type_code(guesser, "000000")
    clock.shift(timedelta(seconds=30))
    type_password(client, mara)
    type_code(client, app_code())

    assert is_in(client)


def test_the_right_password_does_not_clear_wrong_codes(client, mara):
    for _guess in range(5):
        type_password(client, mara)
        type_code(client, "000000")
        client.post("/logout/")
    type_password(client, mara)

    assert must_wait(type_code(client, app_code()))


# ---- What is stored -------------------------------------------------------------------------------


def everything_stored() -> str:
    rows = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    sessions = json.dumps([session.get_decoded() for session in Session.objects.all()])
    return rows + sessions


def test_the_tables_hold_neither_secret_nor_codes(sign_in, staff):
    client = sign_in(staff)
    page = client.get(SET_UP)
    secret = page.context["form"].secret
    assert secret not in everything_stored()
    client.post(SET_UP, {"code": app_code(secret)})
    codes = client.get(reverse("staff:second_factor_codes")).context["codes"]

    stored = everything_stored()
    assert Authenticator.objects.count() == 2 and len(codes) == 10
    assert secret not in stored
    assert [code for code in codes if code in stored or code.replace(" ", "") in stored] == []


# ---- One's own page -------------------------------------------------------------------------------


def set_up(client) -> str:
    """Returns the secret."""
    secret = client.get(SET_UP).context["form"].secret
    assert client.post(SET_UP, {"code": app_code(secret)})["Location"].endswith("/codes/")
    return secret


def test_it_is_switched_on_with_a_code_of_the_app(sign_in, staff):
    client = sign_in(staff)
    page = client.get(SET_UP).content.decode()
    secret = client.get(SET_UP).context["form"].secret
    typed = re.sub(r"<[^>]+>|\s", "", page[page.index('class="key"') :].split(">", 1)[1])

    assert "<svg" in page and "otpauth://totp/" in page and "style=" not in page
    assert typed.startswith(secret)
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert second_factor_of(staff) is None
    set_up(client)
    assert second_factor_of(staff).codes_left == 10
    assert "10 recovery codes left" in client.get(PRIVATE).content.decode()


def test_the_codes_are_shown_until_they_are_kept(sign_in, staff, clock):
    client = sign_in(staff)
    set_up(client)
    codes = client.get(reverse("staff:second_factor_codes")).context["codes"]
    file = client.get(reverse("staff:second_factor_codes_file"))

    assert file.content.decode().split("\r\n")[:-1] == codes
    assert "attachment" in file["Content-Disposition"] and file["Cache-Control"] == "no-store"
    client.post(reverse("staff:second_factor_codes"))
    assert client.get(reverse("staff:second_factor_codes"))["Location"] == PRIVATE
    assert client.get(reverse("staff:second_factor_codes_file"))["Location"] == PRIVATE


def test_the_codes_are_shown_for_half_an_hour(sign_in, staff, clock):
    client = sign_in(staff)
    set_up(client)
    clock.shift(timedelta(minutes=31))

    assert client.get(reverse("staff:second_factor_codes"))["Location"] == PRIVATE


def test_a_second_confirmation_changes_nothing(sign_in, staff):
    client = sign_in(staff)
    secret = set_up(client)

    assert client.post(SET_UP, {"code": app_code(secret)})["Location"] == PRIVATE
    assert use_code(staff, app_code(secret, steps=1))


def test_new_codes_replace_the_old_ones(sign_in, mara):
    client = sign_in(mara)
    url = reverse("staff:second_factor_new_codes")
    assert "10 unused codes" in client.get(url).content.decode()
    client.post(url)
    codes = client.get(reverse("staff:second_factor_codes")).context["codes"]

    assert not use_code(mara, mara.codes[0])
    assert use_code(mara, codes[0])


def test_few_codes_are_pointed_out(sign_in, mara):
    for code in mara.codes[:7]:
        use_code(mara, code)

    page = sign_in(mara).get(PRIVATE).content.decode()

    assert re.search(r'data-tone="warn">.{0,200}3 recovery codes left', page, re.DOTALL)


def test_it_is_switched_off(sign_in, mara):
    client = sign_in(mara)
    assert client.get(reverse("staff:second_factor_off")).status_code == 200
    client.post(reverse("staff:second_factor_off"))

    assert not Authenticator.objects.exists()
    assert is_in(client)


@pytest.mark.parametrize("name", ["second_factor", "second_factor_off", "second_factor_new_codes"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_changes_ask_for_the_password_again(client, mara, name, method):
    if name == "second_factor":
        Authenticator.objects.all().delete()
    client.force_login(mara)

    answer = getattr(client, method)(reverse(f"staff:{name}"))

    assert answer["Location"].startswith("/settings/confirm/")


# ---- A change is a change of the locks ------------------------------------------------------------

CHANGES = {
    "second_factor_on": lambda client: set_up(client),
    "second_factor_new_codes": lambda client: client.post(reverse("staff:second_factor_new_codes")),
    "second_factor_off": lambda client: client.post(reverse("staff:second_factor_off")),
}


@pytest.mark.parametrize("event", CHANGES)
def test_a_change_ends_other_sessions_and_is_told(
    sign_in,
    mara,
    event,
    lines_of,
    django_capture_on_commit_callbacks,
    settings,
):
    settings.BASE_URL = "https://backoffice.example"
    if event == "second_factor_on":
        Authenticator.objects.all().delete()
    elsewhere = Client()
    elsewhere.force_login(mara)
    client = sign_in(mara)
    with django_capture_on_commit_callbacks(execute=True):
        CHANGES[event](client)

    assert is_in(client) and not is_in(elsewhere)
    assert [line["user_id"] for line in lines_of(event)] == [mara.pk]
    (told,) = mail.outbox
    assert told.to == [mara.email] and "https://backoffice.example/settings/account/" in told.body


def test_logs_say_who_and_never_what_was_typed(client, mara, log_lines):  # noqa: F811
    type_password(client, mara)
    type_code(client, "918273")
    type_code(client, mara.codes[0])

    lines = log_lines()
    assert {"second_factor_failed", "recovery_code_used", "sign_in"} <= {line["event"] for line in lines}
    assert "918273" not in json.dumps(lines) and mara.codes[0] not in json.dumps(lines)


# ---- A lost phone ---------------------------------------------------------------------------------


def reset(client, membership):
    return client.post(reverse("staff:member_reset_second_factor", args=[membership.pk]), follow=True)


def test_an_administrator_resets_a_member(
    sign_in,
    admin,
    mara,
    lines_of,
    django_capture_on_commit_callbacks,
):
    hers = Client()
    hers.force_login(mara)
    client = sign_in(admin)
    assert "Reset second step" in client.get(reverse("staff:team")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        reset(client, mara.membership)

    assert second_factor_of(mara) is None and not is_in(hers)
    assert mail.outbox[0].to == [mara.email]
    entry = AuditEntry.objects.get(action="member.second_factor_reset")
    assert (entry.actor, entry.subject_id) == (admin, mara.membership_id)
    (line,) = lines_of("member.second_factor_reset")
    assert (line["actor_id"], line["member_id"]) == (admin.pk, mara.pk)


def works_elsewhere(mara):
    make_membership(mara, make_organisation())


def is_superuser(mara):
    mara.is_superuser = True
    mara.save()


def is_invited_only(mara):
    mara.memberships.update(is_active=False, is_pending=True)


def was_deactivated(mara):
    mara.memberships.update(is_active=False)


@pytest.mark.parametrize("reason", [works_elsewhere, is_superuser, is_invited_only, was_deactivated])
def test_nobody_else_is_reset_and_the_reason_is_not_told(sign_in, admin, mara, reason):
    reason(mara)

    page = reset(sign_in(admin), mara.membership).content.decode()

    assert second_factor_of(mara) is not None
    assert "for this person only whoever runs this installation can do it" in page
    assert mail.outbox == []


def test_an_administrator_does_not_reset_themselves(sign_in, admin):
    switch_on(admin, secret=SECRET, step=0)
    client = sign_in(admin)
    assert "Reset second step" not in client.get(reverse("staff:team")).content.decode()
    reset(client, admin.membership)

    assert second_factor_of(admin) is not None


def test_the_operator_resets_anybody(mara):
    out = StringIO()
    call_command("reset_second_factor", mara.email.upper(), stdout=out)

    assert second_factor_of(mara) is None and mara.email in out.getvalue()
    assert mail.outbox[0].to == [mara.email]
    with pytest.raises(CommandError, match="no second factor"):
        call_command("reset_second_factor", mara.email)
    with pytest.raises(CommandError, match="Nobody"):
        call_command("reset_second_factor", "nobody@example.org")


# ---- When it is required --------------------------------------------------------------------------


@pytest.fixture
def admins_must(settings):
    settings.REQUIRE_SECOND_FACTOR = "admins"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/customers/"),
        ("get", "/settings/team/"),
        ("get", PRIVATE),
        ("post", PRIVATE),
        ("post", "/customers/new/"),
        ("get", "/settings/account/sessions/"),
    ],
)
def test_who_must_have_it_sets_it_up_first(admins_must, sign_in, admin, method, path):
    assert getattr(sign_in(admin), method)(path)["Location"] == SET_UP


def test_a_fragment_leads_there_as_a_whole_page(admins_must, sign_in, admin):
    answer = sign_in(admin).get("/customers/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (204, SET_UP, b"")


def test_the_way_there_stays_open(admins_must, client, admin):
    client.force_login(admin)
    asked = client.get(SET_UP)["Location"]

    assert asked.startswith("/settings/confirm/") and client.get(asked).status_code == 200
    assert client.post("/settings/theme/", {"theme": "dark"}).status_code == 302
    assert client.post("/logout/").status_code == 302
    assert not is_in(client)


def test_afterwards_every_page_is_there_and_it_stays_on(admins_must, sign_in, admin):
    client = sign_in(admin)
    set_up(client)

    assert client.get("/customers/").status_code == 200
    assert "second-step/off" not in client.get(PRIVATE).content.decode()
    assert "stays on" in client.get(reverse("staff:second_factor_off")).content.decode()
    assert client.post(reverse("staff:second_factor_off")).status_code == 403
    assert second_factor_of(admin) is not None


@pytest.mark.parametrize(
    ("who", "person", "is_led"),
    [
        ("nobody", "admin", False),
        ("admins", "manager", False),
        ("admins", "admin", True),
        ("everybody", "staff", True),
    ],
)
def test_the_setting_says_whom_it_means(request, settings, sign_in, who, person, is_led):
    settings.REQUIRE_SECOND_FACTOR = who
    answer = sign_in(request.getfixturevalue(person)).get(PRIVATE)

    assert (answer.status_code == 302) is is_led


def test_it_follows_the_place_one_works_in(admins_must, sign_in, staff):
    second = make_membership(staff, make_organisation(), Role.ADMIN)
    client = sign_in(staff)
    assert is_in(client)
    client.post(reverse("staff:choose_place"), {"organisation": second.organisation_id})

    assert client.get(PRIVATE)["Location"] == SET_UP
