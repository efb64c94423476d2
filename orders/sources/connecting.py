"""Connecting what orders come from: made, changed, switched, removed."""

import secrets
from datetime import datetime
from itertools import chain, count

from anyascii import anyascii
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from backoffice.audit.services import audit
from orders.choices import SourceKind
from orders.models import ConnectedSource
from orders.sources.formats import VENDORS


def save_source(source: ConnectedSource, *, actor, changed: list[str]) -> ConnectedSource:
    """Store a new or changed source; `changed` names the fields for the log, never their values.

    A folder is made on the disk, a vendor gets an address that nobody can guess. Raises ValidationError
    when somebody made the same one at this moment, or the disk refuses it.
    """
    is_new = source.pk is None
    if "is_on" in changed:
        source.switched_by = actor
    if is_new:
        source.slug = _free_slug(source)  # later names change nothing: the till knows the path
        if source.kind in VENDORS:
            source.hook_key = _hook_key()
            source.number_prefix = _number_prefix(source)
    try:
        with transaction.atomic():
            source.save()
            if source.kind == SourceKind.FOLDER:
                source.path.mkdir(parents=True, exist_ok=True)
            action = "orders.source_added" if is_new else "orders.source_changed"
            audit(action=action, subject=source, actor=actor, fields=changed)
    except IntegrityError:
        raise ValidationError({"name": _("There is a source of this name already.")}, code="unique") from None
    except OSError as error:
        message = _("The server could not make the folder %(path)s: %(reason)s.")
        values = {"path": source.path, "reason": error.strerror}
        raise ValidationError(message, code="folder", params=values) from None
    return source


def _free_slug(source: ConnectedSource) -> str:
    sources = ConnectedSource.objects.filter(organisation=source.organisation)
    taken = set(sources.values_list("slug", flat=True))
    wanted = slugify(anyascii(source.name))[:70] or "orders"
    return next(slug for slug in chain([wanted], map(f"{wanted}-{{}}".format, count(2))) if slug not in taken)


def _hook_key() -> str:
    return secrets.token_urlsafe(32)


def _number_prefix(source: ConnectedSource) -> str:
    """Shops count from one: where another counts as the same source already, its numbers would be taken for
    those of this one. The first has none, so that its orders are those of files it wrote before."""
    others = ConnectedSource.objects.filter(
        organisation=source.organisation, source=source.source, kind__in=VENDORS
    )
    return f"{source.slug[:39]}-" if others.exists() else ""


@transaction.atomic
def switch_source(source: ConnectedSource, *, is_on: bool, actor) -> None:
    """Take orders of it or not; what it sends while it is off is held back where it can be."""
    changed = ConnectedSource.objects.filter(pk=source.pk, is_on=not is_on)
    if changed.update(is_on=is_on, switched_by=actor, alarmed_at=None):
        action = "orders.source_switched_on" if is_on else "orders.source_switched_off"
        audit(action=action, subject=source, actor=actor)


@transaction.atomic
def renew_address(source: ConnectedSource, *, actor) -> None:
    """Give it another address; the old one leads nowhere from now on."""
    source.hook_key = _hook_key()
    source.save(update_fields=["hook_key"])
    audit(action="orders.source_address_renewed", subject=source, actor=actor)


def mute_source(source: ConnectedSource, *, until: datetime) -> None:
    """Say nothing of its silence until then."""
    ConnectedSource.objects.filter(pk=source.pk).update(muted_until=until, alarmed_at=None)


@transaction.atomic
def remove_source(source: ConnectedSource, *, actor) -> None:
    """Take nothing from it any more. Files stay on the disk, and what came in stays in."""
    audit(action="orders.source_removed", subject=source, actor=actor)
    source.delete()
