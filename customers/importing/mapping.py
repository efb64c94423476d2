"""Which column of a file is which field, and how its values are meant."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.days import DAY_FIRST, MONTH_FIRST
from backoffice.imports.profiling import IGNORED
from customers.importing.fields import REPEATABLE, import_fields


class OnExisting(models.TextChoices):
    """What happens to a customer whom the organisation knows already."""

    COMPLETE = "complete", _("Complete empty fields")
    OVERWRITE = "overwrite", _("Overwrite")
    SKIP = "skip", _("Skip")


class OnUnreadable(models.TextChoices):
    """What happens to a row with a value that cannot be read and that tells no customer from another."""

    LEAVE_OUT = "leave_out", _("Leave the value out")
    REFUSE = "refuse", _("Refuse the row")


@dataclass(frozen=True)
class ConsentBasis:
    """How the consents of a file are known: where they were given, until when at the latest, to which words.

    Without `wording` the organisation's own sentence counts, without `given_on` today.
    """

    origin: str
    given_on: date | None = None
    wording: str = ""


@dataclass(frozen=True)
class CustomerMapping:
    """How a file is read. `columns` maps its headers to field codes, "" to none.

    `country` (ISO 3166-1) reads phone numbers without a prefix; "" is the organisation's.
    `day_orders` says per header whether `03/05/1990` begins with the day. `names_only` takes customers
    without phone and e-mail, `needs_name` refuses those without a name. `consent` is the basis of
    all consents, None takes none; `subscribe_all` also takes rows that say nothing as a yes to
    marketing. A clear no withdraws what was allowed only when `no_withdraws`; words that state a
    withdrawal always do. `left_out` are headers whose unreadable values nobody needs to look at.
    `tag` is put on every customer; `location_id` is where new ones belong, None the first.
    """

    columns: dict[str, str] = field(default_factory=dict)
    country: str = ""
    on_existing: str = OnExisting.COMPLETE
    on_unreadable: str = OnUnreadable.LEAVE_OUT
    left_out: list[str] = field(default_factory=list)
    names_only: bool = False
    needs_name: bool = True
    day_orders: dict[str, str] = field(default_factory=dict)
    consent: ConsentBasis | None = None
    subscribe_all: bool = False
    no_withdraws: bool = False
    tag: str = ""
    location_id: int | None = None

    def header_of(self, name: str) -> str:
        """The column that holds a field, "" when none does."""
        return next((header for header, code in self.columns.items() if code == name), "")

    def to_json(self) -> dict:
        values = asdict(self)
        if self.consent and self.consent.given_on:
            values["consent"]["given_on"] = self.consent.given_on.isoformat()
        return values

    @classmethod
    def from_json(cls, values: Mapping) -> "CustomerMapping":
        """The inverse of `to_json`, and the reader of `--mapping`. Raises ValidationError."""
        if not isinstance(values, Mapping):
            raise ValidationError(_("A mapping is an object with “columns”."), code="mapping")
        if values and "columns" not in values and _is_plain(values):
            values = {"columns": values}
        unknown = set(values) - {item.name for item in fields(cls)}
        if unknown:
            message = _("Unknown settings in the mapping: %(names)s.")
            raise ValidationError(message, code="mapping", params={"names": ", ".join(sorted(unknown))})
        try:
            mapping = cls(**{**values, "consent": _consent(values.get("consent"))})
        except (TypeError, ValueError) as error:
            raise ValidationError(_("The mapping cannot be read."), code="mapping") from error
        mapping.check()
        return mapping

    def check(self) -> None:
        """Raise ValidationError when a field is named twice, is unknown, or a setting is none of ours."""
        named = [name for name in self.columns.values() if name != IGNORED]
        unknown = [name for name in named if name not in import_fields()]
        if unknown:
            message = _("There is no field “%(name)s”.")
            raise ValidationError(message, code="mapping", params={"name": str(unknown[0])[:40]})
        for name in named:
            if named.count(name) > 1 and name not in REPEATABLE:
                message = _("Two columns are mapped to “%(name)s”. Choose one.")
                params = {"name": import_fields()[name].label}
                raise ValidationError(message, code="twice", params=params)
        if self.on_existing not in OnExisting.values or self.on_unreadable not in OnUnreadable.values:
            raise ValidationError(_("The mapping cannot be read."), code="mapping")
        if not set(self.day_orders.values()) <= {DAY_FIRST, MONTH_FIRST}:
            raise ValidationError(_("The mapping cannot be read."), code="mapping")

    def for_headers(self, headers: Iterable[str]) -> "CustomerMapping":
        """The same for a file with these headers: a column it lacks is no error, one more is ignored."""
        columns = {header: self.columns.get(header, IGNORED) for header in headers}
        return replace(self, columns=columns)

    def with_days(self, day_orders: dict[str, str]) -> "CustomerMapping":
        return replace(self, day_orders=day_orders)

    def without_names(self) -> "CustomerMapping":
        """For pasted e-mails, which need nothing else."""
        return replace(self, needs_name=False)

    def for_others(self) -> "CustomerMapping":
        """What is worth knowing for another file: no consent, no tag, no location."""
        return replace(self, consent=None, subscribe_all=False, no_withdraws=False, tag="", location_id=None)


def _is_plain(values: Mapping) -> bool:
    return all(isinstance(value, str) for value in values.values())


def _consent(values) -> ConsentBasis | None:
    if not values:
        return None
    values = dict(values)
    if values.get("given_on"):
        values["given_on"] = date.fromisoformat(values["given_on"])
    return ConsentBasis(**values)
