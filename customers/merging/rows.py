"""Rows as JSON and back, to the microsecond."""

from django.db.models import Model


def pack_row(row: Model) -> dict[str, object]:
    """Its columns, without those that the database makes."""
    fields = [field for field in row._meta.concrete_fields if not field.generated]
    return {field.attname: _plain(field.value_from_object(row)) for field in fields}


def unpack_row(model: type[Model], values: dict[str, object]) -> Model:
    """An instance that is not stored yet. Columns that are gone since are left out."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    known = {name: value for name, value in values.items() if name in fields}
    return model(**{name: value_of(model, name, value) for name, value in known.items()})


def value_of(model: type[Model], name: str, value: object) -> object:
    """A packed value as the column has it."""
    field = next(one for one in model._meta.concrete_fields if name in (one.attname, one.name))
    return field.to_python(value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)  # a file by its name
