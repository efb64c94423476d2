from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from orders.choices import OrderStatus
from orders.models import Order, OrderLine

LAST_RECEIPTS = 10
NAMED = 3


def usual_dishes(customer_ids: Iterable[int], most: int = NAMED) -> dict[int, list[str]]:
    """The products on most of a customer's last receipts, at most `most`, by customer. One query.

    A product counts once a receipt, however many of it were ordered; equal ones by name.
    """
    orders = Order.objects.filter(customer_id__in=set(customer_ids), status=OrderStatus.COMPLETED)
    place = Window(
        RowNumber(), partition_by=F("customer_id"), order_by=[F("placed_at").desc(), F("id").desc()]
    )
    recent = orders.annotate(place=place).filter(place__lte=LAST_RECEIPTS)
    counted = (
        OrderLine.objects.filter(order__in=recent.values("pk"))
        .order_by()
        .values_list("order__customer_id", "product__name")
        .annotate(receipts=Count("order", distinct=True))
    )
    dishes = defaultdict(list)
    for pk, name, _receipts in sorted(counted, key=lambda row: (-row[2], row[1])):
        dishes[pk].append(name)
    return {pk: names[:most] for pk, names in dishes.items()}
