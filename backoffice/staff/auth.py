"""Who may sign in, and with which rights: everything hangs on an active membership."""

import time

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.shortcuts import redirect

from backoffice.staff import recent_sign_in
from backoffice.staff.models import Membership, User
from backoffice.staff.services import accept_invitation
from backoffice.staff.signing_in.browsers import known_browser, remember_browser
from backoffice.staff.signing_in.limits import SignInAttempt, account_key

logger = structlog.get_logger(__name__)
PERMISSIONS_KEPT_SECONDS = 60
_permissions_by_group: dict[int, tuple[float, frozenset[str]]] = {}


def forget_permissions() -> None:
    """Make this process read the permissions of all groups anew."""
    _permissions_by_group.clear()


def permissions_of_group(group_id: int) -> frozenset[str]:
    """Return the group's permissions as `app.codename`, at most a minute old.

    Every page asks for them and they hardly ever change, so each process keeps them.
    """
    kept = _permissions_by_group.get(group_id)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    rows = Permission.objects.filter(group=group_id).values_list("content_type__app_label", "codename")
    names = frozenset(f"{app}.{codename}" for app, codename in rows.order_by())
    _permissions_by_group[group_id] = (time.monotonic() + PERMISSIONS_KEPT_SECONDS, names)
    return names


class MembershipBackend(AuthenticationBackend):
    """Signs in people with an active membership; their rights come from its role alone."""

    def user_can_authenticate(self, user):
        return user.is_active and has_a_place(user)

    @classmethod
    def _stash_user(cls, user):
        """Keep nothing: allauth would answer a deactivated person differently from a stranger."""

    def get_user(self, user_id):
        """Return the user with place, role and `has_second_factor`, in one query.

        None ends the session: it is asked on every request, so a deactivated person is out at once.
        """
        related = ("membership__organisation", "membership__group", "membership__location")
        app = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
        users = User.objects.select_related(*related).annotate(has_second_factor=Exists(app))
        user = users.filter(pk=user_id, is_active=True).first()
        if user is None or user.membership is None or not user.membership.is_active:
            return None
        return user

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        membership = None if user_obj.is_anonymous else user_obj.membership
        if obj is not None or membership is None or not membership.is_active:
            return set()
        return set(permissions_of_group(membership.group_id))


def has_a_place(user: User) -> bool:
    """Whether they work somewhere, or are invited to."""
    return user.memberships.filter(Q(is_active=True) | Q(is_pending=True)).exists()


def choose_membership(user: User) -> Membership:
    """Keep the stored membership while it is active, else store the first active one.

    Somebody who works nowhere accepts the latest invitation by signing in: they have no other page to do so.
    """
    if user.membership and user.membership.is_active:
        return user.membership
    user.membership = user.memberships.filter(is_active=True).order_by("id").first()
    if user.membership is None:
        accept_invitation(user.memberships.filter(is_pending=True).latest("invited_at"))
    else:
        user.save(update_fields=["membership"])
    return user.membership


def _account(credentials: dict) -> str:
    return account_key(credentials.get("email") or credentials.get("username") or "")


class InviteOnlyAdapter(DefaultAccountAdapter):
    """No public sign-up; limits, events and a known browser around each sign-in."""

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        """In place of allauth's limits: their keys hold the Host, and they lock out a right password."""
        account = _account(credentials)
        browser = known_browser(request, account)
        self._attempt = SignInAttempt(account=account, address=get_ip(request), browser=browser)
        if not self._attempt.begin():
            logger.warning("sign_in_limited", account=account[:16], is_known_browser=bool(browser))
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request, **credentials):
        logger.warning("sign_in_failed", account=_account(credentials)[:16])

    def _rollback_login_failed_rl_usage(self):
        """What allauth calls after a right password."""
        self._attempt.succeed()

    def pre_login(self, request, user, **hints):
        """Who set a password by the link comes without credentials: their place is looked at here."""
        if not MembershipBackend().user_can_authenticate(user):
            return redirect("account_reset_password_from_key_done")
        return super().pre_login(request, user, **hints)

    def login(self, request, user):
        """After all steps: until now nothing has changed, and their place may have closed in between."""
        if not MembershipBackend().user_can_authenticate(user):
            raise ImmediateHttpResponse(redirect("account_login"))
        choose_membership(user)
        super().login(request, user)
        # The form of the sign-in page makes it longer when asked to: before a second step, else afterwards.
        if not request.session.get("_session_expiry"):
            request.session.set_expiry(0)
        recent_sign_in.remember(request)

    def post_login(self, request, user, **hints):
        response = super().post_login(request, user, **hints)
        remember_browser(request, response, user)
        logger.info("sign_in", user_id=user.pk, organisation_id=user.membership.organisation_id)
        return response

    def set_password(self, user, password):
        """By the link of a mail."""
        super().set_password(user, password)
        logger.info("password_changed", user_id=user.pk, by="link")

    def format_email_subject(self, subject):
        return subject

    def add_message(self, *args, **kwargs):
        """Say nothing: our pages show by themselves what happened."""
