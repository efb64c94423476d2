"""The order page: each press sends the whole form and gets it back, with or without script."""

from uuid import uuid4

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views import View
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.core.text.periods import local_day
from backoffice.staff.context import frame_of
from customers.models import Customer
from orders.choices import DiscountKind, ServiceType
from orders.extensions import order_extensions
from orders.fulfilling import Bill, PlacementRefused, billed, place_order
from orders.models import DiningTable
from orders.placing import cart
from orders.placing.forms import SERVICES, OrderForm
from orders.placing.menu import Menu
from orders.placing.words import bill_rows, cart_rows, choices_of
from orders.visits import find_customers, hits

_SHORTEST_NUMBER = 6  # digits of a phone or card


class OrderView(PermissionRequiredMixin, View):
    """`?customer=<id>` begins with that customer."""

    permission_required = "orders.add_order"
    raise_exception = True

    @cached_property
    def moment(self):
        return now()

    @cached_property
    def formats(self):
        return formats_for(self.request.organisation)

    @cached_property
    def locations(self):
        here = self.request.location
        return [one for one in frame_of(self.request).locations if here is None or one.pk == here.pk]

    # ---- what is sent -----------------------------------------------------------------------------

    def get(self, request):
        if not self.locations:
            return render(request, "orders/placing/no_location.html")
        data = QueryDict(mutable=True)
        data["token"], data["location"] = str(uuid4()), str(self.locations[0].pk)
        customer = self._customer(request.GET.get("customer"))
        usual = customer.stats.last_service_type if customer else ""
        data["service"] = usual if usual in SERVICES else ServiceType.PICKUP
        self._choose(data, customer)
        return self._show(data, [])

    def post(self, request):
        if not self.locations:
            return redirect("orders:order-new")
        data, step = request.POST.copy(), request.POST.get("step", "")
        lines = cart.read_lines(data)
        name, _colon, value = step.partition(":")
        place = whole_number(value, -1)
        if name == "add":
            lines = cart.add(lines, place)
        elif name in ("more", "less"):
            lines = cart.change(lines, place, +1 if name == "more" else -1)
        elif name == "customer":
            self._choose(data, self._customer(value))
        elif name == "first":
            lines = self._take_first(data, lines)
        elif name == "place":
            return self._place(data, lines)
        return self._show(data, lines)

    def _customer(self, text: str | None) -> Customer | None:
        mine = Customer.objects.of(self.request.organisation).active().select_related("stats")
        return mine.filter(pk=whole_number(text, 0)).first()

    def _choose(self, data, customer: Customer | None) -> None:
        """Whose order it is, with the address that goes with them."""
        data["customer"] = str(customer.pk) if customer else ""
        data["name"] = data["phone"] = ""
        place = f"{customer.postcode} {customer.city}".strip() if customer else ""
        parts = (customer.address1, customer.address2, place) if customer else ()
        data["destination"] = ", ".join(filter(None, parts))[:300]

    def _take_first(self, data, lines):
        """Enter: the first product that is found, else the one whose phone or card was typed."""
        if query := data.get("q", "").strip():
            first = self._menu(self._read(data).placement(lines)).first(query)
            if first is not None:
                data["q"] = ""
                return cart.add(lines, first.pk)
        elif not data.get("customer"):
            owner, _fault = self._owner(data)
            if owner is not None:
                self._choose(data, owner)
        return lines

    def _owner(self, data) -> tuple[Customer | None, str]:
        """Whose phone or card it is that stands in the form, or why that card is not to be used."""
        for name in ("phone", "name"):
            text = data.get(name, "").replace("\x00", "").strip()[:100]
            if sum(sign.isdigit() for sign in text) < _SHORTEST_NUMBER:
                continue
            try:
                for extension in order_extensions():
                    if found := extension.customer_of(self.request.organisation, text):
                        return found, ""
            except ValidationError as error:
                return None, " ".join(error.messages)
        return None, ""

    # ---- what is shown ----------------------------------------------------------------------------

    def _read(self, data) -> OrderForm:
        """What was typed, as far as it can be read; a location that is none is the first."""
        if not any(data.get("location") == str(one.pk) for one in self.locations):
            data["location"] = str(self.locations[0].pk)
        form = OrderForm(data, organisation=self.request.organisation, now=self.moment)
        form.is_valid()
        return form

    def _menu(self, placement) -> Menu:
        today = local_day(self.moment, placement.location.tz)
        return Menu(placement.location, today, placement.customer)

    def _place(self, data, lines):
        form = self._read(data)
        if form.errors:
            return self._show(data, lines, form=form, is_asked_for=True)
        placement = form.placement(lines)
        seen = whole_number(data.get("seen_total"), None)
        if seen is not None and not (bill := billed(placement)).problems and bill.total_cents != seen:
            told = _("The sum was %(sum)s before. Look at it again, then place the order.")
            notice = told % {"sum": self.formats.money(seen)}
            return self._show(data, lines, form=form, bill=bill, notice=notice)
        try:
            placed = place_order(placement, actor=self.request.user)
        except PlacementRefused as refusal:
            return self._show(data, lines, form=form, bill=refusal.bill, is_asked_for=True)
        order = placed.order
        words = {"number": order.external_id, "sum": self.formats.money(order.total_cents + order.tip_cents)}
        toast(self.request, _("Order %(number)s is placed: %(sum)s.") % words)
        address = reverse("orders:board")
        is_live = self.request.htmx
        return HttpResponseClientRedirect(address) if is_live else HttpResponseRedirect(address)

    def _show(self, data, lines, *, form=None, bill: Bill | None = None, is_asked_for=False, notice=""):
        """The page, with what is wrong: all of it once the order was to be placed, else what was typed."""
        form = form or self._read(data)
        placement = form.placement(lines)
        bill, menu = bill or billed(placement), self._menu(placement)
        problems = {name: text for name, text in bill.problems.items() if is_asked_for or name in _TYPED}
        query, category = data.get("q", "").strip()[:100], data.get("category", "")
        counts: dict[int, int] = {}
        for line in lines:
            counts[line.product_id] = counts.get(line.product_id, 0) + line.quantity
        context = {
            "form": form,
            "placement": placement,
            "customer": placement.customer,
            "services": choices_of(placement.service_type),
            "locations": self.locations,
            "notes": bill.notes,
            "cart": cart_rows(bill, self.formats),
            "bill": bill_rows(bill, self.formats),
            "total": self.formats.money(bill.total_cents + bill.tip_cents),
            "seen_total": bill.total_cents,
            "deductions": bill.deductions,
            "problems": problems,
            "is_asked_for": is_asked_for and bool(problems or form.errors),
            "notice": notice,
            "query": query,
            "category": category if category in menu.categories else "",
            "categories": menu.categories,
            "groups": menu.groups(query, category, counts, bill.avoided, self.formats),
            "most_points": self._most_points(placement, bill),
            **self._who(data, placement),
            "tables": self._tables(placement),
        }
        is_part = self.request.htmx and not self.request.htmx.history_restore_request
        has_changed = data.get("customer", "") != self.request.POST.get("customer", "")
        # where the focus goes: an answer of htmx leaves it where it was
        if placement.customer and (has_changed or not is_part):
            context["begins_with_menu"] = True
        elif not is_part:
            form.fields["name"].widget.attrs["autofocus"] = True
        template = "orders/placing/_order.html" if is_part else "orders/placing/page.html"
        return render(self.request, template, context, status=422 if context["is_asked_for"] else 200)

    def _who(self, data, placement) -> dict:
        if placement.customer is not None:
            return {}
        owner, fault = self._owner(data)
        typed = [data.get(name, "").replace("\x00", "")[:160] for name in ("name", "phone")]
        found = [owner] if owner else find_customers(self.request.organisation, *typed)
        today = local_day(self.moment, placement.location.tz)
        return {
            "hits": hits(self.request.organisation, found, today, self.formats) if found else [],
            "card_fault": fault,
            "is_new": bool(typed[1] and not found and self.request.organisation.collects_customers),
        }

    def _most_points(self, placement, bill: Bill) -> dict | None:
        """How many points can pay for a part of it, where that is possible at all."""
        if placement.customer is None or not bill.lines:
            return None
        left = bill.total_cents + sum(
            one.amount_cents for one in bill.deductions if one.kind == DiscountKind.POINTS
        )
        for extension in order_extensions():
            points, cents = extension.most_points(placement.customer, left)
            if points:
                words = {"points": self.formats.number(points), "worth": self.formats.money(cents)}
                return {"points": points, "text": _("Up to %(points)s, worth %(worth)s") % words}
        return None

    @staticmethod
    def _tables(placement) -> list[str]:
        if placement.service_type != ServiceType.DINE_IN:
            return []
        tables = DiningTable.objects.filter(location=placement.location, is_active=True)
        return list(tables.order_by("name").values_list("name", flat=True)[:200])


_TYPED = ("coupon", "points", "at")
