"""Questions that every order asks: their SQL is made once, because making it costs ten times the answer.

    _BY_NAME = Prepared(lambda organisation, names: Product.objects.filter(
        organisation_id=organisation, name__among=names).values_list("name", "pk"))
    dict(_BY_NAME(organisation=1, names=["Tea", "Cake"]))

The function is called once for each kind of database, with a `Slot` in place of each value.
"""

import json
from collections.abc import Callable

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Expression, QuerySet


class Slot(Expression):
    """The place of a value that comes when the question is asked: a whole number, a text, or a list of them
    for `__among`."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def value(self, values: dict):
        given = values[self.name]
        if isinstance(given, str | int):
            return given
        return json.dumps(list(given)) if connection.vendor == "sqlite" else list(given)


class Prepared:
    """Call it with the values; returns what the queryset would, in a list. It must not be empty by itself:
    a question without values, such as an empty list, is asked all the same."""

    def __init__(self, build: Callable[..., QuerySet]):
        self._build = build
        self._made: dict[str, _Statement] = {}

    def __call__(self, **values) -> list:
        statement = self._made.get(connection.vendor)
        if statement is None:
            statement = _Statement(self._build(**{name: Slot(name) for name in values}))
            self._made[connection.vendor] = statement
        return statement.ask(values)


class _Statement:
    def __init__(self, queryset: QuerySet):
        self._queryset = queryset
        self._compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._sql, self._params = self._compiler.as_sql()
        self._converters = self._compiler.get_converters([column for column, *_more in self._compiler.select])

    def ask(self, values: dict) -> list:
        params = tuple(param.value(values) if isinstance(param, Slot) else param for param in self._params)
        # Django's own reading of rows, around SQL that is there already; copies, because threads ask at once
        compiler, queryset, query = map(_copy, (self._compiler, self._queryset, self._queryset.query))
        compiler.connection, compiler.as_sql = connections[DEFAULT_DB_ALIAS], lambda: (self._sql, params)
        compiler.get_converters = lambda _columns: self._converters
        query.get_compiler = lambda *_how, **_more: compiler
        queryset._query = query
        return list(queryset._iterable_class(queryset))


def _copy(one):
    """Shallow, and quick: `copy` would have a queryset answered first."""
    copied = one.__class__.__new__(one.__class__)
    copied.__dict__.update(one.__dict__)
    return copied
