"""What SQLite leaves on the disk beside the database."""

from django.db import connection

_WAIT_MILLISECONDS = 200


def shrink_journal() -> None:
    """Hourly: bring the journal into the database and give its room back. While somebody reads for long it
    stays for the next hour: nobody who writes waits for it."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_WAIT_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
