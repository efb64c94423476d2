"""`/deliveries/drivers/`: who delivers, for managers."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from orders.deliveries.drivers import drivers_of, save_driver, set_archived
from orders.deliveries.forms import DriverForm
from orders.models import Driver

RIGHT = "orders.change_driver"


@require_safe
@permission_required(RIGHT, raise_exception=True)
def driver_list(request):
    return render(request, "orders/deliveries/drivers.html", {"drivers": drivers_of(request.organisation)})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(RIGHT, raise_exception=True)
def add(request):
    return _form(request, Driver(organisation=request.organisation), _("Add a driver"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(RIGHT, raise_exception=True)
def rename(request, pk: int):
    return _form(request, _driver(request, pk), _("Rename the driver"))


def _form(request, driver: Driver, title: str):
    form = DriverForm(request.POST if request.method == "POST" else None, instance=driver)
    back = reverse("orders:drivers")
    if form.is_valid():
        try:
            save_driver(form.instance, actor=request.user)
            toast(request, _("%(name)s is saved.") % {"name": driver.name})
            return HttpResponseClientRedirect(back) if request.htmx else HttpResponseRedirect(back)
        except ValidationError as error:
            form.add_error(None, error)
    response = dialog(
        request,
        title=title,
        action=request.path,
        method="post",
        fields="orders/deliveries/_driver_fields.html",
        foot="orders/deliveries/_driver_foot.html",
        is_live=True,
        form=form,
        back=back,
        back_label=_("Drivers"),
    )
    response.status_code = 422 if form.is_bound else 200
    return response


def _driver(request, pk: int) -> Driver:
    drivers = Driver.objects.filter(organisation=request.organisation)
    return get_object_or_404(drivers.select_related("organisation"), pk=pk)


def _button(is_archived: bool, said: str, undo: str):
    """A view for one press; `undo` names the address that takes it back."""

    @require_POST
    @permission_required(RIGHT, raise_exception=True)
    def view(request, pk: int):
        driver = _driver(request, pk)
        if set_archived(driver, is_archived=is_archived, actor=request.user):
            toast(request, _(said) % {"name": driver.name}, undo_url=reverse(f"orders:{undo}", args=[pk]))
        return redirect("orders:drivers")

    return view


archive = _button(True, gettext_noop("%(name)s is archived."), undo="driver-restore")
restore = _button(False, gettext_noop("%(name)s is back in the list."), undo="driver-archive")
