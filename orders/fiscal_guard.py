"""Receipts stay as issued: triggers in the database that refuse to change or delete what is fiscal.

An order is fiscal once it is no longer open; its counter-entries always are (PRODUCT G11). Guarded in the
database, past every write path there is: a fault raises IntegrityError. What may change is the status
(forward only), the sum of refunds (upward only), the customer, delivery times and the note. Receipts go
only under a `ReceiptRemoval`. Made after `migrate`, since Django rebuilds tables on SQLite and drops their
triggers.
"""

from django.db import connections

_ORDER = "orders_order"
_FISCAL = (
    *("organisation_id", "location_id", "source", "external_id", "fingerprint", "service_type"),
    *("placed_at", "placed_on", "discount_cents", "total_cents", "tip_cents", "recorded_at"),
)
_PARTS = ("orders_orderline", "orders_orderpayment", "orders_orderdiscount")
_COUNTER_ENTRIES = {
    "orders_ordervoid": ("order_id", "reason", "occurred_at"),
    "orders_orderrefund": ("order_id", "token", "amount_cents", "reason", "occurred_at"),
}
_CHANGED = "A receipt is never changed"
_DELETED = "A receipt is never deleted"


def ensure_fiscal_guard(using: str = "default", **_signal) -> None:
    """Create what is missing; called after every `migrate`, safe to repeat."""
    connection = connections[using]
    if "orders_receiptremoval" not in connection.introspection.table_names():
        return
    create = _create_on_sqlite if connection.vendor == "sqlite" else _create_on_postgresql
    with connection.cursor() as cursor:
        for name, table, event, condition, message in _guards():
            create(cursor, name, table, event, condition, message)


def guard_names() -> list[str]:
    """The names of the triggers."""
    return [name for name, *_rest in _guards()]


def _guards():
    """(name, table, event, condition, message) of each trigger."""
    changed = " OR ".join(_differs(column) for column in _FISCAL)
    backward = (
        "(OLD.status = 'voided' AND NEW.status <> 'voided') OR NEW.status = 'open' "
        "OR NEW.refunded_cents < OLD.refunded_cents"
    )
    yield "order_is_fiscal", _ORDER, "UPDATE", f"OLD.status <> 'open' AND ({changed} OR {backward})", _CHANGED
    yield "order_stays", _ORDER, "DELETE", f"OLD.status <> 'open' AND {_not_permitted('OLD')}", _DELETED
    for table in _PARTS:
        yield f"{table}_is_fiscal", table, "UPDATE", _belongs_to_receipt(), _CHANGED
        yield f"{table}_stays", table, "DELETE", f"{_belongs_to_receipt()} AND {_no_permit()}", _DELETED
    for table, columns in _COUNTER_ENTRIES.items():
        changed = " OR ".join(_differs(column) for column in columns)
        yield f"{table}_is_fiscal", table, "UPDATE", changed, _CHANGED
        yield f"{table}_stays", table, "DELETE", _no_permit(), _DELETED


def _differs(column: str) -> str:
    return f"NOT (OLD.{column} = NEW.{column})"


def _belongs_to_receipt() -> str:
    return f"EXISTS (SELECT 1 FROM {_ORDER} o WHERE o.id = OLD.order_id AND o.status <> 'open')"


def _no_permit() -> str:
    """For a part or a counter-entry; one whose order is gone already goes too."""
    return f"EXISTS (SELECT 1 FROM {_ORDER} o WHERE o.id = OLD.order_id AND {_not_permitted('o')})"


def _not_permitted(order: str) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM orders_receiptremoval r "
        f"WHERE r.organisation_id = {order}.organisation_id "
        f"AND (r.brought_by_id IS NULL OR r.brought_by_id = {order}.brought_by_id))"
    )


def _create_on_sqlite(cursor, name, table, event, condition, message) -> None:
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
    cursor.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _create_on_postgresql(cursor, name, table, event, condition, message) -> None:
    """A condition with a query cannot stand in WHEN there, so the function asks."""
    result = "OLD" if event == "DELETE" else "NEW"
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = '23000'; END IF; "
        f"RETURN {result}; END $$"
    )
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )
