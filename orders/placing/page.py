"""What the order page shows of a form that was sent: menu, cart, bill, and who may be meant."""

from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from backoffice.core.text.formats import Formats
from backoffice.core.text.periods import local_day
from customers.models import Customer
from orders.choices import DiscountKind, ServiceType
from orders.extensions import order_extensions
from orders.fulfilling import Bill, Placement, billed
from orders.models import DiningTable
from orders.placing.forms import OrderForm
from orders.placing.menu import Menu
from orders.placing.words import bill_rows, cart_rows, choices_of
from orders.visits import find_customers, hits

_SHORTEST_NUMBER = 6  # digits of a phone or card
_TYPED = ("coupon", "points", "at")  # what is wrong with these is told while they are typed
_MOST_TABLES = 200


@dataclass
class OrderPage:
    """A form as it was read, with the lines in it. `data` is what was sent."""

    data: object
    form: OrderForm
    placement: Placement
    formats: Formats

    @cached_property
    def menu(self) -> Menu:
        return Menu(self.placement.location, self._today, self.placement.customer)

    @property
    def _today(self):
        return local_day(self.placement.now, self.placement.location.tz)

    def context(self, *, bill: Bill | None = None, is_asked_for: bool = False, notice: str = "") -> dict:
        """All that the template needs. What is wrong is told once the order was to be placed; what was typed
        of coupon, points and time at once."""
        placement, bill, menu = self.placement, bill or billed(self.placement), self.menu
        problems = {name: text for name, text in bill.problems.items() if is_asked_for or name in _TYPED}
        query, category = self.data.get("q", "").strip()[:100], self.data.get("category", "")
        return {
            "form": self.form,
            "placement": placement,
            "customer": placement.customer,
            "services": choices_of(placement.service_type),
            "notes": bill.notes,
            "cart": cart_rows(bill, self.formats),
            "bill": bill_rows(bill, self.formats),
            "total": self.formats.money(bill.total_cents + bill.tip_cents),
            "seen_total": bill.total_cents,
            "deductions": bill.deductions,
            "problems": problems,
            "is_asked_for": is_asked_for and bool(problems or self.form.errors),
            "notice": notice,
            "query": query,
            "category": category if category in menu.categories else "",
            "categories": menu.categories,
            "groups": menu.groups(query, category, self._counts, bill.avoided, self.formats),
            "most_points": self._most_points(bill),
            **self._who(),
            "tables": self._tables(),
        }

    @property
    def _counts(self) -> dict[int, int]:
        counts: dict[int, int] = {}
        for line in self.placement.lines:
            counts[line.product_id] = counts.get(line.product_id, 0) + line.quantity
        return counts

    def _who(self) -> dict:
        if self.placement.customer is not None:
            return {}
        organisation = self.placement.location.organisation
        owner, fault = owner_of(organisation, self.data)
        typed = [self.data.get(name, "").replace("\x00", "")[:160] for name in ("name", "phone")]
        found = [owner] if owner else find_customers(organisation, *typed)
        return {
            "hits": hits(organisation, found, self._today, self.formats) if found else [],
            "card_fault": fault,
            "is_new": bool(typed[1] and not found and organisation.collects_customers),
        }

    def _most_points(self, bill: Bill) -> dict | None:
        """How many points can pay for a part of it, where that is possible at all."""
        if self.placement.customer is None or not bill.lines:
            return None
        by_points = (one.amount_cents for one in bill.deductions if one.kind == DiscountKind.POINTS)
        left = bill.total_cents + sum(by_points)
        for extension in order_extensions():
            points, cents = extension.most_points(self.placement.customer, left)
            if points:
                words = {"points": self.formats.number(points), "worth": self.formats.money(cents)}
                return {"points": points, "text": _("Up to %(points)s, worth %(worth)s") % words}
        return None

    def _tables(self) -> list[str]:
        if self.placement.service_type != ServiceType.DINE_IN:
            return []
        tables = DiningTable.objects.filter(location=self.placement.location, is_active=True)
        return list(tables.order_by("name").values_list("name", flat=True)[:_MOST_TABLES])


def owner_of(organisation, data) -> tuple[Customer | None, str]:
    """Whose phone or card it is that stands in the form, or why that card is not to be used."""
    for name in ("phone", "name"):
        text = data.get(name, "").replace("\x00", "").strip()[:100]
        if sum(sign.isdigit() for sign in text) < _SHORTEST_NUMBER:
            continue
        try:
            for extension in order_extensions():
                if found := extension.customer_of(organisation, text):
                    return found, ""
        except ValidationError as error:
            return None, " ".join(error.messages)
    return None, ""
