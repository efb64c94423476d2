"""The addresses of every page a restaurant can open, with long names, imports in every state
and a second factor to reset."""

from datetime import timedelta

from django.utils import timezone

from backoffice.api.keys import make_key, revoke_key
from backoffice.api.scopes import Scope
from backoffice.core.text.periods import local_day
from backoffice.outbox.choices import CHOSEN
from backoffice.outbox.subscribing import add_subscriber, pause_subscriber
from backoffice.outbox.telling import tell
from backoffice.staff.opening_hours import add_closed_days
from backoffice.staff.second_factor.changes import switch_on
from customers.models import BulkAction
from orders.choices import Allergen
from orders.correcting import refund_order
from orders.events import OrderEventLine
from orders.fulfilling import take_step
from orders.models import ConnectedSource, SourceEvent
from orders.reservations import move
from tests.browser.imports import (
    check_customers,
    check_orders,
    check_products,
    finish,
    keep_a_worker,
    read_customers,
    read_orders,
    read_products,
)
from tests.factories import make_order
from tests.loyalty.factories import make_card, make_card_batch, make_coupon
from tests.orders.factories import make_delivery, make_driver, make_product, make_reservation, make_table

LONG_NAME = "Wilhelmine-Charlotte von Donaudampfschifffahrtsgesellschaft"
LISTS = ["", "?q=zzzz", "?q=pfeff&source=web", "new/", "filters/", "columns/", "export/"]
CUSTOMER = [
    *("", "?tab=orders", "?tab=products", "?tab=reservations", "?tab=points", "?tab=activity"),
    *("edit/", "consents/marketing/", "contacts/add/"),
]
SETTINGS = [
    *("team/", "team/invite/", "locations/", "locations/new/"),
    *("account/", "account/password/", "modules/", "confirm/"),
    *("account/second-step/", "account/sessions/", "sources/", "sources/new/"),
    *("degrees/", "shared-contacts/", "shared-contacts/?value=x%40guest.booking.com"),
    *("sources/new/folder/", "sources/new/shopify/"),
]
LOYALTY = [
    *(
        "programme/",
        "points/",
        "points/give-back/",
        "cards/",
        "cards/?q=zzzz",
        "cards/new/",
        "cards/batches/new/",
    ),
    *("coupons/", "coupons/?view=paused", "coupons/new/"),
]
PRODUCTS = [
    "",
    "?q=zzzz",
    "?view=archived",
    "new/",
    "report/",
    "report/?period=all&sort=margin",
    "report/?from=x",
    "report/filters/",
]
ELSEWHERE = ["/", "/api/v1/docs", "/first-steps/", "/jobs/", "/log/exports/", "/nowhere/"]
DOORS = ["/login/", "/login/password/reset/"]


def every_page(house) -> list[str]:
    """Every page of the house, for somebody signed in as its admin."""
    house.paula.last_name = LONG_NAME
    house.paula.email = f"{'a' * 40}@{'b' * 30}.example.org"
    house.paula.save()
    switch_on(house.manager, secret="A" * 32, step=0)
    ConnectedSource.objects.create(organisation=house.organisation, name=LONG_NAME, slug="a" * 80)
    customer = f"/customers/{house.paula.pk}/"
    return [
        *(f"{customer}{part}" for part in CUSTOMER),
        *(f"/customers/{part}" for part in LISTS),
        *(f"/settings/{part}" for part in SETTINGS),
        *(f"/loyalty/{part}" for part in LOYALTY),
        *(f"/products/{part}" for part in (*PRODUCTS, f"{_product(house).pk}/edit/")),
        *_receipts(house),
        *_open_orders(house),
        *_bulk(house),
        *_loyalty(house),
        *_deliveries(house),
        *_reservations(house),
        *_imports(house.admin),
        *_keys(house),
        *_webhooks(house),
        *_sources(house),
        *ELSEWHERE,
    ]


def _product(house):
    """With everything that a product can have."""
    return make_product(
        house.organisation,
        name=LONG_NAME,
        category=LONG_NAME[:60],
        cost_cents=300,
        tax_rate=7,
        second_tax_rate=19,
        second_tax_pct=30,
        allergens=Allergen.values,
        sold_out_on=local_day(timezone.now(), house.organisation.tz),
    )


def _receipts(house) -> list[str]:
    """The report, and a receipt of many lines with every step that it knows."""
    lines = tuple(OrderEventLine(f"{LONG_NAME} {number}", number, 1_250) for number in range(1, 4))
    order = make_order(house.paula, lines=lines, discount_cents=500, tip_cents=300)
    refund_order(order, amount_cents=100, reason=LONG_NAME)
    steps = ["", "print/", "print/?paper=a4", "void/", "refund/", "customer/?q=p", "note/", "send/"]
    reports = ["", "filters/", "hours/", "hours/?q=zzzz", "?q=zzzz", "?period=today&status=voided", "?from=x"]
    return [*(f"/orders/{part}" for part in reports), *(f"/orders/{order.pk}/{step}" for step in steps)]


def _bulk(house) -> list[str]:
    """A change of many customers as it is asked for, and what became of one."""
    action = BulkAction.objects.create(
        organisation=house.organisation, actor=house.admin, kind="tag", tag=LONG_NAME[:40], changed_count=2
    )
    return ["/customers/bulk/tag/?all=1", "/customers/bulk/withdraw/?all=1", action.get_absolute_url()]


def _open_orders(house) -> list[str]:
    """One that is late, one that is out with a driver; the page that takes orders."""
    soon, ago = (timezone.now() + timedelta(minutes=by) for by in (20, -20))
    lines = (OrderEventLine(LONG_NAME, 3, 1_250, note="n" * 120),)
    fields = {"lines": lines, "status": "open", "service_type": "delivery"}
    late = make_order(house.paula, promised_at=ago, **fields)
    out = make_order(house.paula, promised_at=soon, **fields)
    driver = make_driver(house.organisation, name="R" * 80)
    take_step(out, "out", seen="new", driver=driver, actor=house.manager)
    pages = ["open/", "new/", f"new/?customer={house.paula.pk}", f"{late.pk}/", f"open/{late.pk}/out/"]
    return [f"/orders/{page}" for page in (*pages, f"open/{late.pk}/cancel/")]


def _deliveries(house) -> list[str]:
    """One on time, one late, one under way, and a driver who left."""
    driver = make_driver(house.organisation, name=LONG_NAME)
    make_driver(house.organisation, name="D" * 80, archived_at=timezone.now())
    for days, took in ((3, 29), (2, 400), (0, None)):
        placed_at = timezone.now() - timedelta(days=days, minutes=20)
        make_delivery(house.paula, placed_at=placed_at, driver=driver, took=took)
    parts = ("", "?period=all", f"?period=all&driver={driver.pk}&delivery=late", "?period=all&driver=none")
    others = ("?from=x", "filters/", "drivers/", "drivers/new/", f"drivers/{driver.pk}/")
    return [f"/deliveries/{part}" for part in (*parts, *others)]


def _loyalty(house) -> list[str]:
    """A batch, a card of somebody, a coupon that was used."""
    batch = make_card_batch(house.organisation, name=LONG_NAME)
    cards = [
        make_card(house.organisation, customer=house.paula, kind=kind, batch=batch, stamps=13)
        for kind in ("punch", "gift")
    ]
    coupon = make_coupon(house.organisation, code="W" * 40)
    pages = [*(f"cards/{card.pk}/" for card in cards), f"cards/{cards[0].pk}/replace/"]
    pages += [f"cards/{cards[1].pk}/balance/", f"cards/batches/{batch.pk}/", f"cards/link/{house.paula.pk}/"]
    pages += [f"points/correct/{house.paula.pk}/", f"coupons/{coupon.pk}/", f"coupons/{coupon.pk}/edit/"]
    return [f"/loyalty/{page}" for page in pages]


def _reservations(house) -> list[str]:
    """Today: somebody who did not come, a party too large for its table, one asked about, closed days."""
    location = house.organisation.locations.first()
    today = local_day(timezone.now(), location.tz)
    table = make_table(location, name="T" * 40, area="A" * 40, seats=2)
    missed = make_reservation(location, house.paula, day=today, at="11:00")
    move(missed, "no_show", seen="confirmed", actor=house.manager)
    late = make_reservation(location, house.paula, day=today, at="00:00", minutes=15, note="n" * 500)
    make_reservation(location, table=table, day=today, at="22:00", name="N" * 160)
    make_reservation(location, house.paula, day=today + timedelta(days=1), party=12)
    days = {"first_on": today, "last_on": today + timedelta(days=2), "reason": "R" * 80}
    add_closed_days(location, **days, actor=house.admin)
    listed = ("", "?conflicts=1", "?q=zzzz", "today/?part=all", "new/", "tables/", "tables/new/")
    return [
        *(f"/reservations/{part}" for part in listed),
        f"/reservations/{late.pk}/",
        f"/reservations/tables/{table.pk}/",
        f"/settings/locations/{location.pk}/hours/",
    ]


def _sources(house) -> list[str]:
    """A shop that has fallen silent, with a message that could not be taken in."""
    shop = ConnectedSource.objects.create(
        organisation=house.organisation, name=LONG_NAME, slug="shop", kind="shopify", hook_key="h" * 43
    )
    event = SourceEvent.objects.create(
        connected_source=shop,
        event_id="1",
        topic="orders/create",
        body=b"{}",
        state="failed",
        code="no_token",
    )
    parts = ("", "remove/", "switch/", "address/", "again/", "events/", f"events/{event.pk}/")
    return [f"/settings/sources/{shop.pk}/{part}" for part in parts]


def _keys(house) -> list[str]:
    """One in use for all and one that is revoked."""
    fields = {"organisation": house.organisation, "name": LONG_NAME, "actor": house.admin}
    key, _text = make_key(scopes=Scope.values, **fields)
    revoke_key(make_key(scopes=["orders:write"], **fields)[0], actor=house.admin)
    return [f"/settings/keys/{part}" for part in ("", "new/", f"{key.pk}/rotate/", f"{key.pk}/revoke/")]


def _webhooks(house) -> list[str]:
    """One that works, one that is paused, one message that did not arrive."""
    fields = {"organisation": house.organisation, "name": LONG_NAME, "actor": house.admin}
    url, topics = f"https://{'a' * 60}.example.org/{'b' * 200}", [topic for topic, _label in CHOSEN]
    add_subscriber(url=url, topics=topics, **fields)
    paused, _secret = add_subscriber(url=url, topics=topics, **fields)
    pause_subscriber(paused, actor=house.admin)
    tell(house.organisation, "customer.updated", [house.paula.pk])
    delivery = paused.deliveries.get()
    paused.deliveries.update(attempts=3, last_status=500, last_error="It answered 500.")
    parts = ("", "?state=done", "edit/", "secret/", "remove/", f"{delivery.pk}/")
    return [f"/settings/webhooks/{part}" for part in ("", "new/", *(f"{paused.pk}/{part}" for part in parts))]


def _imports(admin):
    keep_a_worker()
    done = finish(check_customers(admin))
    done_orders = finish(check_orders(admin))
    done_products = finish(check_products(admin))
    return [
        *("/customers/import/", "/customers/import/runs/", "/orders/import/", "/orders/import/runs/"),
        *("/products/import/", "/products/import/runs/"),
        *(read(admin).pages["columns"] for read in (read_customers, read_orders, read_products)),
        *(check(admin).pages["check"] for check in (check_customers, check_orders, check_products)),
        *(run.pages[name] for run in (done, done_orders, done_products) for name in ("run", "undo")),
    ]
