"""Every address × method: who may use it. An address that is missing here fails the build.

Add rows beside the page they protect. `make` builds what the address names in a given
organisation and returns the arguments of the address; the row is then also tried by the
administrator of another organisation, who must get the same 404 as for something missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from allauth.usersessions.models import UserSession
from django.utils import timezone

from backoffice.api.keys import make_key
from backoffice.outbox.models import Delivery, OutboxMessage
from backoffice.outbox.subscribing import add_subscriber
from backoffice.staff.models import ClosedDays
from customers.models import BulkAction
from orders.correcting import split_customer
from orders.events import OrderEventLine
from orders.models import ConnectedSource, SourceEvent
from tests.factories import (
    make_customer,
    make_import,
    make_job,
    make_location,
    make_order,
    make_order_import,
    make_product_import,
    make_user,
)
from tests.loyalty.factories import make_card, make_card_batch, make_coupon
from tests.orders.factories import make_driver, make_product, make_reservation, make_table

EVERYONE = frozenset({"staff", "manager", "admin"})
MANAGERS = frozenset({"manager", "admin"})
ADMINS = frozenset({"admin"})
REFUSED = frozenset({200, 422})  # the form again, with what is wrong
_numbers = count(1)
CANARY = "Canary7731"  # planted in the other organisation, must never show


@dataclass(frozen=True)
class Expected:
    """`roles` may, others get 403; `public` needs nobody signed in; `ok` are the answers of those who may."""

    name: str
    method: str = "GET"
    roles: frozenset = EVERYONE
    public: bool = False
    make: Callable | None = None
    data: dict = field(default_factory=dict, hash=False)
    ok: frozenset = frozenset()
    page: bool = True  # a whole HTML page, not a file or a redirect
    foreign: bool = True  # the address names an object that belongs to an organisation

    @property
    def answers(self) -> frozenset:
        return self.ok or frozenset({200} if self.method == "GET" else {302})

    def __str__(self):
        return f"{self.method} {self.name}"


def _bulk_kind(organisation):
    return {"kind": "tag"}


def _bulk(organisation):
    return {"pk": BulkAction.objects.create(organisation=organisation, kind="tag", tag=CANARY).pk}


def _location(organisation):
    return {"pk": make_location(organisation, name=f"{CANARY} {next(_numbers)}").pk}


def _closed_days(organisation):
    today = timezone.now().date()
    location = make_location(organisation, name=f"{CANARY} {next(_numbers)}")
    return {"pk": ClosedDays.objects.create(location=location, first_on=today, last_on=today).pk}


def _member(organisation):
    return {"pk": make_user(organisation, "staff", name=f"{CANARY} Person").membership.pk}


def _member_session(organisation):
    member = make_user(organisation, "staff", name=f"{CANARY} Person")
    session = UserSession(user=member, ip="192.0.2.1", user_agent=CANARY, session_key=f"{next(_numbers):032}")
    session.save()
    return {"pk": session.pk}


def _customer(organisation):
    return {"pk": make_customer(organisation, first_name=CANARY).pk}


def _contact(organisation):
    customer = make_customer(organisation)
    return {"pk": customer.pk, "point_id": customer.contact_points.get(kind="phone").pk}


def _split(organisation):
    customer = make_customer(organisation)
    order = make_order(customer)
    fields = {"first_name": "Neu", "last_name": CANARY, "phone": "", "email": ""}
    done = split_customer(customer, order_ids=[order.pk], fields=fields, actor=None)
    return {"pk": done.pk}


def _consent(organisation):
    return _customer(organisation) | {"purpose": "marketing"}


def _customer_file(organisation):
    return _customer(organisation) | {"format": "csv"}


def _file(organisation):
    return {"format": "csv"}


def _job(organisation):
    return {"pk": make_job(organisation, title=CANARY).pk}


def _import(organisation):
    return {"pk": make_import(organisation, filename=f"{CANARY}.csv").pk}


def _checked_import(organisation):
    counts = {"rows": 1, "created": 1}
    return {"pk": make_import(organisation, filename=CANARY, state="checked", checked=counts).pk}


def _unread_import(organisation):
    mapping = {"columns": {"E-Mail": "email", "Geburtstag": "birthday"}}
    profile = {"rows": 1, "headers": ["E-Mail", "Geburtstag"]}
    run = make_import(organisation, filename=CANARY, state="checked", mapping=mapping, profile=profile)
    return {"pk": run.pk}


def _running_import(organisation):
    job = make_job(organisation, kind="customers.run_import")
    return {"pk": make_import(organisation, filename=CANARY, state="running", job=job).pk}


def _ended_import(organisation, state="done"):
    return {"pk": make_import(organisation, filename=CANARY, state=state, finished_at=timezone.now()).pk}


def _stopped_import(organisation):
    return _ended_import(organisation, "stopped")


def _import_row(organisation):
    return _ended_import(organisation) | {"line": 2}


def _reset_key(organisation):
    return {"uidb36": "1", "key": "wrong-key"}


STAFF_ROWS = [
    Expected("healthz", public=True, page=False),
    Expected("readyz", public=True, page=False, ok=frozenset({200, 503})),
    Expected("may-send", public=True, page=False, ok=frozenset({401, 403})),
    Expected("too-large", public=True),
    Expected("toasts", page=False),
    Expected("home", ok=frozenset({200, 302})),
    Expected("account_login", public=True),
    Expected(
        "account_login", "POST", public=True, data={"login": "", "password": ""}, ok=frozenset({200, 302})
    ),
    # somebody between password and code: tests/staff/test_second_factor.py
    Expected("mfa_authenticate", public=True, page=False, ok=frozenset({302})),
    Expected("mfa_authenticate", "POST", public=True, data={"code": "1"}),
    Expected("account_logout", ok=frozenset({200, 302}), public=True, page=False),
    Expected("account_logout", "POST", public=True),
    Expected("account_reset_password", public=True),
    Expected("account_reset_password", "POST", public=True, data={"email": "nobody@example.org"}),
    Expected("account_reset_password_done", public=True),
    Expected("account_reset_password_from_key", public=True, make=_reset_key),
    Expected("account_reset_password_from_key", "POST", public=True, make=_reset_key, ok=frozenset({200})),
    Expected("account_reset_password_from_key_done", public=True),
    Expected("staff:account"),
    Expected("staff:account", "POST", data={"name": "New", "language": "en", "theme": "dark"}),
    # an invitation is there for its own person alone: tests/staff/test_invitations.py
    Expected("staff:invitation", make=_member, ok=frozenset({404}), page=False),
    Expected("staff:invitation", "POST", make=_member, ok=frozenset({404}), page=False),
    Expected("staff:password"),
    Expected("staff:password", "POST", data={"old_password": "x"}, ok=frozenset({200})),
    Expected("staff:second_factor"),
    Expected("staff:second_factor", "POST", data={"code": "1"}, ok=frozenset({200})),
    Expected("staff:second_factor_codes", page=False, ok=frozenset({302})),
    Expected("staff:second_factor_codes", "POST"),
    Expected("staff:second_factor_codes_file", page=False, ok=frozenset({302})),
    Expected("staff:second_factor_new_codes", page=False, ok=frozenset({302})),
    Expected("staff:second_factor_new_codes", "POST"),
    Expected("staff:second_factor_off", page=False, ok=frozenset({302})),
    Expected("staff:second_factor_off", "POST"),
    Expected("staff:sessions"),
    # a session is there for its own person alone: tests/staff/test_sessions.py
    Expected("staff:session_end", "POST", make=_member_session, ok=frozenset({404})),
    Expected("staff:sessions_end_others", "POST"),
    Expected("staff:confirm"),
    Expected("staff:confirm", "POST", data={"password": "x"}, ok=frozenset({200})),
    Expected("staff:choose_language", "POST", public=True, data={"language": "es"}),
    Expected("staff:choose_theme", "POST", data={"theme": "dark"}),
    Expected("staff:choose_place", "POST", data={"location": ""}),
    Expected("staff:locations", roles=ADMINS),
    Expected("staff:location_new", roles=ADMINS),
    Expected("staff:location_new", "POST", roles=ADMINS, ok=frozenset({200})),
    Expected("staff:location_edit", roles=ADMINS, make=_location),
    Expected("staff:location_edit", "POST", roles=ADMINS, make=_location, ok=frozenset({200})),
    Expected("staff:location_hours", roles=ADMINS, make=_location),
    Expected("staff:location_hours", "POST", roles=ADMINS, make=_location),
    Expected("staff:closed_days_add", "POST", roles=ADMINS, make=_location, ok=REFUSED),
    Expected("staff:closed_days_remove", "POST", roles=ADMINS, make=_closed_days),
    Expected("staff:modules", roles=ADMINS),
    Expected("staff:modules", "POST", roles=ADMINS, data={"customers": "on"}),
    Expected("staff:team", roles=ADMINS),
    Expected("staff:invite", roles=ADMINS),
    Expected("staff:invite", "POST", roles=ADMINS, ok=frozenset({200})),
    Expected("staff:member_invite_again", "POST", roles=ADMINS, make=_member),
    Expected("staff:member_role", "POST", roles=ADMINS, make=_member, data={"role": "manager"}),
    Expected("staff:member_deactivate", "POST", roles=ADMINS, make=_member),
    Expected("staff:member_reactivate", "POST", roles=ADMINS, make=_member),
    Expected("staff:member_reset_second_factor", "POST", roles=ADMINS, make=_member),
]

CUSTOMER_ROWS = [
    Expected("degrees:edit", roles=ADMINS),
    Expected("degrees:edit", "POST", roles=ADMINS, ok=REFUSED),
    Expected("customers:list"),
    Expected("customers:filters"),
    Expected("customers:export-options", roles=MANAGERS),
    Expected("customers:columns"),
    Expected("customers:columns", "POST"),
    Expected("customers:figures", "POST"),
    Expected("customers:export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("customers:new"),
    Expected("customers:new", "POST", ok=REFUSED),
    Expected("customers:check-duplicates", page=False, ok=frozenset({200, 204})),
    Expected("customers:profile", make=_customer),
    Expected("customers:edit", roles=MANAGERS, make=_customer),
    Expected("customers:edit", "POST", roles=MANAGERS, make=_customer, ok=REFUSED),
    Expected("customers:picture", make=_customer, page=False, ok=frozenset({404})),
    Expected("customers:deactivate", "POST", roles=MANAGERS, make=_customer),
    Expected("customers:reactivate", "POST", roles=MANAGERS, make=_customer),
    Expected("customers:tags", make=_customer, page=False),
    Expected("customers:tags", "POST", make=_customer),
    Expected("customers:contact-add", roles=MANAGERS, make=_customer),
    Expected("customers:contact-add", "POST", roles=MANAGERS, make=_customer, ok=REFUSED),
    Expected("customers:contact", "POST", roles=MANAGERS, make=_contact, data={"do": "share"}),
    Expected("orders:customer-split", roles=MANAGERS, make=_customer, page=False, ok=frozenset({302})),
    Expected("orders:customer-split", "POST", roles=MANAGERS, make=_customer),
    Expected("orders:split-undo", "POST", roles=MANAGERS, make=_split),
    Expected("customers:consent", roles=ADMINS, make=_consent, page=False),
    Expected("customers:consent", "POST", make=_consent, data={"state": "withdrawn"}),
    Expected("customers:consent", "POST", roles=ADMINS, make=_consent, data={"state": "granted"}, ok=REFUSED),
    Expected("customers:consent-undo", "POST", make=_consent, ok=frozenset({404})),
    Expected("orders:customer-export", roles=MANAGERS, make=_customer_file, page=False),
]

IMPORT_ROWS = [
    # nobody is ticked: back to the list
    Expected(
        "customers:bulk",
        roles=MANAGERS,
        make=_bulk_kind,
        foreign=False,
        page=False,
        ok=frozenset({302}),
    ),
    Expected(
        "customers:bulk",
        "POST",
        roles=MANAGERS,
        make=_bulk_kind,
        data={"tag_name": "VIP", "all": "1"},
        foreign=False,
    ),
    Expected("customers:bulk-action", roles=MANAGERS, make=_bulk),
    Expected("customers:bulk-undo", "POST", roles=MANAGERS, make=_bulk),
    Expected("customers:import", roles=MANAGERS),
    Expected("customers:import", "POST", roles=MANAGERS, ok=REFUSED),
    Expected("customers:import-example", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("customers:import-run", roles=MANAGERS, make=_import, page=False, ok=frozenset({302})),
    Expected("customers:import-columns", roles=MANAGERS, make=_import),
    Expected("customers:import-columns", "POST", roles=MANAGERS, make=_import, ok=REFUSED),
    Expected("customers:import-read", "POST", roles=MANAGERS, make=_import),
    Expected("customers:import-discard", "POST", roles=MANAGERS, make=_import),
    Expected("customers:import-check", roles=MANAGERS, make=_checked_import),
    Expected("customers:import-row", "POST", roles=MANAGERS, make=_import_row),
    Expected("customers:import-leave-out", "POST", roles=MANAGERS, make=_unread_import, data={"column": "1"}),
    Expected("customers:import-refused", roles=MANAGERS, make=_ended_import, page=False),
    Expected("customers:import-start", "POST", roles=MANAGERS, make=_checked_import),
    Expected("customers:import-continue", "POST", roles=MANAGERS, make=_stopped_import),
    Expected("customers:import-again", "POST", roles=MANAGERS, make=_import),
    Expected("customers:import-cancel", roles=MANAGERS, make=_running_import),
    Expected("customers:import-cancel", "POST", roles=MANAGERS, make=_running_import),
    Expected("customers:import-undo", roles=MANAGERS, make=_ended_import),
    Expected("customers:import-undo", "POST", roles=MANAGERS, make=_ended_import),
    Expected("customers:imports", roles=MANAGERS),
]


def _order_import(organisation, **fields):
    return {"pk": make_order_import(organisation, filename=f"{CANARY}.csv", **fields).pk}


def _checked_orders(organisation):
    return _order_import(organisation, state="checked", checked={"rows": 1, "orders": 1, "recorded": 1})


def _running_orders(organisation):
    job = make_job(organisation, kind="orders.run_import")
    return _order_import(organisation, state="running", job=job)


def _ended_orders(organisation, state="done"):
    return _order_import(organisation, state=state, finished_at=timezone.now())


def _stopped_orders(organisation):
    return _ended_orders(organisation, "stopped")


def _product_import(organisation, **fields):
    return {"pk": make_product_import(organisation, filename=f"{CANARY}.csv", **fields).pk}


def _checked_products(organisation):
    return _product_import(organisation, state="checked", checked={"rows": 1, "added": 1})


def _running_products(organisation):
    job = make_job(organisation, kind="orders.run_product_import")
    return _product_import(organisation, state="running", job=job)


def _ended_products(organisation, state="done"):
    return _product_import(organisation, state=state, finished_at=timezone.now())


def _stopped_products(organisation):
    return _ended_products(organisation, "stopped")


ORDER_ROWS = [
    Expected("orders:import", roles=MANAGERS),
    Expected("orders:import", "POST", roles=MANAGERS, ok=REFUSED),
    Expected("orders:imports", roles=MANAGERS),
    Expected("orders:import-example", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("orders:import-run", roles=MANAGERS, make=_order_import, page=False, ok=frozenset({302})),
    Expected("orders:import-columns", roles=MANAGERS, make=_order_import),
    Expected("orders:import-columns", "POST", roles=MANAGERS, make=_order_import, ok=REFUSED),
    Expected("orders:import-read", "POST", roles=MANAGERS, make=_order_import),
    Expected("orders:import-discard", "POST", roles=MANAGERS, make=_order_import),
    Expected("orders:import-check", roles=MANAGERS, make=_checked_orders),
    Expected("orders:import-refused", roles=MANAGERS, make=_ended_orders, page=False, ok=frozenset({302})),
    Expected("orders:import-start", "POST", roles=MANAGERS, make=_checked_orders),
    Expected("orders:import-continue", "POST", roles=MANAGERS, make=_stopped_orders),
    Expected("orders:import-again", "POST", roles=MANAGERS, make=_order_import),
    Expected("orders:import-cancel", roles=MANAGERS, make=_running_orders),
    Expected("orders:import-cancel", "POST", roles=MANAGERS, make=_running_orders),
    Expected("orders:import-undo", roles=MANAGERS, make=_ended_orders),
    Expected("orders:import-undo", "POST", roles=MANAGERS, make=_ended_orders),
]
PRODUCT_IMPORT_ROWS = [
    Expected("orders:product-import", roles=MANAGERS),
    Expected("orders:product-import", "POST", roles=MANAGERS, ok=REFUSED),
    Expected("orders:product-imports", roles=MANAGERS),
    Expected("orders:product-import-example", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected(
        "orders:product-import-run", roles=MANAGERS, make=_product_import, page=False, ok=frozenset({302})
    ),
    Expected("orders:product-import-columns", roles=MANAGERS, make=_product_import),
    Expected("orders:product-import-columns", "POST", roles=MANAGERS, make=_product_import, ok=REFUSED),
    Expected("orders:product-import-read", "POST", roles=MANAGERS, make=_product_import),
    Expected("orders:product-import-discard", "POST", roles=MANAGERS, make=_product_import),
    Expected("orders:product-import-check", roles=MANAGERS, make=_checked_products),
    Expected(
        "orders:product-import-refused", roles=MANAGERS, make=_ended_products, page=False, ok=frozenset({302})
    ),
    Expected("orders:product-import-start", "POST", roles=MANAGERS, make=_checked_products),
    Expected("orders:product-import-continue", "POST", roles=MANAGERS, make=_stopped_products),
    Expected("orders:product-import-again", "POST", roles=MANAGERS, make=_product_import),
    Expected("orders:product-import-cancel", roles=MANAGERS, make=_running_products),
    Expected("orders:product-import-cancel", "POST", roles=MANAGERS, make=_running_products),
    Expected("orders:product-import-undo", roles=MANAGERS, make=_ended_products),
    Expected("orders:product-import-undo", "POST", roles=MANAGERS, make=_ended_products),
]


def _folder(organisation, **fields):
    slug = f"till-{next(_numbers)}"
    fields = {"organisation": organisation, "name": CANARY, "slug": slug} | fields
    return {"pk": ConnectedSource.objects.create(**fields).pk}


def _shop(organisation):
    """It has a key to the API of its vendor, at an address where nobody answers."""
    made = _folder(organisation, kind="shopify", hook_key=f"h{next(_numbers)}", api_url="https://127.0.0.1:9")
    shop = ConnectedSource.objects.get(**made)
    shop.api_token = "none"
    shop.save()
    return made


def _hook(organisation):
    return {"hook_key": ConnectedSource.objects.get(**_shop(organisation)).hook_key}


def _message(organisation):
    shop = _shop(organisation)
    event = SourceEvent.objects.create(
        connected_source_id=shop["pk"], event_id="1", topic=CANARY[:80], body=b"{}", state="failed"
    )
    return shop | {"event": event.pk}


def _kind(organisation):
    return {"kind": "folder"}


SOURCE_ROWS = [
    Expected("orders:sources", roles=ADMINS),
    Expected("orders:source-kinds", roles=ADMINS),
    Expected("orders:source-new", roles=ADMINS, make=_kind, foreign=False),
    Expected("orders:source-new", "POST", roles=ADMINS, make=_kind, foreign=False, ok=frozenset({200})),
    Expected("orders:source-edit", roles=ADMINS, make=_folder),
    Expected("orders:source-edit", "POST", roles=ADMINS, make=_folder, ok=frozenset({200})),
    Expected("orders:source-remove", roles=ADMINS, make=_folder),
    Expected("orders:source-remove", "POST", roles=ADMINS, make=_folder),
    Expected("orders:source-switch", roles=ADMINS, make=_folder),
    Expected("orders:source-switch", "POST", roles=ADMINS, make=_folder),
    Expected("orders:source-renew", roles=ADMINS, make=_shop),
    Expected("orders:source-renew", "POST", roles=ADMINS, make=_shop),
    Expected("orders:source-mute", "POST", roles=ADMINS, make=_folder),
    Expected("orders:source-check", "POST", roles=ADMINS, make=_shop),
    Expected("orders:source-pull", roles=ADMINS, make=_shop),
    Expected("orders:source-pull", "POST", roles=ADMINS, make=_shop, ok=REFUSED),
    Expected("orders:source-replay", roles=ADMINS, make=_shop),
    Expected("orders:source-replay", "POST", roles=ADMINS, make=_shop, ok=REFUSED),
    Expected(
        "orders:source-replay-trouble",
        "POST",
        roles=ADMINS,
        make=lambda organisation: _shop(organisation) | {"code": "held"},
    ),
    Expected("orders:source-events", roles=ADMINS, make=_shop),
    Expected("orders:source-event", roles=ADMINS, make=_message),
    Expected("orders:source-event-replay", "POST", roles=ADMINS, make=_message),
    # its address is its key, and what it brings is signed
    Expected("orders:hook", "POST", public=True, page=False, make=_hook, ok=frozenset({401})),
]


def _card(organisation, **fields):
    batch = make_card_batch(organisation, name=f"{CANARY} {next(_numbers)}")
    return {"pk": make_card(organisation, batch=batch, **fields).pk}


def _batch(organisation):
    return {"pk": make_card_batch(organisation, name=f"{CANARY} {next(_numbers)}").pk}


def _coupon(organisation):
    return {"pk": make_coupon(organisation, code=f"{CANARY}{next(_numbers)}").pk}


def _coupon_file(organisation):
    return _coupon(organisation) | {"what": "uses", "format": "csv"}


def _product(organisation):
    return {"pk": make_product(organisation, name=f"{CANARY}{next(_numbers)}").pk}


LOYALTY_ROWS = [
    Expected("loyalty:coupons"),
    Expected("loyalty:coupons-export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("loyalty:coupon", make=_coupon),
    Expected("loyalty:coupon-new", roles=MANAGERS),
    Expected("loyalty:coupon-new", "POST", roles=MANAGERS, ok=frozenset({200})),
    Expected("loyalty:coupon-edit", roles=MANAGERS, make=_coupon),
    Expected("loyalty:coupon-edit", "POST", roles=MANAGERS, make=_coupon, ok=frozenset({200})),
    Expected("loyalty:coupon-codes", "POST", roles=MANAGERS, make=_coupon, data={"count": "3"}),
    Expected("loyalty:coupon-pause", "POST", roles=MANAGERS, make=_coupon),
    Expected("loyalty:coupon-resume", "POST", roles=MANAGERS, make=_coupon),
    Expected("loyalty:coupon-archive", "POST", roles=MANAGERS, make=_coupon),
    Expected("loyalty:coupon-restore", "POST", roles=MANAGERS, make=_coupon),
    Expected("loyalty:coupon-export", roles=MANAGERS, make=_coupon_file, page=False),
    Expected("loyalty:cards"),
    Expected("loyalty:card-export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("loyalty:card-new"),
    Expected("loyalty:card-new", "POST", ok=frozenset({200})),
    Expected("loyalty:card-batch-new", roles=MANAGERS),
    Expected("loyalty:card-batch-new", "POST", roles=MANAGERS, ok=frozenset({200})),
    Expected("loyalty:card-sheet", make=_batch),
    Expected("loyalty:card-link-to", make=_customer),
    Expected("loyalty:card-link-to", "POST", make=_customer, ok=frozenset({200})),
    Expected("loyalty:card", make=_card),
    Expected("loyalty:card-link", make=_card),
    Expected("loyalty:card-link", "POST", make=_card, ok=frozenset({200})),
    Expected("loyalty:card-unlink", "POST", make=_card),
    Expected("loyalty:card-replace", make=_card),
    Expected("loyalty:card-replace", "POST", make=_card, ok=frozenset({200})),
    Expected("loyalty:card-block", "POST", roles=MANAGERS, make=_card),
    Expected("loyalty:card-unblock", "POST", roles=MANAGERS, make=_card),
    Expected("loyalty:card-free", "POST", make=_card),
    Expected("loyalty:card-balance", roles=MANAGERS, make=_card),
    Expected("loyalty:card-balance", "POST", roles=MANAGERS, make=_card, ok=frozenset({200})),
    Expected("loyalty:programme"),
    Expected("loyalty:programme", "POST", roles=ADMINS, ok=frozenset({200})),
    Expected("loyalty:programme-preview", roles=ADMINS, page=False),
    Expected("loyalty:points"),
    Expected("loyalty:points-export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("loyalty:points-correct", roles=MANAGERS, make=_customer),
    Expected("loyalty:points-correct", "POST", roles=MANAGERS, make=_customer, ok=frozenset({200})),
    Expected("loyalty:points-give-back", roles=MANAGERS),
    Expected("loyalty:points-give-back", "POST", roles=MANAGERS, ok=frozenset({200})),
]


def _open_order(organisation):
    customer = make_customer(organisation, first_name=CANARY)
    return {"pk": make_order(customer, status="open", service_type="delivery").pk}


def _receipt(organisation):
    customer = make_customer(organisation, first_name=CANARY)
    order = make_order(customer, lines=(OrderEventLine(f"{CANARY}", 1, 1_000),))
    return {"pk": order.pk}


RECEIPT_ROWS = [
    Expected("orders:report"),
    Expected("orders:report-filters"),
    Expected("orders:report-hours"),
    Expected("orders:report-export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("orders:order-new"),
    Expected("orders:order-new", "POST"),  # without a location back to the page that says so
    Expected("orders:board"),
    Expected("orders:order-step", "POST", make=_open_order, data={"step": "accepted", "seen": "new"}),
    Expected("orders:order-out", make=_open_order),
    Expected("orders:order-out", "POST", make=_open_order, data={"driver": "", "seen": "new"}),
    Expected("orders:order-cancel", make=_open_order),
    Expected("orders:order-cancel", "POST", make=_open_order, data={"reason": "wrong number"}),
    Expected("orders:receipt", make=_receipt),
    Expected("orders:receipt-print", make=_receipt),
    Expected("orders:receipt-pdf", make=_receipt, page=False),
    Expected("orders:receipt-void", roles=MANAGERS, make=_receipt),
    Expected("orders:receipt-void", "POST", roles=MANAGERS, make=_receipt, data={"reason": "wrong table"}),
    Expected("orders:receipt-refund", roles=MANAGERS, make=_receipt),
    Expected("orders:receipt-refund", "POST", roles=MANAGERS, make=_receipt, ok=REFUSED),
    Expected("orders:receipt-move", roles=MANAGERS, make=_receipt),
    Expected("orders:receipt-move", "POST", roles=MANAGERS, make=_receipt, data={"customer": ""}),
    Expected("orders:receipt-note", make=_receipt),
    Expected("orders:receipt-note", "POST", make=_receipt, data={"note": "by the window"}),
    Expected("orders:receipt-send", make=_receipt),
    Expected("orders:receipt-send", "POST", make=_receipt, ok=REFUSED),
]


def _reservation(organisation):
    location = organisation.locations.first() or make_location(organisation)
    return {"pk": make_reservation(location, day=timezone.now().date(), name=f"{CANARY} Party").pk}


def _table(organisation):
    location = organisation.locations.first() or make_location(organisation)
    return {"pk": make_table(location, name=f"{CANARY} {next(_numbers)}").pk}


RESERVATION_ROWS = [
    Expected("orders:reservations"),
    Expected("orders:coming"),
    Expected("orders:reservation-new", ok=frozenset({200, 404})),
    Expected("orders:reservation-new", "POST", ok=REFUSED | {404}),
    Expected("orders:reservation-edit", make=_reservation),
    Expected("orders:reservation-edit", "POST", make=_reservation, ok=REFUSED),
    Expected("orders:reservation-state", "POST", make=_reservation, data={"move": "confirmed:seated"}),
    Expected("orders:reservation-customers", page=False),
    Expected("orders:tables", roles=ADMINS, ok=frozenset({200, 404})),
    Expected("orders:table-new", roles=ADMINS, ok=frozenset({200, 404})),
    Expected("orders:table-new", "POST", roles=ADMINS, ok=frozenset({200, 404})),
    Expected("orders:table-edit", roles=ADMINS, make=_table),
    Expected("orders:table-edit", "POST", roles=ADMINS, make=_table, ok=frozenset({200})),
]


def _driver(organisation):
    return {"pk": make_driver(organisation, name=f"{CANARY} {next(_numbers)}").pk}


DELIVERY_ROWS = [
    Expected("orders:deliveries"),
    Expected("orders:delivery-filters"),
    Expected("orders:delivery-export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("orders:drivers", roles=MANAGERS),
    Expected("orders:driver-new", roles=MANAGERS),
    Expected("orders:driver-new", "POST", roles=MANAGERS, ok=REFUSED),
    Expected("orders:driver-edit", roles=MANAGERS, make=_driver),
    Expected("orders:driver-edit", "POST", roles=MANAGERS, make=_driver, ok=REFUSED),
    Expected("orders:driver-archive", "POST", roles=MANAGERS, make=_driver),
    Expected("orders:driver-restore", "POST", roles=MANAGERS, make=_driver),
]

PRODUCT_ROWS = [
    Expected("orders:products"),
    Expected("orders:product-export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Expected("orders:product-new", roles=MANAGERS),
    Expected("orders:product-new", "POST", roles=MANAGERS, ok=frozenset({200})),
    Expected("orders:product-edit", roles=MANAGERS, make=_product),
    Expected("orders:product-edit", "POST", roles=MANAGERS, make=_product, ok=frozenset({200})),
    Expected("orders:product-sold-out", "POST", make=_product),
    Expected("orders:product-available", "POST", make=_product),
    Expected("orders:product-archive", "POST", roles=MANAGERS, make=_product),
    Expected("orders:product-restore", "POST", roles=MANAGERS, make=_product),
    Expected("orders:product-report"),
    Expected("orders:product-report-filters"),
    Expected("orders:product-report-export", roles=MANAGERS, make=_file, page=False, foreign=False),
]

JOB_ROWS = [
    Expected("jobs:list", roles=MANAGERS),
    Expected("jobs:progress", roles=MANAGERS, make=_job, page=False, ok=frozenset({302})),
    Expected("jobs:cancel", "POST", roles=MANAGERS, make=_job),
]

AUDIT_ROWS = [
    Expected("audit:exports", roles=ADMINS, foreign=False),
]


def _key(organisation):
    key, _text = make_key(organisation=organisation, name=CANARY, scopes=["orders:write"], actor=_maker())
    return {"pk": key.pk}


def _receiver(organisation):
    """At an address where nobody answers."""
    url = f"https://{CANARY}.invalid/"
    fields = {"organisation": organisation, "name": CANARY, "url": url, "topics": ["customer.created"]}
    subscriber, _secret = add_subscriber(**fields, actor=_maker())
    return {"pk": subscriber.pk}


def _delivery(organisation):
    receiver = _receiver(organisation)
    message = OutboxMessage.objects.create(organisation=organisation, topic="customer.created", subject_id=1)
    delivery = Delivery.objects.create(subscriber_id=receiver["pk"], message=message)
    return receiver | {"delivery": delivery.pk}


def _maker():
    return make_user(role="admin")


def _order_number(organisation):
    return {"source": "web", "external_id": "A-1"}


WITHOUT_KEY = {"public": True, "page": False, "ok": frozenset({401})}  # with one: tests/api
API_ROWS = [
    Expected("shared-contacts:list", roles=ADMINS),
    Expected("shared-contacts:add", "POST", roles=ADMINS, data={"pattern": "*@relay.example"}),
    Expected("shared-contacts:remove", "POST", roles=ADMINS, data={"pattern": "*@relay.example"}),
    Expected("shared-contacts:apply", "POST", roles=ADMINS, data={"pattern": "*@guest.booking.com"}),
    Expected("keys:list", roles=ADMINS),
    Expected("keys:new", roles=ADMINS),
    Expected("keys:new", "POST", roles=ADMINS, ok=REFUSED),
    Expected("keys:rotate", roles=ADMINS, make=_key),
    Expected("keys:rotate", "POST", roles=ADMINS, make=_key, ok=frozenset({200})),
    Expected("keys:revoke", roles=ADMINS, make=_key),
    Expected("keys:revoke", "POST", roles=ADMINS, make=_key),
    Expected("api-openapi", public=True, page=False),
    Expected("api-docs", public=True, page=False),  # English, as programs are
    Expected("api:api-root", public=True, page=False, ok=frozenset({404})),
    Expected("api:orders", "POST", **WITHOUT_KEY),
    Expected("api:order-batch", "POST", **WITHOUT_KEY),
    Expected("api:order-files", "POST", **WITHOUT_KEY),
    Expected("api:order-file", make=_customer, **WITHOUT_KEY),  # any number does
    Expected("api:order", make=_order_number, **WITHOUT_KEY),
    Expected("api:order", "PATCH", make=_order_number, **WITHOUT_KEY),
    Expected("api:reservations", "POST", **WITHOUT_KEY),
    Expected("api:customers", **WITHOUT_KEY),
    Expected("api:customers", "POST", **WITHOUT_KEY),
    Expected("api:customer", make=_customer, **WITHOUT_KEY),
    Expected("api:consent", "PUT", make=_consent, **WITHOUT_KEY),
    Expected("api:points", make=_customer, **WITHOUT_KEY),
    Expected("api:redemptions", "POST", **WITHOUT_KEY),
    Expected("api:redemption-release", "POST", make=_customer, **WITHOUT_KEY),  # any number does
]

WEBHOOK_ROWS = [
    Expected("webhooks:list", roles=ADMINS),
    Expected("webhooks:new", roles=ADMINS),
    Expected("webhooks:new", "POST", roles=ADMINS, ok=REFUSED),
    Expected("webhooks:log", roles=ADMINS, make=_receiver),
    Expected("webhooks:edit", roles=ADMINS, make=_receiver),
    Expected("webhooks:edit", "POST", roles=ADMINS, make=_receiver, ok=REFUSED),
    Expected("webhooks:secret", roles=ADMINS, make=_receiver),
    Expected("webhooks:secret", "POST", roles=ADMINS, make=_receiver, ok=frozenset({200})),
    Expected("webhooks:remove", roles=ADMINS, make=_receiver),
    Expected("webhooks:remove", "POST", roles=ADMINS, make=_receiver),
    Expected("webhooks:pause", "POST", roles=ADMINS, make=_receiver),
    Expected("webhooks:resume", "POST", roles=ADMINS, make=_receiver),
    Expected("webhooks:test", "POST", roles=ADMINS, make=_receiver),
    Expected("webhooks:delivery", roles=ADMINS, make=_delivery),
    Expected("webhooks:again", "POST", roles=ADMINS, make=_delivery),
]

DASHBOARD_ROWS = [
    Expected("first-steps", roles=ADMINS),
    Expected("first-steps-hide", "POST", roles=ADMINS),
]

ROWS = [
    *(DASHBOARD_ROWS + STAFF_ROWS + CUSTOMER_ROWS + IMPORT_ROWS),
    *(ORDER_ROWS + SOURCE_ROWS + RECEIPT_ROWS + RESERVATION_ROWS + PRODUCT_ROWS),
    *(DELIVERY_ROWS + PRODUCT_IMPORT_ROWS),
    *(LOYALTY_ROWS + JOB_ROWS + AUDIT_ROWS + API_ROWS + WEBHOOK_ROWS),
]

# What is planted into an organisation before somebody else's administrator looks around.
PLANTS = [
    _location,
    _member,
    _member_session,
    _customer,
    _job,
    _import,
    _order_import,
    _card,
    _coupon,
    _receiver,
]
PLANTS += [_product, _product_import, _reservation, _table, _closed_days, _receipt, _driver, _key]
