"""Every address × method: who may use it. An address that is missing here fails the build.

Add rows beside the page they protect. `make` builds what the address names in a given
organisation and returns the arguments of the address; the row is then also tried by the
administrator of another organisation, who must get the same 404 as for something missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from django.utils import timezone

from tests.factories import make_customer, make_import, make_job, make_location, make_user

EVERYONE = frozenset({"staff", "manager", "admin"})
MANAGERS = frozenset({"manager", "admin"})
ADMINS = frozenset({"admin"})
REFUSED = frozenset({200, 422})  # the form again, with what is wrong
_numbers = count(1)
CANARY = "Canary7731"  # planted in the other organisation, must never show


@dataclass(frozen=True)
class Row:
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


def _location(organisation):
    return {"pk": make_location(organisation, name=f"{CANARY} {next(_numbers)}").pk}


def _member(organisation):
    return {"pk": make_user(organisation, "staff", name=f"{CANARY} Person").membership.pk}


def _customer(organisation):
    return {"pk": make_customer(organisation, first_name=CANARY).pk}


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
    Row("healthz", public=True, page=False),
    Row("readyz", public=True, page=False, ok=frozenset({200, 503})),
    Row("home", ok=frozenset({302}), page=False),
    Row("account_login", public=True),
    Row("account_login", "POST", public=True, data={"login": "", "password": ""}, ok=frozenset({200, 302})),
    Row("account_logout", ok=frozenset({200, 302}), public=True, page=False),
    Row("account_logout", "POST", public=True),
    Row("account_reset_password", public=True),
    Row("account_reset_password", "POST", public=True, data={"email": "nobody@example.org"}),
    Row("account_reset_password_done", public=True),
    Row("account_reset_password_from_key", public=True, make=_reset_key),
    Row("account_reset_password_from_key", "POST", public=True, make=_reset_key, ok=frozenset({200})),
    Row("account_reset_password_from_key_done", public=True),
    Row("staff:account"),
    Row("staff:account", "POST", data={"name": "New", "language": "en", "theme": "dark"}),
    Row("staff:password"),
    Row("staff:password", "POST", data={"old_password": "x"}, ok=frozenset({200})),
    Row("staff:confirm"),
    Row("staff:confirm", "POST", data={"password": "x"}, ok=frozenset({200})),
    Row("staff:choose_language", "POST", public=True, data={"language": "es"}),
    Row("staff:choose_theme", "POST", data={"theme": "dark"}),
    Row("staff:choose_place", "POST", data={"location": ""}),
    Row("staff:locations", roles=ADMINS),
    Row("staff:location_new", roles=ADMINS),
    Row("staff:location_new", "POST", roles=ADMINS, ok=frozenset({200})),
    Row("staff:location_edit", roles=ADMINS, make=_location),
    Row("staff:location_edit", "POST", roles=ADMINS, make=_location, ok=frozenset({200})),
    Row("staff:modules", roles=ADMINS),
    Row("staff:modules", "POST", roles=ADMINS, data={"customers": "on"}),
    Row("staff:team", roles=ADMINS),
    Row("staff:invite", roles=ADMINS),
    Row("staff:invite", "POST", roles=ADMINS, ok=frozenset({200})),
    Row("staff:member_role", "POST", roles=ADMINS, make=_member, data={"role": "manager"}),
    Row("staff:member_deactivate", "POST", roles=ADMINS, make=_member),
    Row("staff:member_reactivate", "POST", roles=ADMINS, make=_member),
]

CUSTOMER_ROWS = [
    Row("customers:list"),
    Row("customers:filters"),
    Row("customers:export-options", roles=MANAGERS),
    Row("customers:columns"),
    Row("customers:columns", "POST"),
    Row("customers:figures", "POST"),
    Row("customers:export", roles=MANAGERS, make=_file, page=False, foreign=False),
    Row("customers:new"),
    Row("customers:new", "POST", ok=REFUSED),
    Row("customers:check-duplicates", page=False, ok=frozenset({200, 204})),
    Row("customers:profile", make=_customer),
    Row("customers:edit", roles=MANAGERS, make=_customer),
    Row("customers:edit", "POST", roles=MANAGERS, make=_customer, ok=REFUSED),
    Row("customers:picture", make=_customer, page=False, ok=frozenset({404})),
    Row("customers:deactivate", "POST", roles=MANAGERS, make=_customer),
    Row("customers:reactivate", "POST", roles=MANAGERS, make=_customer),
    Row("customers:tags", "POST", make=_customer),
    Row("customers:consent", roles=ADMINS, make=_consent, page=False),
    Row("customers:consent", "POST", make=_consent, data={"state": "withdrawn"}),
    Row("customers:consent", "POST", roles=ADMINS, make=_consent, data={"state": "granted"}, ok=REFUSED),
    Row("customers:consent-undo", "POST", make=_consent, ok=frozenset({404})),
    Row("orders:customer-export", roles=MANAGERS, make=_customer_file, page=False),
]

IMPORT_ROWS = [
    Row("customers:import", roles=MANAGERS),
    Row("customers:import", "POST", roles=MANAGERS, ok=REFUSED),
    Row("customers:import-example", roles=MANAGERS, make=_file, page=False, foreign=False),
    Row("customers:import-run", roles=MANAGERS, make=_import, page=False, ok=frozenset({302})),
    Row("customers:import-columns", roles=MANAGERS, make=_import),
    Row("customers:import-columns", "POST", roles=MANAGERS, make=_import, ok=REFUSED),
    Row("customers:import-read", "POST", roles=MANAGERS, make=_import),
    Row("customers:import-discard", "POST", roles=MANAGERS, make=_import),
    Row("customers:import-check", roles=MANAGERS, make=_checked_import),
    Row("customers:import-row", "POST", roles=MANAGERS, make=_import_row),
    Row("customers:import-refused", roles=MANAGERS, make=_ended_import, page=False),
    Row("customers:import-start", "POST", roles=MANAGERS, make=_checked_import),
    Row("customers:import-continue", "POST", roles=MANAGERS, make=_stopped_import),
    Row("customers:import-again", "POST", roles=MANAGERS, make=_import),
    Row("customers:import-cancel", roles=MANAGERS, make=_running_import),
    Row("customers:import-cancel", "POST", roles=MANAGERS, make=_running_import),
    Row("customers:import-undo", roles=MANAGERS, make=_ended_import),
    Row("customers:import-undo", "POST", roles=MANAGERS, make=_ended_import),
    Row("customers:imports", roles=MANAGERS),
]

JOB_ROWS = [
    Row("jobs:list", roles=MANAGERS),
    Row("jobs:progress", roles=MANAGERS, make=_job, page=False, ok=frozenset({302})),
    Row("jobs:cancel", "POST", roles=MANAGERS, make=_job),
]

ROWS = STAFF_ROWS + CUSTOMER_ROWS + IMPORT_ROWS + JOB_ROWS

# What is planted into an organisation before somebody else's administrator looks around.
PLANTS = [_location, _member, _customer, _job, _import]
