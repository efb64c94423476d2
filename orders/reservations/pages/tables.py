"""`/reservations/tables/`: the tables of a location, for administrators."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import CreateView, ListView, UpdateView

from backoffice.core.pages.toasts import toast
from orders.models import DiningTable
from orders.reservations.forms import TableForm
from orders.reservations.pages.base import Place
from orders.reservations.tables import save_table


class _TablePage(PermissionRequiredMixin):
    permission_required = "staff.manage_locations"

    @cached_property
    def here(self) -> Place:
        return Place(self.request)

    def get_queryset(self):
        tables = DiningTable.objects.filter(location__organisation=self.request.organisation)
        by_name = ("area", Length("name"), "name", "pk")  # 9 before 10
        return tables.select_related("location__organisation").order_by(*by_name)


class TableListView(_TablePage, ListView):
    template_name = "orders/reservations/tables.html"

    def get_queryset(self):
        return super().get_queryset().filter(location=self.here.location)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, here=self.here)


class _TableFormPage(_TablePage):
    form_class = TableForm
    template_name = "orders/reservations/table_form.html"

    def get_context_data(self, **kwargs):
        location = kwargs["form"].instance.location if "form" in kwargs else self.table_location
        back = self.here.address("orders:tables", location=location.pk)
        return super().get_context_data(**kwargs, location=location, back=back)

    def form_valid(self, form):
        try:
            with transaction.atomic():
                save_table(form.instance, actor=self.request.user, changed=form.changed_data)
        except IntegrityError:
            form.add_error("name", _("There is a table of this name already."))
            return self.form_invalid(form)
        toast(self.request, _("Table %(name)s is saved.") % {"name": form.instance.name})
        return redirect(self.here.address("orders:tables", location=form.instance.location_id))


class TableCreateView(_TableFormPage, CreateView):
    """Add a table to the location that the address names."""

    @property
    def table_location(self):
        return self.here.location

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": DiningTable(location=self.here.location)}


class TableUpdateView(_TableFormPage, UpdateView):
    """Rename a table, say where it stands and how many sit there, take it out of use."""

    @property
    def table_location(self):
        return self.object.location
