"""One form for adding and changing, as a dialog and as a page of its own."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.core.text.periods import local_day
from customers.models import Customer
from orders.models import Reservation
from orders.reservations.booking import NoSuchTable, StaleReservation, TableTaken, book, change
from orders.reservations.forms import ReservationForm
from orders.reservations.pages.base import MAY_ADD, MAY_CHANGE, Place, get_reservation
from orders.reservations.slots import free_tables
from orders.visits import find_customers, hits

_EVENING_TIME, _PARTY, _MINUTES = "19:00", 2, 120


class _ReservationPage(PermissionRequiredMixin, FormView):
    """The form as a dialog, and as a page without script."""

    form_class = ReservationForm
    reservation: Reservation | None = None

    @cached_property
    def here(self) -> Place:
        return Place(self.request)

    @property
    def location(self):
        return self.here.location

    def get_form_kwargs(self):
        today = local_day(self.here.now, self.location.tz)
        own = {"location": self.location, "today": today, "reservation": self.reservation}
        return super().get_form_kwargs() | own | {"formats": self.here.formats}

    def render_to_response(self, context, **options):
        form = context["form"]
        response = dialog(
            self.request,
            title=self.title,
            action=self.request.get_full_path(),
            method="post",
            fields="orders/reservations/_fields.html",
            foot="orders/reservations/_foot.html",
            is_live=True,
            back_label=_("Reservations"),
            form=form,
            hits=self._hits(form),
            location=self.location,
            back=self.here.day_address(self.day),
        )
        response.status_code = 422 if form.errors else 200
        return response

    def _hits(self, form):
        """The chosen customer first, then those who may be meant."""
        if not form.collects:
            return []
        mine = Customer.objects.of(self.request.organisation)
        chosen = list(mine.filter(pk=whole_number(str(form["customer"].value() or ""), 0)))
        typed = [str(form[name].value() or "").replace("\x00", "")[:160] for name in ("name", "phone")]
        others = [one for one in find_customers(self.request.organisation, *typed) if one not in chosen]
        return hits(self.request.organisation, chosen + others, self.here.today, self.here.formats)

    def form_valid(self, form):
        try:
            reservation = self.save(form)
        except TableTaken:
            form.add_error("table", self._taken(form))
        except NoSuchTable:
            form.add_error("table", _("This table stands in another location."))
        except StaleReservation:
            form.add_error(None, _("Somebody else changed this reservation meanwhile. Open it anew."))
        else:
            self._tell(reservation)
            address = self.here.day_address(reservation.starts_on)
            is_live = self.request.htmx
            return HttpResponseClientRedirect(address) if is_live else HttpResponseRedirect(address)
        return self.form_invalid(form)

    def _taken(self, form) -> str:
        wish, own = form.wish, self.reservation.pk if self.reservation else None
        free = free_tables(self.location, wish.starts_at, wish.minutes, but=own)
        names = ", ".join(table.name for table in free)
        if not names:
            return _("This table is taken at this time, and so are all others.")
        return _("This table is taken at this time. Free: %(names)s.") % {"names": names}

    def _tell(self, reservation: Reservation) -> None:
        told = _("The reservation of %(name)s is saved.") % {"name": reservation.shown_name}
        table = reservation.table
        if table and reservation.party > table.seats:
            words = {"table": table.name, "seats": table.seats, "people": reservation.party}
            told += " " + _("Table %(table)s has %(seats)d seats for %(people)d people.") % words
        toast(self.request, told)


class ReservationCreateView(_ReservationPage):
    permission_required = MAY_ADD

    @property
    def title(self):
        return _("Add a reservation")

    @property
    def day(self):
        return self.here.day

    def get_initial(self):
        start = {"day": self.here.day, "at": _EVENING_TIME, "party": _PARTY, "minutes": _MINUTES}
        return start | {"customer": whole_number(self.request.GET.get("customer"), None)}

    def save(self, form):
        organisation = self.request.organisation
        return book(
            organisation=organisation, location=self.location, wish=form.wish, actor=self.request.user
        )


class ReservationEditView(_ReservationPage):
    permission_required = MAY_CHANGE

    @cached_property
    def reservation(self) -> Reservation:
        return get_reservation(self.request, self.kwargs["pk"])

    @property
    def location(self):
        return self.reservation.location

    @property
    def title(self):
        return _("Change the reservation")

    @property
    def day(self):
        return self.reservation.starts_on

    def get_initial(self):
        one = self.reservation
        names = ("name", "phone", "customer", "party", "minutes", "table", "area", "note")
        local = one.starts_at.astimezone(one.location.tz)
        start = {name: getattr(one, f"{name}_id", None) or getattr(one, name) for name in names}
        moment = {"day": local.date(), "at": f"{local:%H:%M}", "seen": one.updated_at.isoformat()}
        return start | moment | {"book_anyway": one.is_booked_anyway}

    def save(self, form):
        seen = form.cleaned_data["seen"]
        change(self.reservation, wish=form.wish, actor=self.request.user, seen=seen)
        return get_reservation(self.request, self.reservation.pk)
