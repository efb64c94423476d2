"""What a field of a customer can be; the fields themselves are in `customers.fields`."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a field holds, and so how it is read, shown, sorted and filtered everywhere."""

    TEXT = auto()
    LONG_TEXT = auto()
    EMAIL = auto()
    PHONE = auto()  # E.164
    LANGUAGE = auto()
    COUNTRY = auto()
    DAY = auto()
    BIRTHDAY = auto()
    SOURCE = auto()
    MODULES = auto()
    TAGS = auto()
    CONSENT = auto()
    CONTACTS = auto()  # all contact points of a customer in one
    REACHABLE = auto()  # follows from consents and addresses, see models.querysets.reachable
    STATUS = auto()
    MOMENT = auto()
    COUNT = auto()
    MONEY = auto()  # cents
    AVERAGE = auto()  # cents, from a sum and a number
    MONTHLY = auto()  # cents, from a sum and its first day
    LAST_ORDER = auto()
    ORDER_STATUS = auto()
    DEGREE = auto()  # by visits
    DAYS = auto()  # a number of days, 0 for none
    RISK = auto()


# Kinds that are one column of Customer, typed by people and set by files.
STORED_KINDS = frozenset(
    [
        *(Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.PHONE, Kind.LANGUAGE, Kind.COUNTRY),
        *(Kind.DAY, Kind.BIRTHDAY),
    ]
)
DAY_KINDS = frozenset([Kind.DAY, Kind.BIRTHDAY, Kind.MOMENT])


class Group(Enum):
    """Where a field stands on the form and the profile; FIGURES are not typed."""

    PERSON = auto()
    CONTACT = auto()
    ADDRESS = auto()
    NOTES = auto()
    FIGURES = auto()


@dataclass(frozen=True)
class Listed:
    """How a field is a column of the list.

    `css` are the classes of its cells; without `p-2` … `p-4` it never steps back on narrow screens.
    `paths` are what the cell reads, if that is more than the field itself. `sort` is the path that
    sorts it, by default the first of them. `label` is what the list calls it, where that differs.
    """

    css: str = "p-4 nowrap"
    paths: tuple[str, ...] = ()
    sort: str = ""
    first_descending: bool = False
    label: object = None


@dataclass(frozen=True)
class Field:
    """One field.

    `name` is its header in files (PRODUCT §4) and, for stored kinds, its column in the model; `code`
    its name in addresses and stored choices, where that differs. `paths` are the ORM paths its value
    is made of, by `make` (today, *values) where there is more to do than to read the first.
    `filter` is the stem of its parameters, "" for none. `rank` orders fields within their group.
    `on_demand`: files have it where it is asked for.
    `is_computed`: it follows from orders and points, or is ours to give, and no file may set it.
    """

    name: str
    label: object
    kind: Kind
    group: Group = Group.FIGURES
    paths: tuple[str, ...] = ()
    make: Callable | None = None
    code: str = ""
    short: object = None
    listed: Listed | None = Listed()
    filter: str | None = None
    in_files: bool = True
    on_demand: bool = False
    is_computed: bool = False
    rank: int = 50

    def __post_init__(self):
        defaults = {"paths": (self.name,), "code": self.name, "short": self.label}
        for name, value in defaults.items():
            if not getattr(self, name):
                object.__setattr__(self, name, value)
        if self.filter is None:
            object.__setattr__(self, "filter", self.code)

    @property
    def is_stored(self) -> bool:
        return self.kind in STORED_KINDS and not self.is_computed
