"""Which phones and e-mails are a platform's or nobody's: `settings.SHARED_CONTACTS` has their patterns."""

import re
from functools import lru_cache

from django.conf import settings

_REMEMBERED = 2_000


def is_relay(kind: str, key: str) -> bool:
    """Whether a value (the key of a contact point) is shared whoever has it."""
    domains, others = _parted(tuple(settings.SHARED_CONTACTS))
    if kind == "email" and _is_among(domains, key.rpartition("@")[2]):
        return True
    return bool(others and others.fullmatch(key))


@lru_cache(8)
def _parted(patterns: tuple[str, ...]) -> tuple[re.Pattern | None, re.Pattern | None]:
    """Patterns of whole domains, whose answers can be remembered, and all others."""
    domains = [one.removeprefix("*@") for one in patterns if one.startswith("*@")]
    return _compiled(domains), _compiled([one for one in patterns if not one.startswith("*@")])


@lru_cache(_REMEMBERED)  # customers have few domains
def _is_among(domains: re.Pattern | None, domain: str) -> bool:
    return bool(domains and domains.fullmatch(domain))


def _compiled(patterns: list[str]) -> re.Pattern | None:
    parts = [re.escape(pattern).replace(r"\*", ".*") for pattern in patterns]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None
