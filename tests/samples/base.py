"""What a sample is: a file in one folder of a group, and what must become of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

# What TRUST §5 promises, item by item; each has two samples or more.
GROUPS = (
    *("limits", "types", "names of files", "nothing inside"),
    *("hostile workbooks", "damaged workbooks", "cells of workbooks", "sheets", "stated dimension"),
    *("encodings", "separators", "quotes", "headers", "widths", "control characters"),
    *("phones", "e-mails", "days", "consents", "other values"),
    *("what a row needs", "guests twice", "hostile values", "houses", "contacts"),
)


class Fault(NamedTuple):
    """Something wrong in a row; `code` is that of the fault, `says` a part of the sentence."""

    line: int
    column: str
    code: str
    says: str = ""


@dataclass(frozen=True)
class Sample:
    """One file. `content` may be made on demand when it is large.

    Either `error` (the code, with a part of the sentence in `says`), or the counts, the `faults` in
    their order and, where it matters, the customers: values by field, in the order of the file, for all
    accepted rows. `origin` says where consents were given, `chosen` what a person changes in the mapping
    that was recognised. `limits` are settings that make a small file too large.
    """

    group: str
    name: str
    content: bytes | Callable[[], bytes]
    error: str = ""
    says: str = ""
    accepted: int = 0
    duplicates: int = 0
    faults: tuple[Fault, ...] = ()
    customers: tuple[dict, ...] = ()
    ignored: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    origin: str = ""
    chosen: dict = field(default_factory=dict)
    limits: dict = field(default_factory=dict)

    @property
    def rejected(self) -> int:
        return len({fault.line for fault in self.faults})

    def make(self) -> bytes:
        return self.content() if callable(self.content) else self.content


HEAD = "Vorname;Nachname;E-Mail;Telefon"
ZOE = "Zoë;Müller;zoe@example.org;0171 3920012"
JOSE = "José;Peña;jose@example.org;"
ZOE_IS = {
    **{"first_name": "Zoë", "last_name": "Müller"},
    **{"email": "zoe@example.org", "phone": "+491713920012"},
}
JOSE_IS = {"first_name": "José", "last_name": "Peña", "email": "jose@example.org", "phone": ""}
BOTH = (ZOE_IS, JOSE_IS)


def text(*lines: str, head: str = HEAD, end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    return end.join([head, *lines, ""]).encode(encoding)


def column(header: str, cells: Iterable[str], *, separator: str = ";") -> bytes:
    """Customers with a name and an e-mail each, and one more column: line 2 has the first of `cells`."""
    lines = [f"Gast{number};g{number}@example.org;{cell}" for number, cell in enumerate(cells, 1)]
    return text(*lines, head=f"Vorname;E-Mail;{header}").replace(b";", separator.encode())


def values(field_name: str, *expected) -> tuple[dict, ...]:
    return tuple({field_name: value} for value in expected)
