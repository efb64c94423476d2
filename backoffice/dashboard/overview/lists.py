"""Lines of the overview: parties of today, birthdays of the week, regulars who are late, silent sources."""

from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.text.formats import NO_YEAR, Formats
from backoffice.staff.models import Location, Organisation
from customers.choices import Degree, Risk
from customers.models import Customer
from orders.models import ConnectedSource
from orders.reservations import expected_today, people, place

SHOWN = 6
_WEEK_DAYS = 7


@dataclass(frozen=True)
class Item:
    """`tone` as in the design: `bad`, `warn` or none; `lead` stands in front, a time or a day."""

    title: str
    text: str
    url: str
    icon: str = ""
    tone: str = ""
    lead: str = ""


@dataclass(frozen=True)
class Section:
    """Lines under a title; `side` stands beside it, `nothing` is said without any line."""

    name: str
    title: str
    items: list[Item]
    nothing: str = ""
    side: str = ""


def coming(organisation: Organisation, location: Location | None, today: date) -> Section:
    """The next parties, and how many people come today."""
    parties = expected_today(organisation, location, today)
    shown = [
        Item(
            one.shown_name,
            ", ".join([people(one.party), place(one)]),
            reverse("orders:reservation-edit", args=[one.pk]),
            lead=f"{one.starts_at.astimezone(one.location.tz):%H:%M}",
        )
        for one in parties[:SHOWN]
    ]
    side = people(sum(one.party for one in parties)) if parties else ""
    return Section("coming", _("Reservations today"), shown, _("Nobody has booked for today."), side)


def birthdays(organisation: Organisation, today: date, formats: Formats) -> Section:
    """Of today and the six days after, the next first."""
    days = [today + timedelta(days=number) for number in range(_WEEK_DAYS)]
    ahead = Case(*(When(_born_on(day), then=Value(number)) for number, day in enumerate(days)))
    born = Customer.objects.of(organisation).filter(is_active=True).annotate(ahead=ahead)
    found = born.filter(ahead__isnull=False, birthday_month__in={day.month for day in days})
    shown = [_birthday(one, days[one.ahead], formats) for one in found.order_by("ahead", "pk")[:SHOWN]]
    return Section("birthdays", _("Birthdays this week"), shown, _("Nobody has a birthday."))


def _born_on(day: date) -> Q:
    """Who was born on 29 February has their birthday on the 28th of other years."""
    is_last = day.month == 2 and day.day == 28 and not isleap(day.year)
    return Q(birthday_month=day.month, birthday__day__in=[28, 29] if is_last else [day.day])


def _birthday(customer: Customer, day: date, formats: Formats) -> Item:
    age = day.year - customer.birthday.year if customer.birthday.year != NO_YEAR else 0
    when = _("today") if day == formats.today else formats.birthday(day.replace(year=NO_YEAR))
    turns = _("turns %(age)d") % {"age": age} if age else ""
    url = reverse("customers:profile", args=[customer.pk])
    return Item(customer.name, ", ".join(filter(None, [when, turns])), url, "gift")


def late_regulars(organisation: Organisation, formats: Formats) -> Section:
    """Whose own rhythm says that they should have come, the longest awaited first."""
    customers = Customer.objects.of(organisation).filter(is_active=True).select_related("stats")
    late = customers.filter(stats__organisation=organisation, stats__risk=Risk.LATE)
    # not "at least": SQLite would take the index of degrees, and sort all regulars
    regulars = late.exclude(stats__degree__lt=Degree.REGULAR)
    shown = [_late(one, formats) for one in regulars.order_by("stats__expected_on", "pk")[:SHOWN]]
    return Section("late", _("Regulars running late"), shown, _("All regulars keep their rhythm."))


def _late(customer: Customer, formats: Formats) -> Item:
    days, rhythm = (formats.today - customer.stats.expected_on).days, customer.stats.rhythm_days
    text = ngettext(
        "%(days)s day late, usually every %(rhythm)s", "%(days)s days late, usually every %(rhythm)s", days
    )
    text %= {"days": formats.number(days), "rhythm": formats.number(rhythm)}
    url = reverse("customers:profile", args=[customer.pk])
    return Item(customer.name, text, url, Risk.LATE.icon, Risk.LATE.tone)


def to_do(organisation: Organisation, formats: Formats) -> Section:
    """Sources that an alarm was raised for, and that are on."""
    silent = ConnectedSource.objects.filter(organisation=organisation, is_on=True, alarmed_at__isnull=False)
    shown = [
        Item(
            _("%(source)s is silent") % {"source": one.name},
            _("last event: %(moment)s") % {"moment": formats.moment(one.last_event_at)},
            reverse("orders:sources"),
            "plug",
            "bad",
        )
        for one in silent.order_by("last_event_at", "pk")
    ]
    return Section("to-do", _("To do"), shown, _("Nothing waits for you."))
