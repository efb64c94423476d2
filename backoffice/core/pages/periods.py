"""The period a report speaks of, from its address: `?period=month`, or `?from=2026-11-01&to=2026-11-12`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.text.formats import Formats, full_month_name
from backoffice.core.text.periods import same_day_before

PERIODS = {
    "today": gettext_lazy("Today"),
    "yesterday": gettext_lazy("Yesterday"),
    "week": gettext_lazy("This week"),
    "month": gettext_lazy("This month"),
    "last-month": gettext_lazy("Last month"),
    "year": gettext_lazy("This year"),
    "all": pgettext_lazy("period", "All time"),
}
OWN = "own"
NAMES = ("period", "from", "to")  # of the address


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both included; None is open. `code` is one of PERIODS, or OWN."""

    code: str
    first: date | None
    last: date | None

    @property
    def days(self) -> int | None:
        """How many there are, None when it is open."""
        return None if self.first is None or self.last is None else (self.last - self.first).days + 1

    def before(self) -> "Period | None":
        """The same days of the month before, for what compares; only of the running month (PRODUCT §2)."""
        if self.code != "month":
            return None
        return Period(OWN, same_day_before(self.first), same_day_before(self.last))

    def words(self, formats: Formats) -> str:
        """What stands in the chip: `Today`, `1–12 November`, `01.11.2026–12.11.2026`."""
        if self.code == "month" and self.last.day > 1:
            days = {"last": self.last.day, "month": full_month_name(self.last.month, formats.language)}
            return _("1–%(last)s %(month)s") % days
        if self.code != OWN:
            return str(PERIODS[self.code])
        if self.first == self.last:
            return formats.day(self.first)
        if self.first is None:
            return _("until %(day)s") % {"day": formats.day(self.last)}
        if self.last is None:
            return _("from %(day)s") % {"day": formats.day(self.first)}
        return f"{formats.day(self.first)}–{formats.day(self.last)}"


def read_period(data: Mapping[str, str], today: date, *, default: str = "month") -> tuple[Period, str]:
    """The period of an address and a sentence on what could not be read, else empty. `today` is the house's.

    Days of one's own come before a name. What cannot be read is left out, in favour of `default`.
    """
    texts = [data.get(name, "").strip() for name in ("from", "to")]
    if any(texts):
        days = [_day(text) for text in texts]
        first, last = days
        if any(text and not day for text, day in zip(texts, days, strict=True)):
            return _named(default, today), _("Period: write days as 31.12.2026.")
        if first and last and first > last:
            return _named(default, today), _("Period: its first day comes after its last.")
        return Period(OWN, first, last), ""
    code = data.get("period") or default
    if code not in PERIODS:
        return _named(default, today), _("Period: “%(value)s” is unknown.") % {"value": code[:40]}
    return _named(code, today), ""


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1500 <= day.year <= 9000 else None


def _named(code: str, today: date) -> Period:
    first = {
        "today": today,
        "yesterday": today - timedelta(days=1),
        "week": today - timedelta(days=today.weekday()),
        "month": today.replace(day=1),
        "last-month": (today.replace(day=1) - timedelta(days=1)).replace(day=1),
        "year": today.replace(month=1, day=1),
        "all": None,
    }[code]
    last = {"yesterday": first, "last-month": today.replace(day=1) - timedelta(days=1), "all": None}
    return Period(code, first, last.get(code, today))


def period_links(address) -> list[tuple[str, str, str]]:
    """(label, address, code) of each of PERIODS, for the menu of a report; `address` is its Address."""
    no_days = {"from": None, "to": None}
    return [(label, address(period=code, **no_days), code) for code, label in PERIODS.items()]
