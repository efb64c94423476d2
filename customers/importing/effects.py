"""Customers as the rows of one chunk see them, and what each row does to one."""

from dataclasses import dataclass, field

from customers.models import Customer


@dataclass(eq=False, slots=True)
class KnownCustomer:
    """A customer that rows of this chunk mean. `customer` is None for one that only an earlier row of a
    dry run knows. `line` is the first row of the file that meant the customer, 0 before any; `said` is
    how it called them. `keys` are those of `line_index`. `points` are those contact points that the rows
    name: their places by kind and key, None for an alias.
    """

    customer: Customer | None
    line: int = 0
    said: str = ""
    is_new: bool = False
    tags: list[str] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    points: dict[tuple[str, str], int | None] = field(default_factory=dict)

    def has(self, kind: str, key: str) -> bool:
        """Whether a phone or an e-mail is one of theirs, not only once was."""
        customer = self.customer
        own = (customer.phone, customer.phone2) if kind == "phone" else (customer.email_key,)
        return key in own or self.points.get((kind, key)) is not None

    def finds(self, kind: str, key: str) -> bool:
        """Whether it is what they are found by."""
        return self.has(kind, key) or (kind, key) in self.points

    @property
    def identity(self) -> int:
        return (self.customer and self.customer.pk) or -self.line

    @property
    def name(self) -> str:
        """First and last name, as far as either is known."""
        return f"{self.customer.first_name} {self.customer.last_name}".strip() if self.customer else self.said


@dataclass(slots=True)
class Effect:
    """What one row does to a customer, for the undo. `points` are further contact points, as kind, key and
    value."""

    line: int
    known: KnownCustomer
    created: bool = False
    changes: dict[str, list] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    withdrawals: list[str] = field(default_factory=list)
    extras: dict[str, object] = field(default_factory=dict)
    points: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.created or self.extras or self.is_change)

    @property
    def is_change(self) -> bool:
        """Whether a customer whom the organisation has is not as before."""
        return bool(self.changes or self.tags or self.consents or self.withdrawals or self.points)
