"""Takes the invented restaurants out again, ledgers included."""

from django.db import transaction

from backoffice.audit.models import AuditEntry, ExportRun
from backoffice.core.files.removing import remove_file
from backoffice.demo.restaurants import HOUSES
from backoffice.staff.models import Organisation, User
from customers.models import ConsentEntry, Customer
from loyalty.models import (
    Card,
    CardBatch,
    CardEvent,
    CardStamp,
    Coupon,
    CouponCode,
    CouponGuest,
    CouponUse,
    LotUse,
    PointsEntry,
    PointsLot,
    Programme,
)
from orders.models import (
    Driver,
    Fulfilment,
    Order,
    OrderCounter,
    OrderDiscount,
    OrderLine,
    OrderPayment,
    OrderRefund,
    OrderRefundLine,
    OrderVoid,
    Product,
    ProductDay,
    ProductMonth,
    ReceiptRemoval,
    Reservation,
    TableSlot,
)


@transaction.atomic
def clear() -> None:
    """Remove both demo organisations with everything in them, pictures too, and their people."""
    demo = Organisation.objects.filter(slug__in=[house.slug for house in HOUSES])
    ids = list(demo.values_list("pk", flat=True))
    pictures = Customer.objects.filter(organisation__in=ids).exclude(picture="")
    for name in pictures.values_list("picture", flat=True):
        remove_file(name)
    for organisation in demo:
        ReceiptRemoval.objects.create(organisation=organisation, reason="demo cleared")
    Card.objects.filter(organisation__in=ids).update(state="active", replaced_by=None)  # they hold each other
    # Lowest first, past the ledgers' refusal to be deleted: here the restaurant itself goes.
    for rows in (
        LotUse.objects.filter(entry__customer__organisation__in=ids),
        PointsLot.objects.filter(customer__organisation__in=ids),
        PointsEntry.objects.filter(customer__organisation__in=ids),
        CardStamp.objects.filter(card__organisation__in=ids),
        CardEvent.objects.filter(card__organisation__in=ids),
        Card.objects.filter(organisation__in=ids),
        CardBatch.objects.filter(organisation__in=ids),
        CouponGuest.objects.filter(coupon__organisation__in=ids),
        CouponUse.objects.filter(coupon__organisation__in=ids),
        CouponCode.objects.filter(organisation__in=ids),
        Coupon.locations.through.objects.filter(coupon__organisation__in=ids),
        Coupon.objects.filter(organisation__in=ids),
        Programme.excluded_products.through.objects.filter(programme__organisation__in=ids),
        TableSlot.objects.filter(reservation__organisation__in=ids),
        Reservation.objects.filter(organisation__in=ids),
        OrderVoid.objects.filter(order__organisation__in=ids),
        OrderRefundLine.objects.filter(refund__order__organisation__in=ids),
        OrderRefund.objects.filter(order__organisation__in=ids),
        OrderPayment.objects.filter(order__organisation__in=ids),
        OrderDiscount.objects.filter(order__organisation__in=ids),
        OrderLine.objects.filter(order__organisation__in=ids),
        Fulfilment.objects.filter(order__organisation__in=ids),
        Order.objects.filter(organisation__in=ids),
        Driver.objects.filter(organisation__in=ids),
        OrderCounter.objects.filter(organisation__in=ids),
        ProductDay.objects.filter(organisation__in=ids),
        ProductMonth.objects.filter(organisation__in=ids),
        Product.objects.filter(organisation__in=ids),
        ConsentEntry.objects.filter(customer__organisation__in=ids),
        AuditEntry.objects.filter(organisation__in=ids),
        ExportRun.objects.filter(organisation__in=ids),
    ):
        rows._raw_delete(rows.db)
    Customer.objects.filter(organisation__in=ids).delete()
    User.objects.filter(email__in=[person.email for house in HOUSES for person in house.people]).delete()
    demo.delete()
