"""Lookups that Django lacks; CoreConfig registers them for every model."""

import json

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject, Lookup

from backoffice.core.database.prepared import Slot


class Among(Lookup):
    """`phone__among=phones`: `in` for hundreds of texts or whole numbers, handed over as one value.

    A placeholder each would have to be prepared and parsed by Django and the driver, which costs
    more than the search. Both databases still probe the column's index for each value.
    """

    lookup_name = "among"

    def get_prep_lookup(self):
        return self.rhs if isinstance(self.rhs, Slot) else list(self.rhs)

    def as_sql(self, compiler, connection):
        if isinstance(self.rhs, list) and not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*params, self.rhs]
        sql = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608
        return sql, [*params, json.dumps(self.rhs) if isinstance(self.rhs, list) else self.rhs]


class Like(Lookup):
    """`key__like="%@example.org"`: SQL's LIKE, with a backslash before what is meant as such; see `like`."""

    lookup_name = "like"

    def as_sql(self, compiler, connection):
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE {right} ESCAPE '\\'", (*left_params, *right_params)


def like(pattern: str) -> str:
    """The text of LIKE for a pattern in which * is anything."""
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


Field.register_lookup(Among)
ForeignObject.register_lookup(Among)  # relations take over none
Field.register_lookup(Like)
