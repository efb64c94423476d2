"""Writes a batch of orders with their customers, lines, products and consequences.

`recording` calls it with one order, `bulk` with hundreds: the same statements, the same result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.utils import timezone

from backoffice.core.database.bulk import insert_missing_rows, insert_rows, reserve_ids
from backoffice.core.database.prepared import Prepared
from backoffice.core.text.periods import local_day
from backoffice.outbox.choices import Topic
from backoffice.outbox.telling import tell
from customers.figures import FigureChanges, changing_statistics
from customers.locks import hold_customer_creation, lock_standing
from customers.models import Customer
from customers.records import Contact, match_many
from orders.choices import OrderStatus
from orders.events import OrderEvent
from orders.figures import OrderChanges, count_recorded, modules_of
from orders.models import Order, OrderLine, OrderPayment
from orders.recording.products import ProductIds

_ORDER_COLUMNS = (
    *("id", "organisation_id", "location_id", "customer_id", "source", "external_id", "fingerprint"),
    *("service_type", "status", "placed_at", "placed_on", "promised_at", "delivered_at"),
    *("discount_cents", "total_cents", "tip_cents", "recorded_at", "brought_by_id"),
)
_FIELDS = tuple(item.attname for item in Order._meta.concrete_fields)
# what comes after them is for later: no new order has it
assert _FIELDS[: len(_ORDER_COLUMNS)] == _ORDER_COLUMNS  # noqa: S101
_LINE_COLUMNS = (
    *("order_id", "position", "product_id", "name", "quantity"),
    *("unit_price_cents", "unit_cost_cents", "tax_rate", "second_tax_rate", "second_tax_pct", "note"),
)

_NEWS = timedelta(days=3)


class Answer(Enum):
    RECORDED = "recorded"
    REPEATED = "repeated"  # the same order was there already
    CONFLICT = "conflict"  # another order was there under this number


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one event. `order_id` is the stored order's, also of one that was there."""

    event: OrderEvent
    answer: Answer
    order_id: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Outcomes in the order of the events, and the customers of the recorded ones; `customers_before` is
    what known ones were (`MatchedCustomers.before`)."""

    outcomes: list[Outcome]
    orders: list[Order]
    customers_created: frozenset[int]
    customers_found: frozenset[int]
    customers_before: dict[int, dict[str, object]]


def write_batch(
    organisation, events: Sequence[OrderEvent], products: ProductIds, *, brought_by=None
) -> Batch:
    """Record those events that are not there yet. Needs a transaction; events are checked before.
    `brought_by` is the import (OrderImport) that they came with.

    An order that came twice in the batch is answered as if it had come one after the other.
    """
    if len(events) > 1:
        hold_customer_creation(organisation)
    answers = _stored_answers(organisation, {event.key for event in events})
    new = {event.key: event for event in reversed(events) if event.key not in answers}
    new = [event for event in events if new.get(event.key) is event]
    changes = OrderChanges(organisation)
    customers, created, before = _match_customers(organisation, new, changes)
    orders = _insert_orders(organisation, new, customers, brought_by)
    recorded = {(order.source, order.external_id): order for order in orders}
    pairs = [(recorded[event.key], event) for event in new if event.key in recorded]
    _insert_lines(pairs, products, changes)
    _insert_payments(pairs)
    with changing_statistics(organisation, customers.values(), changes) as by_id:
        count_recorded(organisation, orders, by_id, changes)
    changes.write()
    _tell(organisation, orders)
    if len(orders) < len(new):  # somebody else recorded the same ones in the same moment
        answers |= _stored_answers(organisation, {event.key for event in new} - recorded.keys())
    found = frozenset(customer.pk for customer in customers.values()) - created
    return Batch(_outcomes(events, answers, recorded), orders, created, found, before)


def _tell(organisation, orders: Sequence[Order]) -> None:
    """Of receipts that an import brings only those that are new: of old ones nobody need hear today."""
    since = timezone.now() - _NEWS
    done = [order for order in orders if order.status == OrderStatus.COMPLETED]
    news = [order.pk for order in done if order.brought_by_id is None or order.placed_at >= since]
    tell(organisation, Topic.ORDER_COMPLETED, news)


def foresee(organisation, events: Sequence[OrderEvent]) -> list[Answer]:
    """What `write_batch` would answer to each; writes nothing. One query per source."""
    stored = _stored_answers(organisation, {event.key for event in events})
    answers = []
    for event in events:
        fingerprint, _pk = stored.setdefault(event.key, ("", 0))
        if not fingerprint:
            stored[event.key] = (event.fingerprint, 0)
            answers.append(Answer.RECORDED)
        else:
            answers.append(Answer.REPEATED if fingerprint == event.fingerprint else Answer.CONFLICT)
    return answers


_with_numbers = Prepared(
    lambda organisation, source, numbers: Order.objects.filter(
        organisation=organisation, source=source, external_id__among=numbers
    ).values_list("external_id", "fingerprint", "pk")
)


def _stored_answers(organisation, keys: set[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, int]]:
    stored = {}
    for source in sorted({source for source, _ in keys}):
        numbers = [number for other, number in keys if other == source]
        known = _with_numbers(organisation=organisation.pk, source=source, numbers=numbers)
        for number, fingerprint, pk in known:
            stored[source, number] = (fingerprint, pk)
    return stored


def _match_customers(
    organisation, events: Sequence[OrderEvent], changes: FigureChanges
) -> tuple[dict[tuple[str, str], Customer], frozenset[int], dict[int, dict]]:
    """The customers of those orders that say who it was, while the organisation collects customers, the
    ids of those created just now, and what known ones were before."""
    given = _given_customers(organisation, events)
    known = [
        event
        for event in events
        if organisation.collects_customers and (event.phone or event.email) and event.key not in given
    ]
    if not known:
        return given, frozenset(), {}
    contacts = [
        Contact(
            location_id=event.location.pk,
            source=event.source,
            phone=event.phone,
            email=event.email,
            first_name=event.first_name,
            last_name=event.last_name,
            module_bits=modules_of(event.source, event.service_type),
            joined_at=event.placed_at,
        )
        for event in known
    ]
    matches = match_many(organisation=organisation, contacts=contacts, changes=changes)
    pairs = zip(known, matches.customers, strict=True)
    by_key = {event.key: customer for event, customer in pairs if customer is not None}
    return given | by_key, matches.created, matches.before


def _given_customers(organisation, events: Sequence[OrderEvent]) -> dict[tuple[str, str], Customer]:
    """The customers, locked, of those orders that name one: people took them, whatever the module says.
    Who was merged meanwhile is the survivor.

    Raises ValueError for a customer of another organisation.
    """
    wanted = {event.key: event.customer_id for event in events if event.customer_id is not None}
    if not wanted:
        return {}
    by_id = lock_standing(organisation, set(wanted.values()))
    if missing := set(wanted.values()) - by_id.keys():
        raise ValueError(f"No customers of this organisation: {sorted(missing)}")
    return {key: by_id[pk] for key, pk in wanted.items()}


def _insert_orders(organisation, events: Sequence[OrderEvent], customers: dict, brought_by) -> list[Order]:
    """Insert orders and return those that went in, in the order of the events and of their ids."""
    if not events:
        return []
    now = timezone.now()
    zones = {event.location.pk: event.location.tz for event in events}
    ids = reserve_ids(Order, len(events))
    import_id = brought_by and brought_by.pk
    rows = [
        (
            *(
                pk,
                organisation.pk,
                event.location.pk,
                customers[event.key].pk if event.key in customers else None,
            ),
            *(event.source, event.external_id, event.fingerprint, event.service_type, event.status),
            *(event.placed_at, local_day(event.placed_at, zones[event.location.pk])),
            *(event.promised_at, event.delivered_at),
            *(event.discount_cents, event.total_cents, event.tip_cents, now, import_id),
        )
        for pk, event in zip(ids, events, strict=True)
    ]
    inserted = insert_missing_rows(Order, _ORDER_COLUMNS, rows)
    # the columns stand in the order of the model's fields: by place is twice as fast as by name
    return [Order(*row) for row in rows if row[0] in inserted]


def _insert_lines(
    pairs: Sequence[tuple[Order, OrderEvent]], products: ProductIds, changes: OrderChanges
) -> None:
    ids = products.of(line for _, event in pairs for line in event.lines)
    for order, event in pairs:
        for line in event.lines:
            changes.sold(order, ids[line.name], line, line.quantity, +1)
    insert_rows(
        OrderLine,
        _LINE_COLUMNS,
        (
            (
                *(order.pk, position, ids[line.name], line.name, line.quantity),
                *(line.unit_price_cents, line.unit_cost_cents, line.tax_rate),
                *(line.second_tax_rate, line.second_tax_pct, line.note),
            )
            for order, event in pairs
            for position, line in enumerate(event.lines, 1)
        ),
    )


def _insert_payments(pairs: Sequence[tuple[Order, OrderEvent]]) -> None:
    rows = [
        (order.pk, position, payment.method, payment.amount_cents)
        for order, event in pairs
        for position, payment in enumerate(event.payments, 1)
    ]
    if rows:
        insert_rows(OrderPayment, ("order_id", "position", "method", "amount_cents"), rows)


def _outcomes(events: Sequence[OrderEvent], answers: dict, recorded: dict) -> list[Outcome]:
    outcomes = []
    for event in events:
        order = recorded.get(event.key)
        if order is not None and event.key not in answers:
            answers[event.key] = (order.fingerprint, order.pk)
            outcomes.append(Outcome(event, Answer.RECORDED, order.pk))
            continue
        fingerprint, pk = answers[event.key]
        same = fingerprint == event.fingerprint
        outcomes.append(Outcome(event, Answer.REPEATED if same else Answer.CONFLICT, pk))
    return outcomes
