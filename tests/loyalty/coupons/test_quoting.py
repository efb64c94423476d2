"""Would this order get it? Every rule on its own, on the clock of the order's location."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError, transaction

from backoffice.core.text.formats import formats_for
from loyalty.coupons import quote_for, words
from loyalty.coupons.claiming import FoundCoupon, tidy_code
from loyalty.coupons.forms import CouponForm
from loyalty.models import Coupon
from orders.extensions import DraftLine, OrderDraft
from orders.models import Product
from tests.factories import make_location
from tests.loyalty.factories import make_coupon

MONDAY_NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)  # 12:00 in Berlin


@pytest.fixture
def product(organisation):
    return Product.objects.create(organisation=organisation, name="Strudel", price_cents=750)


@pytest.fixture
def ask(organisation, location, product):
    """What a coupon with these fields takes off an order of 40 €, or why not."""

    def ask(order=None, locations=(), **fields):
        coupon = make_coupon(organisation, **fields)
        coupon.locations.set(locations)
        lines = (DraftLine(0, 1, 3_250), DraftLine(product.pk, 1, 750))
        defaults = {
            "lines": lines,
            "service_type": "delivery",
            "location": location,
            "placed_at": MONDAY_NOON,
        }
        draft = OrderDraft(**defaults | {"delivery_fee_cents": 300} | (order or {}))
        answer = quote_for(FoundCoupon(coupon), draft)
        return answer.refusal or answer.amount_cents

    return ask


def test_each_kind_takes_its_worth_and_never_more_than_the_bill(ask, product):
    assert ask(percent=15) == 600
    assert ask(percent=1, order={"lines": (DraftLine(0, 1, 50),)}) == 1
    assert ask(kind="amount", amount_cents=500) == 500
    assert ask(kind="amount", amount_cents=99_900) == 4_300
    assert ask(kind="amount", amount_cents=500, order={"discount_cents": 4_000}) == 300
    assert ask(kind="product", product=product) == 750
    assert ask(kind="delivery") == 300


@pytest.mark.parametrize(
    ("fields", "order", "why"),
    [
        ({"is_active": False}, {}, "paused"),
        ({"archived_at": MONDAY_NOON}, {}, "no longer"),
        ({"minimum_cents": 4_001}, {}, "€40.00; this coupon holds from €40.01"),
        ({"service_types": ["pickup"]}, {}, "kind of order"),
        ({"weekday_bits": 0b1111110}, {}, "day of the week"),
        ({"starts_on": date(2026, 12, 1)}, {}, "begins on 1 Dec"),
        ({"ends_on": date(2026, 11, 29)}, {}, "ended on 29 Nov"),
        ({"from_time": time(12, 1)}, {}, "hour"),
        ({"to_time": time(12, 0)}, {}, "hour"),
        ({"max_uses": 3, "uses_count": 3}, {}, "used up"),
        ({"kind": "delivery"}, {"delivery_fee_cents": 0}, "no delivery fee"),
        ({"kind": "product"}, {}, "not in the order"),
        ({}, {"discount_cents": 4_300}, "nothing left"),
    ],
)
def test_an_order_that_does_not_fit_is_refused_in_words(ask, fields, order, why):
    assert why in ask(order, **fields)


def test_what_just_fits_gets_it(ask):
    fitting = {
        "minimum_cents": 4_000,
        "service_types": ["delivery"],
        "weekday_bits": 0b0000001,
        "starts_on": date(2026, 11, 30),
        "ends_on": date(2026, 11, 30),
        "from_time": time(12, 0),
        "to_time": time(12, 1),
    }
    assert ask(**fitting) == 400


def test_only_its_own_locations_give_it(ask, organisation, location):
    other = make_location(organisation)
    assert ask(locations=[location, other]) == 400
    assert "location" in ask(locations=[other])


@pytest.mark.parametrize(
    ("zone", "gets"), [("Europe/Berlin", True), ("Atlantic/Canary", False), ("Pacific/Auckland", False)]
)
def test_hours_are_those_of_the_location(ask, organisation, zone, gets):
    place = make_location(organisation, timezone=zone)
    answer = ask({"location": place}, from_time=time(12), to_time=time(13))
    assert (answer == 400) is gets


@pytest.mark.parametrize(
    ("placed_at", "gets"),
    [
        (datetime(2026, 11, 30, 21, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 30, 22, 0, tzinfo=UTC), True),  # 23:00 on Monday, the last day
        (datetime(2026, 12, 1, 0, 59, tzinfo=UTC), True),  # 1:59, still Monday's night
        (datetime(2026, 12, 1, 1, 0, tzinfo=UTC), False),
        (datetime(2026, 12, 1, 22, 30, tzinfo=UTC), False),  # Tuesday's own night
    ],
)
def test_hours_past_midnight_belong_to_the_evening_before(ask, placed_at, gets):
    night = {"from_time": time(23), "to_time": time(2), "weekday_bits": 1, "ends_on": date(2026, 11, 30)}
    assert (ask({"placed_at": placed_at}, **night) == 400) is gets


@pytest.mark.parametrize(
    ("placed_at", "gets"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), True),  # 2:30 summer time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True),  # 2:30 again
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), False),  # 3:00
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), False),  # 1:59, the next minute is 3:00
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), False),
    ],
)
def test_in_nights_in_which_the_clocks_change_the_wall_clock_decides(ask, placed_at, gets):
    answer = ask({"placed_at": placed_at}, from_time=time(2), to_time=time(3))
    assert (answer == 400) is gets


def test_rule_and_limits_are_sentences(organisation, location, product):
    coupon = make_coupon(
        organisation,
        percent=10,
        minimum_cents=2_500,
        service_types=["pickup"],
        weekday_bits=0b0000011,
        from_time=time(11),
        to_time=time(14),
        max_uses_per_customer=1,
    )
    coupon.locations.set([location])
    formats = formats_for(organisation)

    assert words.rule(coupon, formats) == "10% off from €25.00 on"
    assert words.limits(coupon, formats) == "Pickup, Altstadt, Mon Tue, 11:00–14:00, once per customer"
    free = make_coupon(organisation, kind="product", product=product)
    assert words.rule(free, formats) == "Strudel free"
    assert words.limits(free, formats) == "Always, everywhere, for everybody"


@pytest.mark.parametrize(
    ("typed", "code"), [(" herbst 10 ", "HERBST10"), ("größe", "GRÖSSE"), ("a\x00b", "AB")]
)
def test_codes_are_one_whatever_case_and_spaces(typed, code):
    assert tidy_code(typed) == code


GOOD = {"code": "herbst10", "kind": "percent", "percent": "10", "weekdays": ["0"]}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("code", {"code": "a"}),
        ("code", {"code": "x" * 10_000}),
        ("code", {"code": "a b!"}),
        ("percent", {"percent": ""}),
        ("percent", {"percent": "101"}),
        ("percent", {"percent": "9" * 400}),
        ("amount_cents", {"kind": "amount", "amount_cents": ""}),
        ("amount_cents", {"kind": "amount", "amount_cents": "-5"}),
        ("product", {"kind": "product"}),
        ("weekdays", {"weekdays": []}),
        ("minimum_cents", {"minimum_cents": "-1"}),
        ("ends_on", {"starts_on": "2026-12-02", "ends_on": "2026-12-01"}),
        ("ends_on", {"ends_on": "9999-12-31"}),
        ("max_uses", {"max_uses": "0"}),
    ],
)
def test_a_coupon_that_cannot_be_is_refused_at_its_field(organisation, field, values):
    form = CouponForm(GOOD | values, instance=Coupon(organisation=organisation))
    assert field in form.errors


@pytest.mark.parametrize(
    "fields",
    [
        {"percent": 0},
        {"percent": 101},
        {"percent": None},
        {"amount_cents": 0},
        {"weekday_bits": 0},
        {"weekday_bits": 128},
        {"minimum_cents": -1},
        {"max_uses": 1, "uses_count": 2},
    ],
)
def test_no_coupon_can_be_like_that(organisation, fields):
    make_coupon(organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        Coupon.objects.update(**fields)
