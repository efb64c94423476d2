"""Fields of forms for what people type: amounts, whole numbers, days."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from backoffice.core.text.money import decimals_of, parse_cents, plain
from backoffice.core.text.numbers import parse_whole

_YEARS = (1500, 9000)


class MoneyField(forms.CharField):
    """An amount in the organisation's currency, typed as people write one, as cents."""

    def __init__(self, *, currency, **kwargs):
        super().__init__(**kwargs)
        self.currency = currency

    def to_python(self, value):
        text = super().to_python(value)
        return parse_cents(text, self.currency) if text else None

    def prepare_value(self, value):
        """Cents as somebody would type them in the language in use."""
        if not isinstance(value, int):
            return value
        sign = "." if get_language() == "en" else ","
        return plain(value, decimals_of(self.currency), sign)


class CountField(forms.IntegerField):
    """A whole number, typed as people write one: Django takes `1.000` for 1."""

    def to_python(self, value):
        if value in self.empty_values:
            return None
        number = parse_whole(str(value))
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class DayField(forms.DateField):
    """A day of the calendar that people use: at its ends a time zone leads out of it."""

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not _YEARS[0] <= day.year <= _YEARS[1]:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day
