"""Cards of every kind and state, and coupons that were used, by the rules that the pages use."""

from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet
from django.utils import timezone

from backoffice.demo.reading import read
from customers.models import Customer
from loyalty import coupons
from loyalty.cards import cards
from loyalty.choices import CardKind
from loyalty.coupons import CouponRefused
from loyalty.models import Card, CardBatch, CardEvent, Coupon, CouponUse
from orders.extensions import DraftLine, OrderDraft
from orders.models import Order, OrderLine, Product

_BATCHES = [(CardKind.POINTS, 60), (CardKind.PUNCH, 40), (CardKind.GIFT, 24), (CardKind.ID, 12)]


def hand_out_cards(organisation, house: str, now: datetime, clerk, rng: Random) -> None:
    """A batch of each kind, some linked to regulars, one blocked, one replaced, gift cards with a balance."""
    regulars = Customer.objects.of(organisation).active().order_by("-stats__receipts_count", "pk")
    customers = list(regulars[:60])
    for (kind, size), name in zip(_BATCHES, read("loyalty")[house]["batches"], strict=True):
        cards.make_batch(organisation=organisation, name=name, kind=kind, size=size, actor=clerk)
        made = list(Card.objects.filter(organisation=organisation, kind=kind).order_by("pk"))
        for card, customer in zip(made, rng.sample(customers, min(len(customers), size // 3)), strict=False):
            cards.link_card(card, customer=customer, actor=clerk)
        if kind == CardKind.GIFT:
            for card in made[:10]:
                cards.report_balance(card, cents=rng.choice((1_500, 2_500, 4_500, 5_000)), actor=clerk)
    Card.objects.filter(organisation=organisation, kind=CardKind.PUNCH, customer__isnull=False).update(
        stamps=7
    )
    points = list(Card.objects.filter(organisation=organisation, customer__isnull=False)[:3])
    cards.block_card(points[0], is_blocked=True, actor=clerk)
    free = Card.objects.filter(organisation=organisation, kind=points[1].kind, customer=None).last()
    cards.replace_card(points[1], number=free.number, actor=clerk)
    _date_back(organisation, now - timedelta(days=40))


def _date_back(organisation, moment: datetime) -> None:
    """They were made a while ago; past the ledger's refusal, since it only now begins."""
    CardBatch.objects.filter(organisation=organisation).update(created_at=moment)
    Card.objects.filter(organisation=organisation).update(created_at=moment)
    made = CardEvent.objects.filter(card__organisation=organisation, kind="created")
    QuerySet.update(made, occurred_at=moment)


def give_out_coupons(organisation, house: str, now: datetime, clerk, rng: Random) -> None:
    """Coupons in every state, used on orders of the last weeks that they fit."""
    today, made = now.astimezone(organisation.tz).date(), {}
    for entry in read("loyalty")[house]["coupons"]:
        coupon = Coupon(organisation=organisation, created_at=now, **_fields(organisation, entry, today))
        made[coupon.code] = (coupons.making.save_coupon(coupon, locations=[], actor=clerk, changed=[]), entry)
    recent = Order.objects.filter(organisation=organisation, status="completed", placed_at__lt=now)
    orders = list(recent.select_related("location", "customer", "organisation").order_by("-placed_at")[:600])
    for coupon, entry in made.values():
        for order in rng.sample(orders, min(len(orders), entry.get("tries", 0))):
            _try(coupon, order, clerk)
        Coupon.objects.filter(pk=coupon.pk).update(is_active=not entry.get("is_paused", False))
    single = next(coupon for coupon, entry in made.values() if entry.get("codes"))
    coupons.making.make_codes(single, count=50, actor=clerk)


def _fields(organisation, entry: dict, today: date) -> dict:
    names = ("code", "kind", "percent", "amount_cents", "minimum_cents", "max_uses", "max_uses_per_customer")
    fields = {name: entry[name] for name in names if name in entry}
    fields["service_types"] = entry.get("service_types", [])
    fields["weekday_bits"] = entry.get("weekday_bits", 127)
    if "starts" in entry:
        fields["starts_on"] = today + timedelta(days=entry["starts"])
    if "ends" in entry:
        fields["ends_on"] = today + timedelta(days=entry["ends"])
    if "hours" in entry:
        fields["from_time"], fields["to_time"] = (time(hour) for hour in entry["hours"])
    if "product" in entry:
        fields["product"] = Product.objects.get(organisation=organisation, name=entry["product"])
    return fields


def _try(coupon: Coupon, order: Order, clerk) -> None:
    lines = OrderLine.objects.filter(order=order).values_list("product_id", "quantity", "unit_price_cents")
    draft = OrderDraft(
        lines=tuple(DraftLine(*line) for line in lines),
        service_type=order.service_type,
        location=order.location,
        placed_at=order.placed_at,
        delivery_fee_cents=250 if order.service_type == "delivery" else 0,
        customer=order.customer,
    )
    found = coupons.FoundCoupon(Coupon.objects.select_related("organisation", "product").get(pk=coupon.pk))
    try:
        coupons.claim(found=found, draft=draft, order=order, actor=clerk)
    except CouponRefused:
        return
    CouponUse.objects.filter(coupon=coupon, order=order).update(
        occurred_at=min(order.placed_at, timezone.now())
    )
