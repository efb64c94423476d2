"""Changes to people and places. Each ends with a line in the activity log."""

import structlog
from allauth.account.app_settings import PASSWORD_RESET_TOKEN_GENERATOR
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _

from backoffice.audit.services import audit
from backoffice.staff.models import Location, Membership, Organisation, Role, User
from backoffice.staff.own_sessions.ending import end_sessions
from backoffice.staff.second_factor.changes import reset

logger = structlog.get_logger(__name__)


class AlreadyMember(Exception):
    """This person has a place in the organisation already."""


class NotInvited(Exception):
    """No invitation of this person waits for an answer."""


class LastAdministrator(Exception):
    """The change would leave the organisation without anybody who can manage it."""


class NotTheirsToReset(Exception):
    """Administrators of one organisation do not take this person's second factor away."""


@transaction.atomic
def invite_member(*, organisation: Organisation, email: str, name: str, role: str, actor) -> Membership:
    """Offer a person a role and mail them a link. Until they accept it the place is pending.

    Somebody who works elsewhere keeps their name, language and password. Raises `AlreadyMember`.
    """
    defaults = {"name": name, "language": actor.language}
    user, _created = User.objects.get_or_create(email=email.strip().casefold(), defaults=defaults)
    if organisation.memberships.filter(user=user).exists():
        raise AlreadyMember
    membership = _add_member(organisation, user, role, is_active=False, is_pending=True)
    send_invitation(membership)
    _record("member.invited", membership, actor=actor, role=role)
    return membership


@transaction.atomic
def accept_invitation(membership: Membership) -> None:
    """Its person says yes and works there from now on. Raises `NotInvited` when it was taken back."""
    pending = Membership.objects.filter(pk=membership.pk, is_pending=True)
    if not pending.update(is_pending=False, is_active=True):
        raise NotInvited
    membership.is_pending, membership.is_active = False, True
    membership.user.membership = membership
    membership.user.save(update_fields=["membership"])
    _record("member.accepted", membership, actor=membership.user)


@transaction.atomic
def decline_invitation(membership: Membership) -> None:
    """Nothing of it stays, so nobody can make it a place after all. Raises `NotInvited`."""
    _remove_pending(membership, action="member.declined", actor=membership.user)


def _remove_pending(membership: Membership, *, action: str, actor) -> None:
    _record(action, membership, actor=actor)
    if not Membership.objects.filter(pk=membership.pk, is_pending=True).delete()[0]:
        raise NotInvited


@transaction.atomic
def invite_again(*, membership: Membership, actor) -> None:
    """Mail a new link to somebody who has not signed in yet. Raises `NotInvited`."""
    if not membership.is_invited:
        raise NotInvited
    membership.invited_at = now()
    membership.save(update_fields=["invited_at"])
    send_invitation(membership)
    _record("member.invited_again", membership, actor=actor)


def send_invitation(membership: Membership) -> None:
    """Mail the link, to the question or to a password; in the reader's language, as text and HTML."""
    user, organisation = membership.user, membership.organisation
    question = reverse("staff:invitation", args=[membership.pk])
    url = settings.BASE_URL + (question if user.has_usable_password() else set_password_path(user))
    context = {"user": user, "organisation": organisation, "url": url}
    with translation.override(user.language):
        subject = " ".join(render_to_string("mail/invitation_subject.txt", context).split())
        mail = EmailMultiAlternatives(
            subject, render_to_string("mail/invitation_message.txt", context), to=[user.email]
        )
        mail.attach_alternative(render_to_string("mail/invitation_message.html", context), "text/html")
    mail.send()


def set_password_path(user: User) -> str:
    """A link that works once, for `PASSWORD_RESET_TIMEOUT` seconds."""
    key = PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


@transaction.atomic
def change_role(*, membership: Membership, role: str, actor) -> None:
    """Raises `LastAdministrator`; nothing is changed then."""
    _keep_an_administrator(membership, stays=role == Role.ADMIN)
    before, membership.group = membership.group.name, Group.objects.get(name=role)
    membership.save(update_fields=["group"])
    _record("member.role_changed", membership, actor=actor, before=before, after=role)


@transaction.atomic
def deactivate_member(*, membership: Membership, actor) -> None:
    """End the membership and with it every session at once; take an invitation that waits back.
    Raises `LastAdministrator`.
    """
    if membership.is_pending:
        return _remove_pending(membership, action="member.invitation_withdrawn", actor=actor)
    _keep_an_administrator(membership, stays=False)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    end_sessions(membership.user)
    _record("member.deactivated", membership, actor=actor)


@transaction.atomic
def reactivate_member(*, membership: Membership, actor) -> None:
    """Raises `NotInvited` while it waits for an answer: only its person gives that."""
    if membership.is_pending:
        raise NotInvited
    membership.is_active = True
    membership.save(update_fields=["is_active"])
    _record("member.reactivated", membership, actor=actor)


@transaction.atomic
def reset_second_factor(*, membership: Membership, actor) -> None:
    """Let a member who lost phone and codes in with the password alone. Raises `NotTheirsToReset` for

    - somebody who works elsewhere too: one restaurant would weaken the door of another;
    - superusers, who see more than this organisation;
    - a place that is closed or pending: inviting a stranger gives no hold on their account;
    - oneself: one's own is switched off on one's own page, which those who must have it cannot do.

    The reasons share one exception, and pages one sentence, so that nobody learns who works elsewhere. For
    all of them there is `manage.py reset_second_factor`.
    """
    user = membership.user
    elsewhere = user.memberships.filter(is_active=True).exclude(pk=membership.pk)
    if not membership.is_active or user.is_superuser or user == actor or elsewhere.exists():
        raise NotTheirsToReset
    reset(user)
    _record("member.second_factor_reset", membership, actor=actor)


def _record(action: str, membership: Membership, *, actor, **details) -> None:
    """A line in the activity log and, once it is certain, one for those who watch the installation."""
    audit(action=action, subject=membership, actor=actor, **details)
    ids = {"organisation_id": membership.organisation_id, "membership_id": membership.pk}
    ids |= {"member_id": membership.user_id, "actor_id": actor.pk}
    transaction.on_commit(lambda: logger.info(action, **ids, **details))


def _keep_an_administrator(membership: Membership, *, stays: bool) -> None:
    """Lock the organisation first: two administrators may remove each other at the same moment."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    others = Membership.objects.filter(
        organisation_id=membership.organisation_id,
        group__name=Role.ADMIN,
        is_active=True,
        user__is_active=True,
    ).exclude(pk=membership.pk)
    if not stays and membership.role == Role.ADMIN and not others.exists():
        raise LastAdministrator


@transaction.atomic
def save_location(*, location: Location, actor, changed: list[str]) -> Location:
    """Store a new or changed location; `changed` names the fields for the log. Raises ValidationError when
    somebody else has given the name away meanwhile.
    """
    action = "location.changed" if location.pk else "location.added"
    try:
        with transaction.atomic():
            location.save()
    except IntegrityError:
        message = _("There is a location of this name already.")
        raise ValidationError({"name": message}, code="unique") from None
    audit(action=action, subject=location, actor=actor, fields=changed)
    return location


@transaction.atomic
def end_first_steps(organisation: Organisation, *, actor) -> None:
    """They are done, or somebody has put them aside. A second call does nothing."""
    if Organisation.objects.filter(pk=organisation.pk, is_new=True).update(is_new=False):
        audit(
            action="organisation.first_steps_ended",
            subject=organisation,
            organisation=organisation,
            actor=actor,
        )
    organisation.is_new = False


@transaction.atomic
def switch_customer_module(*, organisation: Organisation, is_on: bool, actor) -> None:
    """On, orders find or create their customer; off, they are kept without one (PRODUCT C1)."""
    Organisation.objects.filter(pk=organisation.pk).update(collects_customers=is_on)
    organisation.collects_customers = is_on
    action = "module.switched_on" if is_on else "module.switched_off"
    audit(action=action, subject=organisation, organisation=organisation, actor=actor, module="customers")


@transaction.atomic
def set_up_organisation(
    *, name: str, email: str, country: str, timezone: str, currency: str, language: str
) -> Membership:
    """Create an organisation with one location of its name and one administrator without password."""
    organisation = Organisation(
        name=name,
        slug=_free_slug(name),
        country=country,
        timezone=timezone,
        currency=currency,
        language=language,
        is_new=True,
    )
    organisation.full_clean()
    organisation.save()
    Location.objects.create(organisation=organisation, name=name, country=country, timezone=timezone)
    defaults = {"name": email.partition("@")[0], "language": language}
    user, _created = User.objects.get_or_create(email=email.strip().casefold(), defaults=defaults)
    membership = _add_member(organisation, user, Role.ADMIN)
    audit(action="organisation.set_up", subject=organisation, organisation=organisation)
    return membership


def _add_member(organisation: Organisation, user: User, role: str, **state) -> Membership:
    membership = Membership.objects.create(
        organisation=organisation, user=user, group=Group.objects.get(name=role), **state
    )
    if not user.password:
        user.set_unusable_password()
    if membership.is_active and (user.membership is None or not user.membership.is_active):
        user.membership = membership
    user.save(update_fields=["password", "membership"])
    return membership


def _free_slug(name: str) -> str:
    base, number = slugify(name)[:70] or "organisation", 1
    slug = base
    while Organisation.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
