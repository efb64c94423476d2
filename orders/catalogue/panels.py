"""What a customer's profile shows of what they eat and drink (PRODUCT P4)."""

from backoffice.core.pages.periods import Period
from backoffice.core.text.formats import Formats
from customers.extensions import Panel
from orders.catalogue.sales import rows_of
from orders.catalogue.sums import sums_of_customer
from orders.visits import usual_dishes

MOST = 50
_ALL_TIME = Period("all", None, None)


def products_of(customer, formats: Formats) -> Panel:
    """The products on most receipts, and the usual order. Two queries."""
    found = sums_of_customer(customer, _ALL_TIME)
    found.sort(key=lambda sums: (-sums.orders, -sums.value_cents, sums.name))
    panel = {
        "customer": customer,
        "rows": rows_of(found, formats)[:MOST],
        "left_out": formats.number(len(found) - MOST) if len(found) > MOST else "",
        "usual": usual_dishes([customer.pk]).get(customer.pk, []),
    }
    return Panel("orders/catalogue/_products_panel.html", panel)
