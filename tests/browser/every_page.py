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

LONG_NAME = "Wilhelmine-Charlotte von Donaudampfschifffahrtsgesellschaft"
LISTS = ["", "?q=zzzz", "?q=pfeff&source=web", "new/", "filters/", "columns/", "export/"]
CUSTOMER = ["", "?tab=orders", "?tab=points", "?tab=activity", "edit/", "consents/marketing/"]
SETTINGS = [
    *("team/", "team/invite/", "locations/", "locations/new/"),
    *("account/", "account/password/", "modules/", "confirm/"),
    *("account/second-step/", "account/sessions/", "sources/", "sources/new/"),
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
        *_imports(house.admin),
        *ELSEWHERE,
    ]


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
