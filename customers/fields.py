"""Every field of a customer, once: the table that list, filters, sorts, files, import, form and profile read.

A new field costs its column in the model with a migration, its row here and two catalogues; what a
feature does with it follows from its kind. Each feature has one table by kind (cells, filters,
readers, widgets …), and a test fails when a kind is missing there.
"""

from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.text.money import divide
from backoffice.core.text.periods import months_between
from customers.choices import Degree, Module
from customers.field_kinds import Field, Group, Kind, Listed


def _modules(today: date, bits: int) -> str:
    return _MODULE_TEXTS[bits]


_MODULE_TEXTS = [", ".join(module.code for module in Module.in_bits(bits)) for bits in range(64)]


SHARED = " (shared)"  # behind a value in a file, whatever its language


def _contact_points(today: date, points: list[dict] | None) -> str:
    """`+491713920012; +493023125400 (shared); anna@example.org`, without aliases; the first of each kind
    first."""
    placed = [point for point in points or () if point["place"] is not None]
    placed.sort(key=lambda point: (point["kind"] != "phone", point["place"], point["id"]))
    return "; ".join(f"{point['value']}{SHARED if point['is_shared'] else ''}" for point in placed)


def _degree(today: date, degree: int) -> str:
    return Degree(degree).name.lower() if degree else ""


def _days(today: date, days: int) -> int | None:
    return days or None


def _status(today: date, is_active: bool) -> str:
    return "active" if is_active else "inactive"


def _average(today: date, revenue_cents: int, receipts: int) -> int | None:
    return divide(revenue_cents, receipts)


def _monthly(today: date, revenue_cents: int, first_order_on: date | None) -> int | None:
    return divide(revenue_cents, months_between(first_order_on, today)) if first_order_on else None


_FIGURE = "end p-4"
_PERSON, _CONTACT, _ADDRESS = Group.PERSON, Group.CONTACT, Group.ADDRESS

# In the order of files, which is fixed (PRODUCT §4).
FIELDS: tuple[Field, ...] = (
    Field("id", _("ID"), Kind.COUNT, listed=None, filter="", is_computed=True),
    Field("first_name", _("First name"), Kind.TEXT, _PERSON, listed=None),
    Field("last_name", _("Last name"), Kind.TEXT, _PERSON, listed=None),
    Field("email", _("E-mail"), Kind.EMAIL, _CONTACT, listed=Listed("p-2", sort="email_key")),
    Field(
        "phone",
        _("Primary phone"),
        Kind.PHONE,
        _CONTACT,
        short=_("Phone"),
        listed=Listed("p-4 nowrap sm card-fact", label=_("Phone")),
    ),
    Field("phone2", _("Secondary phone"), Kind.PHONE, _CONTACT, listed=None),
    Field("company", _("Company"), Kind.TEXT, _PERSON, listed=None),
    Field("tax_id", _("Tax ID"), Kind.TEXT, _PERSON, listed=None),
    Field("language", _("Language"), Kind.LANGUAGE, _PERSON, listed=None),
    Field("country", _("Country"), Kind.COUNTRY, _ADDRESS, listed=Listed("p-3 nowrap"), rank=6),
    Field("state", _("State"), Kind.TEXT, _ADDRESS, listed=None, rank=5),
    Field("city", _("City"), Kind.TEXT, _ADDRESS, listed=None, rank=4),
    Field("postcode", _("Postcode"), Kind.TEXT, _ADDRESS, listed=None, rank=3),
    Field("address1", _("Address 1"), Kind.TEXT, _ADDRESS, listed=None, rank=1),
    Field("address2", _("Address 2"), Kind.TEXT, _ADDRESS, listed=None, rank=2),
    Field("birthday", _("Birthday"), Kind.BIRTHDAY, _PERSON, listed=None),
    Field("source", _("Source"), Kind.SOURCE, listed=Listed("p-3 nowrap")),
    Field(
        "modules",
        _("Modules"),
        Kind.MODULES,
        paths=("module_bits",),
        make=_modules,
        listed=Listed("p-3"),
        filter="module",
    ),
    Field("tags", _("Tags"), Kind.TAGS, paths=("tags_text",), listed=Listed("p-3"), filter="tag"),
    Field(
        "joined",
        _("Joined"),
        Kind.MOMENT,
        paths=("joined_at",),
        listed=Listed("p-4 nowrap", first_descending=True),
    ),
    Field(
        "orders",
        _("Orders"),
        Kind.COUNT,
        paths=("stats__receipts_count",),
        listed=Listed("end", first_descending=True),
        is_computed=True,
    ),
    Field(
        "revenue",
        _("Revenue"),
        Kind.MONEY,
        paths=("stats__revenue_cents",),
        listed=Listed("end p-2", first_descending=True),
        filter="spend",
        is_computed=True,
    ),
    Field(
        "average_order_value",
        _("Average order value"),
        Kind.AVERAGE,
        paths=("stats__revenue_cents", "stats__receipts_count"),
        make=_average,
        code="average",
        short=_("Avg. order value"),
        listed=Listed("end p-2 card-fact at-end", sort="stats__average_order_cents", first_descending=True),
        filter="",
        is_computed=True,
    ),
    Field(
        "monthly_spend",
        _("Monthly spend"),
        Kind.MONTHLY,
        paths=("stats__revenue_cents", "stats__first_order_on"),
        make=_monthly,
        code="monthly",
        short=pgettext_lazy("short", "Monthly spend"),
        listed=Listed("end p-2", sort="stats__monthly_spend_cents", first_descending=True),
        filter="",
        is_computed=True,
    ),
    Field(
        "tips",
        _("Tips"),
        Kind.MONEY,
        paths=("stats__tips_cents",),
        listed=None,
        filter="",
        is_computed=True,
    ),
    Field(
        "last_order",
        _("Last order"),
        Kind.LAST_ORDER,
        paths=("stats__last_order_at",),
        listed=Listed(
            "nowrap card-fact",
            paths=("stats__last_order_at", "stats__last_order_status", "stats__last_service_type"),
            sort="stats__last_order_sort",
            first_descending=True,
        ),
        is_computed=True,
    ),
    Field(
        "last_order_status",
        _("Last order status"),
        Kind.ORDER_STATUS,
        paths=("stats__last_order_status",),
        code="last_status",
        short=_("Order status"),
        filter="",
        is_computed=True,
    ),
    Field(
        "points",
        _("Points"),
        Kind.COUNT,
        paths=("stats__points",),
        listed=Listed(_FIGURE, first_descending=True),
        is_computed=True,
    ),
    Field(
        "earned_points",
        _("Earned points"),
        Kind.COUNT,
        paths=("stats__earned_points",),
        listed=Listed(_FIGURE, first_descending=True),
        filter="",
        is_computed=True,
    ),
    Field(
        "marketing_communications",
        _("Marketing communications"),
        Kind.CONSENT,
        paths=("marketing_consent",),
        code="marketing",
        short=_("Marketing"),
        listed=Listed("nowrap card-fact at-end", first_descending=True),
    ),
    Field(
        "system_notifications",
        _("System notifications"),
        Kind.CONSENT,
        paths=("system_consent",),
        code="system",
        short=_("System"),
        listed=Listed(first_descending=True),
    ),
    Field(
        "contact_permission",
        _("Contact permission"),
        Kind.CONSENT,
        paths=("contact_consent",),
        code="contact",
        listed=None,
        filter="",
    ),
    Field(
        "reachable",
        _("Reachable for advertising"),
        Kind.REACHABLE,
        paths=("is_reachable",),
        short=_("Reachable"),
        # by the consent it begins with: no index knows the rest
        listed=Listed("nowrap", sort="marketing_consent", first_descending=True),
        in_files=False,
        is_computed=True,
    ),
    Field(
        "degree",
        _("Loyalty degree"),
        Kind.DEGREE,
        paths=("stats__degree",),
        make=_degree,
        short=_("Degree"),
        listed=Listed("nowrap", first_descending=True),
        on_demand=True,
        is_computed=True,
    ),
    Field(
        "visits",
        _("Visits in 12 months"),
        Kind.COUNT,
        paths=("stats__visits_year",),
        listed=None,
        on_demand=True,
        is_computed=True,
    ),
    Field(
        "rhythm",
        _("Own rhythm in days"),
        Kind.DAYS,
        paths=("stats__rhythm_days",),
        make=_days,
        short=_("Rhythm"),
        listed=Listed("nowrap"),
        filter="",
        on_demand=True,
        is_computed=True,
    ),
    Field(
        "expected",
        _("Expected next visit"),
        Kind.DAY,
        paths=("stats__expected_on",),
        short=_("Expected"),
        listed=Listed("nowrap", sort="stats__expected_sort", first_descending=True),
        on_demand=True,
        is_computed=True,
    ),
    Field(
        "risk",
        _("Against the own rhythm"),
        Kind.RISK,
        paths=("stats__risk",),
        short=_("Regularity"),
        listed=Listed("nowrap"),
        on_demand=True,
        is_computed=True,
    ),
    Field("status", _("Status"), Kind.STATUS, paths=("is_active",), make=_status, listed=None, filter=""),
    Field(
        "contact_points",
        _("All phones and e-mails"),
        Kind.CONTACTS,
        paths=("points",),
        make=_contact_points,
        listed=None,
        filter="",
        on_demand=True,
    ),
    Field("notes", _("Notes"), Kind.LONG_TEXT, Group.NOTES, listed=None, in_files=False),
)


def stored_fields() -> list[Field]:
    """Fields that are one column of Customer, typed by people and set by files."""
    return [field for field in FIELDS if field.is_stored]


def fields_of(group: Group) -> list[Field]:
    """The fields of one section of the form or the profile, in their order."""
    return sorted((field for field in FIELDS if field.group is group), key=lambda field: field.rank)
