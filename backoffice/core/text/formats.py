"""Figures as people read them, in three languages (DESIGN §8).

Called once per cell of a list, so it avoids Django's general formatting, which asks the settings
for every figure.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import get_currency_symbol
from django.utils import timezone
from django.utils.translation import get_language

from backoffice.core.text.money import cents_per_unit, decimals_of
from backoffice.core.text.text import fold

NBSP = "\u00a0"
MINUS = "\u2212"
_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
# The year of a birthday of which only day and month are known: a leap year before any other. The
# calendars of phones mark it the same way.
NO_YEAR = 1604
LOCALES = {"de": "de_DE", "es": "es_ES", "en": "en_GB"}


@dataclass(frozen=True)
class Formats:
    """How one reader sees figures: language, currency (ISO 4217), time zone, and what time it is."""

    language: str
    currency: str
    tz: ZoneInfo
    now: datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.tz).date()

    def number(self, value: int) -> str:
        return _grouped(value, self.language)

    def money(self, cents: int | None) -> str:
        """Empty for None: an unknown amount is not 0."""
        if cents is None:
            return ""
        return _money(cents, self.language, self.currency)

    @property
    def cents_per_unit(self) -> int:
        return cents_per_unit(self.currency)

    def share(self, part: int, whole: int) -> str:
        """`45,8 %`, empty when there is nothing to divide by."""
        if not whole:
            return ""
        return self.percent(part * 100 / whole)

    def whole_percent(self, value: int) -> str:
        """`45 %`."""
        return f"{value}%" if self.language == "en" else f"{value}{NBSP}%"

    def percent(self, value: float) -> str:
        text = f"{value:.1f}".replace("-", MINUS)
        return f"{text}%" if self.language == "en" else f"{text.replace('.', ',')}{NBSP}%"

    def decimal(self, value: float) -> str:
        text = f"{value:.1f}".replace("-", MINUS)
        return text if self.language == "en" else text.replace(".", ",")

    def day(self, value: date | None) -> str:
        return _day(value, self.language) if value else ""

    def long_day(self, value: date) -> str:
        """`Donnerstag, 12. November 2026`."""
        return format_date(value, "full", locale=LOCALES[self.language])

    def birthday(self, value: date | None) -> str:
        """A day; `7. März` where the year is not known."""
        if value is None or value.year != NO_YEAR:
            return self.day(value)
        return format_skeleton("MMMMd", value, locale=LOCALES[self.language])

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.tz)

    def moment(self, value: datetime | None) -> str:
        """`12.11.2026, 18:42`."""
        if value is None:
            return ""
        local = value.astimezone(self.tz)
        return f"{_day(local.date(), self.language)}, {local:%H:%M}"

    def hour(self, value: int) -> str:
        """From that hour of the day to the next: `12–13 Uhr`."""
        return f"{value:02}–{(value + 1) % 24:02}{NBSP}{'Uhr' if self.language == 'de' else 'h'}"

    def month(self, value: date) -> str:
        return month_name(value.month, self.language)


def formats_for(organisation) -> Formats:
    """The formats of the language in use and of this organisation."""
    return Formats((get_language() or "de")[:2], organisation.currency, organisation.tz)


def local_number(value: int) -> str:
    """A whole number in the language in use."""
    return _grouped(value, (get_language() or "de")[:2])


def local_birthday(value: date) -> str:
    """A birthday in the language in use, as `days.parse_birthday` reads it."""
    return Formats((get_language() or "de")[:2], "", timezone.get_current_timezone()).birthday(value)


def local_moment(value: datetime) -> str:
    """A moment in the language and time zone in use, where no organisation's figures are at hand."""
    return Formats((get_language() or "de")[:2], "", timezone.get_current_timezone()).moment(value)


@lru_cache(maxsize=10_000)
def _grouped(value: int, language: str) -> str:
    text = f"{abs(value):,}"
    if language == "de":
        text = text.replace(",", ".")
    elif language == "es":
        text = text.replace(",", ".") if abs(value) >= 10_000 else text.replace(",", "")
    return f"{MINUS}{text}" if value < 0 else text


@lru_cache(maxsize=20_000)
def _money(cents: int, language: str, currency: str) -> str:
    decimals = decimals_of(currency)
    whole, rest = divmod(abs(cents), 10**decimals)
    sign = MINUS if cents < 0 else ""
    symbol = _symbol(currency, language)
    part = f"{rest:0{decimals}d}" if decimals else ""
    if language == "en":
        gap = NBSP if symbol[-1:].isalpha() else ""
        return f"{sign}{symbol}{gap}{_grouped(whole, language)}{part and '.'}{part}"
    return f"{sign}{_grouped(whole, language)}{part and ','}{part}{NBSP}{symbol}"


@lru_cache(maxsize=100)
def _symbol(currency: str, language: str) -> str:
    return get_currency_symbol(currency, LOCALES[language])


@lru_cache(maxsize=5_000)
def _day(value: date, language: str) -> str:
    if language == "de":
        return f"{value:%d.%m.%Y}"
    if language == "es":
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"


@lru_cache(maxsize=50)
def month_name(month: int, language: str) -> str:
    """Short, as under a chart: `Mär`, `mar`, `Mar`."""
    name = Locale.parse(LOCALES[language]).months["stand-alone"]["abbreviated"][month]
    return name.rstrip(".")[:4]


@lru_cache(maxsize=50)
def full_month_name(month: int, language: str) -> str:
    """As in a sentence: `November`, `noviembre`."""
    return Locale.parse(LOCALES[language]).months["format"]["wide"][month]


@lru_cache(maxsize=50)
def weekday_name(weekday: int, language: str) -> str:
    """Short, Monday is 0: `Mo`, `lu`, `Mon`."""
    name = Locale.parse(LOCALES[language]).days["format"]["abbreviated"][weekday]
    return name.rstrip(".")


@lru_cache(maxsize=10)
def language_names(language: str) -> dict[str, str]:
    """Names of the languages with a code of two letters by that code, in one language, sorted by name."""
    names = Locale.parse(LOCALES.get(language, "en_GB")).languages
    named = {code: name[:1].upper() + name[1:] for code, name in names.items() if len(code) == 2}
    return dict(sorted(named.items(), key=lambda item: fold(item[1])))


def language_name(code: str) -> str:
    return language_names((get_language() or "de")[:2]).get(code, code)


@lru_cache(maxsize=10)
def country_names(language: str) -> dict[str, str]:
    """ISO 3166-1 alpha-2 codes with their names, sorted by name."""
    territories = Locale.parse(LOCALES.get(language, "en_GB")).territories
    countries = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
    }
    return dict(sorted(countries.items(), key=lambda item: fold(item[1])))


def country_name(code: str) -> str:
    return country_names((get_language() or "de")[:2]).get(code, code)
