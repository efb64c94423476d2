"""Rows of another table as one value of a row: what a page shows besides costs no query of its own."""

from django.db.models import Aggregate, JSONField


class JsonRows(Aggregate):
    """A list of the JSON values of a group, in no order."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)
