"""The addresses of every page a restaurant can open, with long names, imports in every state
and a second factor to reset."""

from backoffice.staff.second_factor.changes import switch_on
from orders.models import WatchedFolder
from tests.browser.imports import (
    check_customers,
    check_orders,
    finish,
    keep_a_worker,
    read_customers,
    read_orders,
)
from tests.loyalty.factories import make_card, make_card_batch, make_coupon

LONG_NAME = "Wilhelmine-Charlotte von Donaudampfschifffahrtsgesellschaft"
LISTS = ["", "?q=zzzz", "?q=pfeff&source=web", "new/", "filters/", "columns/", "export/"]
CUSTOMER = ["", "?tab=orders", "?tab=points", "?tab=activity", "edit/", "consents/marketing/"]
SETTINGS = [
    *("team/", "team/invite/", "locations/", "locations/new/"),
    *("account/", "account/password/", "modules/", "confirm/"),
    *("account/second-step/", "account/sessions/", "sources/", "sources/new/"),
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
ELSEWHERE = ["/first-steps/", "/jobs/", "/log/exports/", "/nowhere/"]
DOORS = ["/login/", "/login/password/reset/"]


def every_page(house) -> list[str]:
    """Every page of the house, for somebody signed in as its admin."""
    house.paula.last_name = LONG_NAME
    house.paula.email = f"{'a' * 40}@{'b' * 30}.example.org"
    house.paula.save()
    switch_on(house.manager, secret="A" * 32, step=0)
    WatchedFolder.objects.create(organisation=house.organisation, name=LONG_NAME, slug="a" * 80)
    customer = f"/customers/{house.paula.pk}/"
    return [
        *(f"{customer}{part}" for part in CUSTOMER),
        *(f"/customers/{part}" for part in LISTS),
        *(f"/settings/{part}" for part in SETTINGS),
        *(f"/loyalty/{part}" for part in LOYALTY),
        *_loyalty(house),
        *_imports(house.admin),
        *ELSEWHERE,
    ]


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


def _imports(admin):
    keep_a_worker()
    done = finish(check_customers(admin))
    done_orders = finish(check_orders(admin))
    return [
        *("/customers/import/", "/customers/import/runs/", "/orders/import/", "/orders/import/runs/"),
        *(read(admin).pages["columns"] for read in (read_customers, read_orders)),
        *(check(admin).pages["check"] for check in (check_customers, check_orders)),
        *(run.pages[name] for run in (done, done_orders) for name in ("run", "undo")),
    ]
