"""What becomes of rows: one by one, and counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.refused import Fault
from customers.models import ImportRow

_Outcome = ImportRow.Outcome


class Fate(models.TextChoices):
    """What a row does; each row has one."""

    NEW = "created"
    COMPLETED = "completed"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicates"
    REFUSED = "refused"
    CONFLICT = "conflicts"


REFUSALS = (Fate.REFUSED, Fate.CONFLICT)
# What rows say about consents, counted alike in an outcome, in a noted row and in all of a file.
ANSWERS = ("consents", "consents_without_origin", "withdrawals", "denials")


@dataclass(slots=True)
class RowOutcome:
    """The fate of a row and what is to be said about it.

    `faults` refuse the row, or are values that it comes in without. `other_line` is the earlier row of
    the same customer. `rivals` are the two customers of a conflict, or the one who shares a contact and
    is called otherwise: by "phone" and "email" the customer id, or minus the line of the file.
    `consents` are to be granted, `consents_without_origin` left out for want of a basis; `withdrawals`
    are to be recorded, `denials` are plain noes that change nothing.
    """

    line: int
    fate: Fate
    faults: list[Fault] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    other_line: int | None = None
    rivals: dict[str, int] = field(default_factory=dict)
    consents: int = 0
    consents_without_origin: int = 0
    withdrawals: int = 0
    denials: int = 0

    @property
    def has_hint(self) -> bool:
        """Whether a row that is taken has something a person should see."""
        return self.fate not in REFUSALS and bool(self.hints or self.faults)

    @property
    def is_notable(self) -> bool:
        return bool(self.faults or self.hints or self.other_line)

    @property
    def verdict(self) -> "Verdict":
        """What is noted of the row, whether because it is notable or because somebody corrected it."""
        own = next((verdict for verdict in VERDICTS.values() if verdict.fate is self.fate), None)
        return own or VERDICTS[_Outcome.HINT if self.has_hint else _Outcome.CORRECTED]


@dataclass(frozen=True)
class Verdict:
    """What a noted row is: the value kept of it, its word and mark; `fate` where that alone decides."""

    outcome: ImportRow.Outcome
    word: str
    tone: str
    icon: str
    fate: Fate | None = None


VERDICTS = {
    verdict.outcome: verdict
    for verdict in (
        Verdict(_Outcome.FAULT, _("Skipped"), "bad", "x", Fate.REFUSED),
        Verdict(_Outcome.CONFLICT, _Outcome.CONFLICT.label, "bad", "users", Fate.CONFLICT),
        Verdict(_Outcome.DUPLICATE, _Outcome.DUPLICATE.label, "neutral", "copy", Fate.DUPLICATE),
        Verdict(_Outcome.HINT, _("Hint"), "warn", "warn"),
        Verdict(_Outcome.CORRECTED, _Outcome.CORRECTED.label, "ok", "check"),
    )
}
REFUSED = tuple(verdict.outcome for verdict in VERDICTS.values() if verdict.fate in REFUSALS)


@dataclass
class Counts:
    """Rows by fate, rows with a hint, and answers about consents, as `RowOutcome` counts them.

    The first six add up to `rows`.
    """

    rows: int = 0
    created: int = 0
    completed: int = 0
    unchanged: int = 0
    duplicates: int = 0
    refused: int = 0
    conflicts: int = 0
    hints: int = 0
    consents: int = 0
    consents_without_origin: int = 0
    withdrawals: int = 0
    denials: int = 0

    @property
    def accepted(self) -> int:
        return self.created + self.completed + self.unchanged

    @property
    def rejected(self) -> int:
        return self.refused + self.conflicts

    @property
    def taken(self) -> int:
        """Rows that find their customer, a row twice in the file among them."""
        return self.rows - self.rejected

    def add(self, outcomes: Iterable[RowOutcome]) -> None:
        outcomes = list(outcomes)
        self.rows += len(outcomes)
        for fate, number in Counter(outcome.fate for outcome in outcomes).items():
            setattr(self, fate.value, getattr(self, fate.value) + number)
        self.hints += sum(outcome.has_hint for outcome in outcomes)
        for name in ANSWERS:
            setattr(self, name, getattr(self, name) + sum(getattr(outcome, name) for outcome in outcomes))

    def __add__(self, other: "Counts") -> "Counts":
        return self._combined(other, +1)

    def __sub__(self, other: "Counts") -> "Counts":
        return self._combined(other, -1)

    def _combined(self, other: "Counts", sign: int) -> "Counts":
        mine, theirs = asdict(self), asdict(other)
        return Counts(**{name: value + sign * theirs[name] for name, value in mine.items()})

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict) -> "Counts":
        return cls(**{item.name: values.get(item.name, 0) for item in fields(cls)})
