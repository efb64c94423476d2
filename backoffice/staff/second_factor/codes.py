"""Which codes open the door: six digits of the app, once, or one of ten recovery codes, once."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

import structlog
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from backoffice.core.sealing import Unreadable
from backoffice.core.text.text import ascii_digits
from backoffice.staff.second_factor.sealing import seal

logger = structlog.get_logger(__name__)
APP, RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
RECOVERY_CODES = 10
FEW_CODES = 3


@dataclass(frozen=True)
class SecondFactor:
    """`codes_left` counts unused recovery codes."""

    since: datetime
    codes_left: int

    @property
    def has_few_codes(self) -> bool:
        return self.codes_left <= FEW_CODES


def second_factor_of(user) -> SecondFactor | None:
    """None while it is off."""
    rows = {row.type: row for row in Authenticator.objects.filter(user_id=user.pk)}
    if APP not in rows:
        return None
    codes = rows[RECOVERY].data["hashes"] if RECOVERY in rows else []
    return SecondFactor(rows[APP].created_at, len(codes))


def new_recovery_codes() -> list[str]:
    """As `1234 5678 9012`: digits, because the keypad for the app's code has nothing else."""
    numbers = [f"{secrets.randbelow(10**12):012}" for _code in range(RECOVERY_CODES)]
    return [f"{number[:4]} {number[4:8]} {number[8:]}" for number in numbers]


def hash_of(user_id: int, code: str) -> str:
    """Keyed with SECRET_KEY: without it nobody can try all codes, and with it the app's secret is open."""
    return salted_hmac(f"recovery code of {user_id}", digits_of(code), algorithm="sha256").hexdigest()


def digits_of(typed: str) -> str:
    """Codes are shown in groups and typed with or without them."""
    return re.sub(r"[\s-]", "", ascii_digits(typed))


def step_of(secret: str, code: str, *, after: int = 0) -> int | None:
    """The half minute since 1970 whose code this is, of those that clocks may disagree about; later than
    `after`, so that no code works twice. None when it is wrong.
    """
    for step in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, step))
        if step > after and constant_time_compare(expected, digits_of(code)):
            return step
    return None


@transaction.atomic
def use_code(user, typed: str) -> Authenticator | None:
    """Use a code up: the row it belongs to, None for a wrong or used one. Of two at once one passes."""
    for row in Authenticator.objects.select_for_update().filter(user_id=user.pk).order_by("pk"):
        uses = _use_app_code if row.type == APP else _use_recovery_code
        if uses(row, typed):
            row.save(update_fields=["data"])
            return row
    return None


def _use_app_code(row: Authenticator, typed: str) -> bool:
    try:
        step = step_of(seal.open(row.data["secret"]), typed, after=row.data["last_step"])
    except Unreadable:
        logger.error("second_factor_unreadable", user_id=row.user_id)
        return False
    row.data["last_step"] = step or row.data["last_step"]
    return step is not None


def _use_recovery_code(row: Authenticator, typed: str) -> bool:
    known, typed_hash = row.data["hashes"], hash_of(row.user_id, typed)
    row.data["hashes"] = [one for one in known if not constant_time_compare(one, typed_hash)]
    return len(row.data["hashes"]) < len(known)
