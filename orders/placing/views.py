"""The order page: each press sends the whole form and gets it back, with or without script."""

from uuid import uuid4

from django.contrib.auth.mixins import PermissionRequiredMixin
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
from backoffice.staff.context import frame_of
from customers.models import Customer
from orders.choices import ServiceType
from orders.fulfilling import PlacementRefused, billed, place_order
from orders.placing import cart
from orders.placing.forms import SERVICES, OrderForm
from orders.placing.page import OrderPage, owner_of


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
            first = self._page(data, lines).menu.first(query)
            if first is not None:
                data["q"] = ""
                return cart.add(lines, first.pk)
        elif not data.get("customer"):
            owner, _fault = owner_of(self.request.organisation, data)
            if owner is not None:
                self._choose(data, owner)
        return lines

    # ---- what is shown ----------------------------------------------------------------------------

    def _read(self, data) -> OrderForm:
        """What was typed, as far as it can be read; a location that is none is the first."""
        if not any(data.get("location") == str(one.pk) for one in self.locations):
            data["location"] = str(self.locations[0].pk)
        form = OrderForm(data, organisation=self.request.organisation, now=self.moment)
        form.is_valid()
        return form

    def _page(self, data, lines, form=None) -> OrderPage:
        form = form or self._read(data)
        return OrderPage(data, form, form.placement(lines), self.formats)

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
            if refusal.earlier is not None:
                return self._ask_for_another(data, lines, refusal)
            return self._show(data, lines, form=form, bill=refusal.bill, is_asked_for=True)
        order = placed.order
        words = {"number": order.external_id, "sum": self.formats.money(order.total_cents + order.tip_cents)}
        toast(self.request, _("Order %(number)s is placed: %(sum)s.") % words)
        address = reverse("orders:board")
        is_live = self.request.htmx
        return HttpResponseClientRedirect(address) if is_live else HttpResponseRedirect(address)

    def _ask_for_another(self, data, lines, refusal: PlacementRefused):
        """The page was used again, by going back: only on purpose it becomes another order."""
        data["token"] = str(uuid4())
        told = _("%(number)s was placed from this page already. Press again to place this order too.")
        notice = told % {"number": refusal.earlier.external_id}
        return self._show(data, lines, bill=refusal.bill, notice=notice)

    def _show(self, data, lines, *, form=None, **told):
        page = self._page(data, lines, form)
        context = page.context(**told) | {"locations": self.locations}
        is_part = self.request.htmx and not self.request.htmx.history_restore_request
        has_changed = data.get("customer", "") != self.request.POST.get("customer", "")
        # where the focus goes: an answer of htmx leaves it where it was
        if context["customer"] and (has_changed or not is_part):
            context["begins_with_menu"] = True
        elif not is_part:
            page.form.fields["name"].widget.attrs["data-first-field"] = True
        template = "orders/placing/_order.html" if is_part else "orders/placing/page.html"
        return render(self.request, template, context, status=422 if context["is_asked_for"] else 200)
