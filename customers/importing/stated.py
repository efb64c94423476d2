"""What one row of a file states about a customer, before anybody is looked up."""

from dataclasses import dataclass, field
from datetime import datetime

from backoffice.core.files.refused import Fault
from customers.choices import Purpose
from customers.importing.values import Answer


@dataclass(slots=True)
class CustomerRow:
    """One customer as a file states it. `fields` are model fields that are not empty; phones are E.164.

    `source` and `joined_at` are None where the file says nothing. `answers` are what it says of each
    purpose. `extras` are values of upper apps by column name. `left_out` are values that cannot be read
    and that the customer comes in without; `hints` say what else stood in the row and is not kept;
    `further` are contact points beyond the fields, as kind, key and value; `shared` are those of all, as
    kind and key, that the file calls shared.
    `is_settled` when a person said whose row it is.
    """

    line: int
    fields: dict = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    module_bits: int = 0
    source: str | None = None
    joined_at: datetime | None = None
    is_active: bool = True
    answers: dict[Purpose, Answer] = field(default_factory=dict)
    extras: dict[str, object] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    left_out: list[Fault] = field(default_factory=list)
    further: list[tuple[str, str, str]] = field(default_factory=list)
    shared: set[tuple[str, str]] = field(default_factory=set)
    is_settled: bool = False

    @property
    def name(self) -> str:
        return f"{self.fields.get('first_name', '')} {self.fields.get('last_name', '')}".strip()

    @property
    def allowed(self) -> list[Purpose]:
        """Purposes with a clear yes."""
        return [purpose for purpose, answer in self.answers.items() if answer is Answer.YES]
