"""The contact points of a customer as the profile shows them, read along with the customer."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.database.json_rows import JsonRows
from backoffice.core.text import phones
from backoffice.core.text.formats import Formats
from customers.choices import ContactKind, Source
from customers.models import ContactPoint

_SHOWN = ("id", "kind", "value", "place", "is_shared", "origin", "added_at", "bounced_at")


def points_column() -> Subquery:
    """All contact points of a customer as one column of the query that reads the customer."""
    points = ContactPoint.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
    rows = JsonRows(JSONObject(**{name: name for name in _SHOWN}))
    return Subquery(points.annotate(rows=rows).values("rows"))


@dataclass(frozen=True)
class ShownPoint:
    """A line of the list. `address` is what a press opens, empty where nothing may be opened;
    `may_change` says whether this person may do so with its kind, `may_edit` with the customer at all."""

    pk: int
    value: str
    address: str
    icon: str
    note: str
    is_first: bool
    is_alias: bool
    is_shared: bool
    has_bounced: bool
    may_change: bool
    may_edit: bool

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """What its menu offers: (change, icon, words)."""
        may, is_email = self.may_change, self.may_edit and "@" in self.value
        offered = {
            "use": may and self.is_alias,
            "first": may and not self.is_first,
            "unshare": may and self.is_shared,
            "share": may and not self.is_shared,
            "alias": may and not self.is_alias,
            "bounced": is_email and not self.has_bounced,
            "works": is_email and self.has_bounced,
            "remove": may,
        }
        return [(name, *_CHANGES[name]) for name, is_offered in offered.items() if is_offered]


_CHANGES = {
    "use": ("refresh", gettext_lazy("Use again")),
    "first": ("star", gettext_lazy("Use as the first")),
    "unshare": ("user", gettext_lazy("Mark as this customer's alone")),
    "share": ("users", gettext_lazy("Mark as shared")),
    "alias": ("undo", gettext_lazy("Keep for finding only")),
    "bounced": ("warn", gettext_lazy("Mark as undeliverable")),
    "works": ("check-circle", gettext_lazy("Mark as working again")),
    "remove": ("trash", gettext_lazy("Remove")),
}


def shown_points(rows: list[dict] | None, formats: Formats, *, may_write: bool, user) -> list[ShownPoint]:
    """Phones, then e-mails, then what only finds; the first of each kind first. No query.

    `rows` is the value of `points_column`. Who withdrew the contact permission (`may_write`) gets no
    message: the e-mail is no link then.
    """
    rights = may_change(user)
    return [_shown(row, formats, may_write, rights) for row in sorted(rows or [], key=_rank)]


def may_change(user) -> dict[str, bool]:
    """By kind; a stored e-mail is an administrator's matter (PRODUCT P14)."""
    may_edit = user.has_perm("customers.change_customer")
    may_correct = may_edit and user.has_perm("customers.correct_email")
    return {ContactKind.PHONE.value: may_edit, ContactKind.EMAIL.value: may_correct}


def _rank(row: dict) -> tuple:
    place = row["place"]
    return (place is None, row["kind"] != ContactKind.PHONE, place or 0, row["id"])


def _shown(row: dict, formats: Formats, may_write: bool, rights: dict[str, bool]) -> ShownPoint:
    is_phone, is_alias = row["kind"] == ContactKind.PHONE, row["place"] is None
    scheme = "tel:" if is_phone else "mailto:" if may_write else ""
    return ShownPoint(
        pk=row["id"],
        value=phones.international(row["value"]) if is_phone else row["value"],
        address=f"{scheme}{row['value']}" if scheme and not is_alias else "",
        icon="undo" if is_alias else "phone" if is_phone else "mail",
        note=_note(row, formats),
        is_first=row["place"] == 0,
        is_alias=is_alias,
        is_shared=bool(row["is_shared"]),
        has_bounced=bool(row["bounced_at"]),
        may_change=rights[row["kind"]],
        may_edit=rights[ContactKind.PHONE.value],
    )


def _note(row: dict, formats: Formats) -> str:
    added_at = datetime.fromisoformat(row["added_at"])
    added_at = added_at if added_at.tzinfo else added_at.replace(tzinfo=UTC)
    came = f"{Source(row['origin']).label}, {formats.day(formats.local(added_at).date())}"
    return f"{_role(row)} · {came}"


def _role(row: dict) -> str:
    if row["place"] is None:
        return _("Alias, still finds")
    if row["is_shared"]:
        return _("Recognises nobody by itself")
    if row["place"]:
        return _("Further number") if row["kind"] == ContactKind.PHONE else _("Further address")
    return _("First number") if row["kind"] == ContactKind.PHONE else _("First address")
