"""News of a source into orders and customers, by the rules that hold for every source."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from backoffice.staff.models import Location
from customers.choices import ConsentAction, ConsentMethod, Module, Purpose, Source
from customers.consent import note_consent
from customers.models import Customer
from customers.records import Contact, match_many
from orders.choices import OrderStatus
from orders.correcting import RefundTooLarge, move_order
from orders.events import OrderEventRefund, OrderUpdate
from orders.locks import WrongStatus
from orders.models import ConnectedSource, Order
from orders.recording import OrderConflict, record_order
from orders.sources.formats import ConsentNews, CustomerNews, House, OrderNews, Person
from orders.updating import RefundConflict, UnknownOrder, update_order


class NotPossible(Exception):
    """News that cannot be taken as things stand: `code` says why, `detail` holds what its sentence names."""

    def __init__(self, code: str, **detail):
        super().__init__(code)
        self.code, self.detail = code, detail


def house_of(source: ConnectedSource, *, at: datetime) -> House:
    """Where its messages are read. Raises NotPossible while there is no location."""
    location = source.location or source.organisation.locations.order_by("pk").first()
    if location is None:
        raise NotPossible("no_location")
    return House(
        location=location,
        source=source.source,
        currency=source.organisation.currency,
        now=at,
        prefix=source.number_prefix,
        names=_names(source),
    )


def _names(source: ConnectedSource) -> dict[str, str]:
    """Words for what vendors do not name, in the language of the house."""
    return {
        "item": _("Item without a name"),
        "delivery": _("Delivery"),
        "service": _("Service charge"),
        "packaging": _("Packaging"),
        "rounding": _("Other charges"),
        "refund": _("Refunded by %(source)s") % {"source": source.name},
        "cancelled": _("Cancelled by %(source)s") % {"source": source.name},
        "deleted": _("Deleted by %(source)s") % {"source": source.name},
        "origin": source.name,
    }


def apply_news(source: ConnectedSource, house: House, news: Iterable) -> list[Order]:
    """Do what they say, in their order; the orders they speak of. Again it changes nothing.

    Raises NotPossible, and ValidationError for what no order can be.
    """
    orders = []
    for one in news:
        if isinstance(one, CustomerNews):
            _meet(source, house.location, one.person)
        else:
            orders.append(_tell(source, house, one))
    return orders


def _tell(source: ConnectedSource, house: House, news: OrderNews) -> Order:
    try:
        order, is_new = _stored(source, house, news)
        order = _update(source, order, news, is_new=is_new)
    except UnknownOrder:
        raise NotPossible("order_missing", order=news.external_id) from None
    except WrongStatus:
        raise NotPossible("wrong_status", order=news.external_id) from None
    except RefundTooLarge as error:
        raise NotPossible("refund_too_large", order=news.external_id, left=error.left_cents) from None
    except RefundConflict:
        raise NotPossible("refund_changed", order=news.external_id) from None
    _attach(source, order, news.person)
    return order


def _stored(source: ConnectedSource, house: House, news: OrderNews) -> tuple[Order, bool]:
    """The order as we have it, and whether it is stored just now."""
    if news.event is None:
        return _find(source, news), False
    try:
        recorded = record_order(organisation=source.organisation, event=news.event)
        return recorded.order, recorded.created
    except OrderConflict as conflict:
        order = Order.objects.get(pk=conflict.order_id)
        if (order.total_cents, order.tip_cents) != (news.event.total_cents, news.event.tip_cents):
            house.hints.append("changed_since")
        return order, False


def _find(source: ConnectedSource, news: OrderNews) -> Order:
    """A shop may have a till, whose orders count as another source than the shop's."""
    orders = Order.objects.filter(organisation=source.organisation, external_id=news.external_id)
    for code in dict.fromkeys([source.source, Source.STORE]):
        if order := orders.filter(source=code).first():
            return order
    raise UnknownOrder


def _update(source: ConnectedSource, order: Order, news: OrderNews, *, is_new: bool) -> Order:
    status, reason, refunds = news.status, news.reason, news.refunds
    if news.taken_back is not None:
        status, reason, refunds = _turned_round(order, news.taken_back)
    is_back = status == OrderStatus.OPEN  # a receipt is not opened again
    update = OrderUpdate(
        source=order.source,
        external_id=order.external_id,
        updated_at=news.told_at,
        status=None if is_new or is_back else status,
        reason=reason,
        refunds=refunds,
    )
    return update_order(organisation=source.organisation, update=update).order


def _turned_round(order: Order, back: OrderEventRefund) -> tuple[str | None, str, tuple]:
    """A receipt with the signs turned round: all of it voids the first, a part is paid back."""
    if order.status == OrderStatus.VOIDED:
        return None, "", ()
    if back.amount_cents >= order.total_cents:
        return OrderStatus.VOIDED, back.reason, ()
    return None, "", (back,)


def _attach(source: ConnectedSource, order: Order, person: Person) -> None:
    """Who ordered may be told later than what, by the message of the payment."""
    if order.customer_id is None and order.status != OrderStatus.VOIDED:
        customer = _meet(source, order.location, person)
        if customer is not None:
            move_order(order, customer=customer)
    elif order.customer_id is not None and person.consent is not None:
        _note_consent(source, order.customer, person.consent)


def _meet(source: ConnectedSource, location: Location, person: Person) -> Customer | None:
    """Find or create whom it speaks of, while the house collects customers."""
    if not (person.is_known and source.organisation.collects_customers):
        return None
    contact = Contact(
        location_id=location.pk,
        source=source.source,
        phone=person.phone,
        email=person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        module_bits=_MODULES.get(source.source, 0),
    )
    customer = match_many(organisation=source.organisation, contacts=[contact]).customers[0]
    if customer is not None and person.consent is not None:
        _note_consent(source, customer, person.consent)
    return customer


_MODULES = {
    Source.WEB: Module.SHOP,
    Source.STORE: Module.TILL,
    Source.DELIVERY_PLATFORM: Module.DELIVERY,
}


def _note_consent(source: ConnectedSource, customer: Customer, consent: ConsentNews) -> None:
    """A line of the ledger with the source's own time and origin."""
    note_consent(
        customer,
        Purpose.MARKETING,
        action=ConsentAction.GRANTED if consent.granted else ConsentAction.WITHDRAWN,
        method=ConsentMethod.WEB_FORM,
        occurred_at=consent.decided_at,
        origin=consent.origin,
        source=source.source,
    )
