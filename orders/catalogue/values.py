"""What a product may be, whoever says so: the form, a file. All raise ValidationError with a sentence."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.numbers import parse_number

USUAL_SECOND_PCT = 30  # of a menu of food and drinks
TAXES = ("tax_rate", "second_tax_rate", "second_tax_pct")
SHARE_LIMITS = (MinValueValidator(1), MaxValueValidator(99))


def parse_rate(text: str) -> Decimal | None:
    """Per cent with up to two decimals, typed as people write them; None when empty."""
    text = text.removesuffix("%").strip()
    rate = parse_number(text[:40]) if text else None
    if text and (rate is None or not 0 <= rate <= 100 or rate != round(rate, 2)):
        raise ValidationError(_("Write per cent from 0 to 100, for example 7 or 19."), code="rate")
    return rate


def require_not_negative(cents: int | None) -> int | None:
    if cents is not None and cents < 0:
        raise ValidationError(_("An amount is not negative."))
    return cents


def share_at_second(rate: Decimal | None, second_rate: Decimal | None, pct: int | None) -> int | None:
    """The share of the price that bears the second rate; the usual one where nobody said."""
    if second_rate is None:
        return None
    if rate is None:
        raise ValidationError(_("A second rate needs a first one."))
    return pct or USUAL_SECOND_PCT
