"""`/products/`: the list, the form, what is done by one press, files."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.audit.downloads import table_response
from backoffice.audit.models import ExportRun
from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.core.text.periods import local_day
from orders.catalogue.changing import save_product, set_archived, set_sold_out
from orders.catalogue.forms import ProductForm
from orders.catalogue.menu import MOST, VIEWS, MenuState, parts_of
from orders.catalogue.resources import ProductResource
from orders.models import Product


def menu_state(request) -> MenuState:
    return MenuState(request.GET, organisation=request.organisation, today=_today(request))


def _today(request):
    """The day at the location chosen in the sidebar, else the organisation's."""
    return local_day(timezone.now(), (request.location or request.organisation).tz)


@require_safe
@permission_required("orders.view_product", raise_exception=True)
def product_list(request):
    """By category; `q` is a part of name or category, `view` how products stand."""
    state, formats = menu_state(request), formats_for(request.organisation)
    found = state.products
    context = {
        "state": state,
        "parts": parts_of(found[:MOST], state.today, formats),
        "left_out": formats.number(len(found) - MOST) if len(found) > MOST else "",
        "views": VIEWS.items(),
        "query": urlencode({"q": state.query, "view": state.view}),
    }
    is_fragment = request.htmx and not request.htmx.history_restore_request
    return render(request, f"orders/catalogue/{'_region' if is_fragment else 'list'}.html", context)


@require_safe
@permission_required("orders.export_order", raise_exception=True)
def export_products(request, format: str):
    """The products of the list as a file, in its order."""
    state = menu_state(request)
    return table_response(
        request,
        ProductResource(),
        state.products,
        format=format,
        kind=ExportRun.Kind.PRODUCTS,
        name=_("products-%(day)s"),
        query=urlencode({"q": state.query, "view": state.view}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("orders.add_product", raise_exception=True)
def add(request):
    return _form(request, Product(organisation=request.organisation), _("Add a product"))


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("orders.change_product", raise_exception=True)
def edit(request, pk: int):
    return _form(request, _product(request, pk), _("Edit product"))


def _form(request, product: Product, title: str):
    form = ProductForm(request.POST if request.method == "POST" else None, instance=product)
    if form.is_valid():
        try:
            product = save_product(form.product(), changed=form.changed_data, actor=request.user)
            toast(request, _("%(name)s is saved.") % {"name": product.name})
            return redirect("orders:products")
        except ValidationError as error:
            form.add_error(None, error)
    names = Product.objects.filter(organisation=request.organisation).exclude(category="")
    categories = names.order_by("category").values_list("category", flat=True).distinct()
    context = {"form": form, "title": title, "product": product, "categories": categories}
    return render(request, "orders/catalogue/form.html", context)


def _product(request, pk: int) -> Product:
    products = Product.objects.filter(organisation=request.organisation)
    return get_object_or_404(products.select_related("organisation"), pk=pk)


def _button(right: str, do, said: str, undo: str):
    """A view for one press: `do` changes the product, `undo` names the address that takes it back."""

    @require_POST
    @permission_required(right, raise_exception=True)
    def view(request, pk: int):
        product = _product(request, pk)
        if do(request, product):
            toast(request, _(said) % {"name": product.name}, undo_url=reverse(f"orders:{undo}", args=[pk]))
        return redirect(next_page(request, reverse("orders:products")))

    return view


sell_out = _button(
    "orders.sell_out_product",
    lambda request, product: set_sold_out(product, day=_today(request), actor=request.user),
    gettext_noop("%(name)s is sold out today."),
    undo="product-available",
)
make_available = _button(
    "orders.sell_out_product",
    lambda request, product: set_sold_out(product, day=None, actor=request.user),
    gettext_noop("There is %(name)s again."),
    undo="product-sold-out",
)
archive = _button(
    "orders.change_product",
    lambda request, product: set_archived(product, is_archived=True, actor=request.user),
    gettext_noop("%(name)s is archived."),
    undo="product-restore",
)
restore = _button(
    "orders.change_product",
    lambda request, product: set_archived(product, is_archived=False, actor=request.user),
    gettext_noop("%(name)s is back in the list."),
    undo="product-archive",
)
