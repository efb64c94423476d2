"""Making, replacing and revoking keys, and telling whose a key is."""

import hashlib
import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

import structlog
from django.db import transaction
from django.utils import timezone

from backoffice.api.models import ApiKey
from backoffice.audit.services import audit
from backoffice.core.database.prepared import Prepared

_MARK = "stg"  # by which people, and those who look for lost secrets, recognise a key
_SECRET_BYTES = 32
OVERLAP = timedelta(hours=24)  # in which a till can be given its new key
logger = structlog.get_logger(__name__)


class KeyEnded(Exception):
    """The key is revoked, or has expired."""


@transaction.atomic
def make_key(
    *, organisation, name: str, scopes: list[str], location=None, expires_at: datetime | None = None, actor
) -> tuple[ApiKey, str]:
    """Store a new key and return it with its text, which nobody can read again."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(_SECRET_BYTES)
    key = ApiKey.objects.create(
        organisation=organisation,
        location=location,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(scopes),
        expires_at=expires_at,
        created_by=actor,
    )
    _record("api_key.made", key, actor=actor, scopes=key.scopes)
    return key, f"{_MARK}_{prefix}_{secret}"


@transaction.atomic
def rotate_key(key: ApiKey, *, actor) -> tuple[ApiKey, str]:
    """Make its successor with the same rights and return that with its text; the old one works for `OVERLAP`
    more, so that no order is lost meanwhile. Raises `KeyEnded`.
    """
    locked = _lock(key)
    if not locked.is_usable:
        raise KeyEnded
    stated, ends_at = locked.expires_at, timezone.now() + OVERLAP
    locked.expires_at = min(stated or ends_at, ends_at)
    locked.save(update_fields=["expires_at"])
    _record("api_key.replaced", locked, actor=actor)
    return make_key(
        organisation=locked.organisation,
        name=locked.name,
        scopes=locked.scopes,
        location=locked.location,
        expires_at=stated,
        actor=actor,
    )


@transaction.atomic
def revoke_key(key: ApiKey, *, actor) -> bool:
    """End a key at once. Says whether it was still in use."""
    locked = _lock(key)
    if locked.is_revoked:
        return False
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    _record("api_key.revoked", locked, actor=actor)
    return True


def find_key(text: str) -> ApiKey | None:
    """The key that was shown, None when there is none like it. Raises `KeyEnded`. One query."""
    mark, _underscore, rest = text.partition("_")
    prefix, _underscore, secret = rest.partition("_")
    if mark != _MARK or not (prefix.isascii() and prefix.isalnum() and secret.isascii()):
        return None
    found = _with_prefix(prefix=prefix)
    if not found or not compare_digest(found[0].digest, _digest(secret)):
        return None
    key = found[0]
    if not key.is_usable:
        raise KeyEnded
    return key


_with_prefix = Prepared(
    lambda prefix: ApiKey.objects.filter(prefix=prefix).select_related("organisation", "location")
)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _lock(key: ApiKey) -> ApiKey:
    keys = ApiKey.objects.select_related("organisation", "location")
    return keys.select_for_update(of=("self",)).get(pk=key.pk)


def _record(action: str, key: ApiKey, *, actor, **details) -> None:
    """A line in the activity log and, once it is certain, one for those who watch the installation."""
    audit(action=action, subject=key, organisation=key.organisation, actor=actor, **details)
    ids = {"organisation_id": key.organisation_id, "key_id": key.pk, "actor_id": actor.pk}
    transaction.on_commit(lambda: logger.info(action, **ids))
