"""Who is coming: parties and open orders of a day, with what the team should know. No contact data."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from customers.models import Customer
from customers.rhythm import VisitHistory
from orders.choices import HOLDING, OrderStatus
from orders.models import Order, Reservation
from orders.reservations.day import DINNER, EVENING, LUNCH
from orders.reservations.words import people, place
from orders.visits import usual_dishes, visit_histories

WHOLE_DAY = "all"
_OPEN_FOR = timedelta(days=2)  # an order that is open for longer is no longer expected


@dataclass(frozen=True)
class Arrival:
    """One line of the sheet as text: when, what, who, and what to know. `customer` may be None."""

    at: datetime
    time: str
    what: str
    name: str
    customer: Customer | None
    history: VisitHistory | None
    dishes: str
    note: str
    is_order: bool
    people: int = 0


def coming_count(organisation, location, today: date) -> int:
    return _expected(organisation, location, today).count()


def expected_today(organisation, location, today: date) -> list[Reservation]:
    """The parties of a day, of one location or all, the earliest first. One query."""
    parties = Reservation.objects.filter(organisation=organisation, starts_on=today, state__in=HOLDING)
    if location:
        parties = parties.filter(location=location)
    return list(parties.select_related("customer", "table", "location").order_by("starts_at", "pk"))


def _expected(organisation, location, day: date):
    return Reservation.objects.filter(
        organisation=organisation, location=location, starts_on=day, state__in=HOLDING
    )


def sheet(organisation, location, day: date, part: str, formats: Formats) -> list[Arrival]:
    """Everybody who is expected, the earliest first. Five queries, however many come."""
    booked = list(_expected(organisation, location, day).select_related("customer", "table"))
    ordered = _open_orders(organisation, location, day)
    ids = {one.customer_id for one in (*booked, *ordered) if one.customer_id}
    histories = visit_histories(organisation, ids, today=day, before=day)
    dishes = usual_dishes(ids)
    lines = [_party(one, location) for one in booked] + [_order(one, location) for one in ordered]
    arrivals = [
        Arrival(
            **line,
            name=_name(line["customer"]) or given,
            history=histories.get(line["customer"] and line["customer"].pk),
            dishes=", ".join(dishes.get(line["customer"] and line["customer"].pk, [])),
        )
        for line, given in lines
    ]
    return sorted((one for one in arrivals if _fits(one, part, location)), key=lambda one: (one.at, one.name))


def _open_orders(organisation, location, day: date) -> list[Order]:
    """Those of yesterday that are promised for today too."""
    start = datetime.combine(day, datetime.min.time(), tzinfo=location.tz)
    orders = Order.objects.filter(
        organisation=organisation,
        location=location,
        status=OrderStatus.OPEN,
        placed_at__gte=start - _OPEN_FOR,
        placed_at__lt=start + timedelta(days=1),
    ).select_related("customer")
    return [one for one in orders if _wanted_at(one).astimezone(location.tz).date() == day]


def _wanted_at(order: Order) -> datetime:
    return order.promised_at or order.placed_at


def _party(one: Reservation, location) -> tuple[dict, str]:
    line = {"customer": one.customer, "note": one.note, "is_order": False, "people": one.party}
    what = _("%(people)s, %(place)s") % {"people": people(one.party), "place": place(one)}
    return line | _at(one.starts_at, location) | {"what": what}, one.name


def _order(order: Order, location) -> tuple[dict, str]:
    note = _("Order %(number)s") % {"number": order.external_id}
    line = {"customer": order.customer, "note": note, "is_order": True}
    given = _("without a name")
    return line | _at(_wanted_at(order), location) | {"what": order.get_service_type_display()}, given


def _at(moment: datetime, location) -> dict:
    local = moment.astimezone(location.tz)
    return {"at": local, "time": f"{local:%H:%M}"}


def _name(customer: Customer | None) -> str:
    """Never an e-mail or a phone, by which customers without a name are called elsewhere."""
    if customer is None:
        return ""
    return f"{customer.first_name} {customer.last_name}".strip() or _("Customer K-%(number)d") % {
        "number": customer.pk
    }


def _fits(one: Arrival, part: str, location) -> bool:
    if part == WHOLE_DAY:
        return True
    return (one.at.time() >= EVENING) == (part == DINNER)


PARTS = (LUNCH, DINNER, WHOLE_DAY)
