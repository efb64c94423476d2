"""A wrong password or code costs time: for its account, for the address it came from, for a known browser.

Counters are rows and not cache entries: whoever fills a cache throws out the counters that hold them up.
"""

import unicodedata
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from backoffice.staff.models import SignInCounter

FREE_TRIES, FREE_TRIES_OF_ADDRESS = 5, 20  # colleagues share an address
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
REMEMBERED = timedelta(days=1)


def account_key(email: str) -> str:
    """The same for all spellings that sign in as one person; says nothing about the address."""
    return _digest(unicodedata.normalize("NFKC", email).strip().casefold())


def code_key(user_id: int) -> str:
    """For codes of the second step, counted apart from passwords."""
    return _digest("code", str(user_id))


class SignInAttempt:
    """One try of a password or code. From a known browser only its own count, so nobody else can stop it."""

    def __init__(self, *, account: str, address: str, browser: str = ""):
        own = f"browser:{_digest(browser, account)}" if browser else f"account:{account}"
        self._own, self._free = own, {own: FREE_TRIES}
        if not browser:
            self._free[f"address:{_digest(address)}"] = FREE_TRIES_OF_ADDRESS

    @transaction.atomic
    def begin(self) -> bool:
        """Whether the password may be looked at now. It counts as wrong until `succeed`: of a hundred
        tries at once only the free ones pass.
        """
        counters, moment = SignInCounter.objects.filter(key__in=self._free), now()
        if counters.filter(waits_until__gt=moment).exists():
            return False  # before a row is made: who has to wait fills no table
        blank = [SignInCounter(key=key, tried_at=moment, waits_until=moment) for key in self._free]
        SignInCounter.objects.bulk_create(blank, ignore_conflicts=True)
        locked = list(counters.select_for_update().order_by("key"))
        if any(counter.waits_until > moment for counter in locked):
            return False
        for counter in locked:
            is_old = counter.tried_at < moment - REMEMBERED
            counter.failures = 1 if is_old else counter.failures + 1
            counter.tried_at = moment
            counter.waits_until = moment + _wait(counter.failures - self._free[counter.key])
            counter.save()
        return True

    def succeed(self) -> None:
        """The password was right. The address keeps its other failures: guessers may have accounts, too."""
        SignInCounter.objects.filter(key=self._own).delete()
        others = SignInCounter.objects.filter(key__in=self._free, failures__gt=0)
        others.update(failures=F("failures") - 1, waits_until=now())


def forget_old_tries() -> None:
    SignInCounter.objects.filter(tried_at__lt=now() - REMEMBERED).delete()


def _wait(failures_too_many: int) -> timedelta:
    if failures_too_many < 0:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures_too_many, 10))


def _digest(*parts: str) -> str:
    return salted_hmac("backoffice.staff.signing_in", "\0".join(parts), algorithm="sha256").hexdigest()
