"""The substring index over `Customer.search_text`, on both databases.

SQLite: an FTS5 table of trigrams kept by triggers, so that every write path, bulk ones too, is
seen. PostgreSQL: a GIN index of trigrams. Made after `migrate` and not inside a migration, since
Django rebuilds tables on SQLite and drops their triggers without a word.
"""

from django.db import connections

_SQLITE_TRIGGERS = {
    "customers_search_insert": """
        AFTER INSERT ON customers_customer BEGIN
          INSERT INTO customers_search(rowid, search_text) VALUES (new.id, new.search_text);
        END""",
    "customers_search_delete": """
        AFTER DELETE ON customers_customer BEGIN
          INSERT INTO customers_search(customers_search, rowid, search_text)
          VALUES ('delete', old.id, old.search_text);
        END""",
    "customers_search_update": """
        AFTER UPDATE OF search_text ON customers_customer
        WHEN old.search_text IS NOT new.search_text BEGIN
          INSERT INTO customers_search(customers_search, rowid, search_text)
          VALUES ('delete', old.id, old.search_text);
          INSERT INTO customers_search(rowid, search_text) VALUES (new.id, new.search_text);
        END""",
}


def ensure_search_index(using: str = "default", **_signal) -> None:
    """Create what is missing; called after every `migrate`, safe to repeat."""
    connection = connections[using]
    if "customers_customer" not in connection.introspection.table_names():
        return
    if connection.vendor == "sqlite":
        _ensure_sqlite(connection)
    else:
        _ensure_postgresql(connection)


def _ensure_sqlite(connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'customers_search'")
        is_new = not cursor.fetchone()[0]
        if is_new:
            cursor.execute(
                "CREATE VIRTUAL TABLE customers_search USING fts5("
                "search_text, content='customers_customer', content_rowid='id', tokenize='trigram')"
            )
        cursor.execute(
            "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'customers_search_%%'"
        )
        if is_new or cursor.fetchone()[0] < len(_SQLITE_TRIGGERS):
            for name, body in _SQLITE_TRIGGERS.items():
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {body}")
            # rows written while the triggers were away are not in the index yet
            cursor.execute("INSERT INTO customers_search(customers_search) VALUES ('rebuild')")


def _ensure_postgresql(connection) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute(
            "CREATE INDEX IF NOT EXISTS customer_search_trigram "
            "ON customers_customer USING gin (search_text gin_trgm_ops)"
        )
