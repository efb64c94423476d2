"""Which phones and e-mails are a platform's or nobody's, by patterns in which * is anything.

`settings.SHARED_CONTACTS` has those of the installation, an organisation adds its own.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings

_REMEMBERED = 2_000


class Relays:
    """Patterns, read once; called with the kind and the key of a contact point."""

    def __init__(self, patterns: Iterable[str]):
        domains = [one.removeprefix("*@") for one in patterns if one.startswith("*@")]
        self._domains = _compiled(domains)
        self._others = _compiled([one for one in patterns if not one.startswith("*@")])
        self._is_known = lru_cache(_REMEMBERED)(self._is_domain)  # customers have few domains

    def __call__(self, kind: str, key: str) -> bool:
        """Whether a value is shared whoever has it."""
        if kind == "email" and self._is_known(key.rpartition("@")[2]):
            return True
        return bool(self._others and self._others.fullmatch(key))

    def _is_domain(self, domain: str) -> bool:
        return bool(self._domains and self._domains.fullmatch(domain))


def relays(own: Iterable[str] = ()) -> Relays:
    """Those of the installation and of an organisation (`Organisation.shared_contacts`)."""
    return _relays((*settings.SHARED_CONTACTS, *own))


def is_met(pattern: str, key: str) -> bool:
    return bool(_compiled([pattern]).fullmatch(key))


@lru_cache(100)
def _relays(patterns: tuple[str, ...]) -> Relays:
    return Relays(patterns)


def _compiled(patterns: list[str]) -> re.Pattern | None:
    parts = [re.escape(pattern).replace(r"\*", ".*") for pattern in patterns]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None
