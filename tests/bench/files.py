"""F8 to F11: files out and in, each in a process of its own."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection, transaction

from customers.models import CustomerStats
from customers.models.customer import search_text, sort_name
from tests.bench import customer_rows
from tests.bench.report import AT_A_MILLION, Row
from tests.bench.timing import Measured, in_turn

BAD_ROWS = 20
STOCK_UP_TO = 100_000
_HEADERS = (
    *("first_name", "last_name", "email", "phone", "company", "language", "country", "city", "postcode"),
    *("address1", "source"),
)


class Files:
    """Runs parts in turn and keeps what they said."""

    def __init__(self, customers: int, runs: int, alone: bool):
        self.customers, self.runs, self.alone = customers, runs, alone
        self.is_sqlite = connection.vendor == "sqlite"
        self.said: dict[str, list[dict]] = {}

    def compare(self, *names: str, budget: float = 150.0) -> list[Measured]:
        return in_turn(*(self._part(name) for name in names), runs=self.runs, budget=budget, warm=False)

    def _part(self, name: str):
        def action() -> float:
            command = [sys.executable, "-m", "tests.bench", "--part", name]
            command += ["--customers", str(self.customers)]
            ended = subprocess.run(command, capture_output=True, cwd=settings.BASE_DIR, text=True)
            if ended.returncode:
                raise RuntimeError(f"{name}: {ended.stderr[-2000:]}")
            said = json.loads(ended.stdout.splitlines()[-1])
            self.said.setdefault(name, []).append(said)
            return said["seconds"]

        return action

    def of(self, name: str, key: str) -> Measured:
        values = [said[key] for said in self.said[name]]
        return Measured(median(values), len(values), max(values))

    def mib(self, name: str) -> float:
        return max(said["kib"] for said in self.said[name]) / 1024

    # ---- Goals --------------------------------------------------------------------------------

    def csv_export(self):
        """F8"""
        own, shell, *peer = self.compare("csv", "shell", *self._stock("stock-csv"))
        name = "shell" if self.is_sqlite else "COPY"
        allowed = 4.0 if self.is_sqlite else 1.5
        yield self._row("F8", "CSV of all customers", own, shell, name, allowed, peer, 12)
        first = self.of("csv", "first")
        yield Row("F8", "its first byte", first, 0.1, "at most", 1.0)
        yield self._memory("F8", "csv", "stock-csv", 15)

    def xlsx_export(self):
        """F9"""
        own, bare, *peer = self.compare("xlsx", "zip", *self._stock("stock-xlsx"))
        yield self._row("F9", "XLSX of all customers", own, bare, "bare zip", 1.5, peer, 15)
        yield self._memory("F9", "xlsx", "stock-xlsx", None)

    def import_(self):
        """F10 and F11"""
        write_import(import_path(settings.VAR_DIR))
        peers = [] if self.alone else ["stock-import", "stock-bulk-import"]
        own, driver, *stock = self.compare("import", "driver-import", *peers, budget=30)
        allowed = 4.0 if self.is_sqlite else 2.0
        name = "driver" if self.is_sqlite else "COPY + upsert"
        what = f"import of {settings.BENCH_ROWS:,} customers"
        yield self._row("F10", what, own, driver, name, allowed, stock[:1], 15)
        yield self._memory("F10", "import", "stock-import", None)
        again, differs = self.of("import", "again"), self.of("driver-import", "again")
        bulk = [] if self.alone else [self.of("stock-bulk-import", "again")]
        yield self._row("F11", "the same file again", again, differs, "where it differs", 2.0, bulk, 50)

    def _stock(self, name: str) -> list[str]:
        return [name] if self.customers <= STOCK_UP_TO and not self.alone else []

    def _row(self, goal, what, own, limit, name, allowed, peer, wanted) -> Row:
        seen = peer[0] if peer else None
        note = "" if peer else "peer left out" if self.alone else "peer n/a: it keeps everything in memory"
        return Row(goal, what, own, limit.median, name, allowed, seen, "", wanted, note=note)

    def _memory(self, goal: str, name: str, peer: str, wanted: float | None) -> Row:
        own = Measured(self.mib(name), len(self.said[name]), 0)
        stock = Measured(self.mib(peer), len(self.said[peer]), 0) if peer in self.said else None
        wanted = wanted if self.customers >= AT_A_MILLION else None
        return Row(goal, "its memory", own, 30.0, "at most", 1.0, stock, "", wanted, unit="MiB")


# ---- What is imported -----------------------------------------------------------------------------


def import_path(folder) -> Path:
    return Path(folder) / "bench-customer_rows.csv"


def import_rows(count: int) -> Iterator[tuple]:
    for number in range(count):
        first, last = customer_rows.names_of(number, count)
        email, phone = customer_rows.email_of(first, last, number), customer_rows.phone_of(number)
        company = "Gebr. Sommer GbR" if number % 17 == 0 else ""
        yield first, last, email, phone, company, "de", "DE", "Köln", "50667", f"Weg {number}", "web"


def write_import(path: Path) -> None:
    """A file of good customers, and at its end a few that no phone or e-mail can reach."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADERS)
        writer.writerows(import_rows(settings.BENCH_ROWS))
        writer.writerows([["Anna", "Ohne", "", "12", *[""] * (len(_HEADERS) - 4)]] * BAD_ROWS)


def ready_rows(organisation_id: int, location_id: int, now: datetime) -> Iterator[tuple]:
    """The same customers with everything the table wants, made before the clock runs."""
    moment = f"{now:%F %T}"
    for (
        first,
        last,
        email,
        phone,
        company,
        language,
        country,
        city,
        postcode,
        address,
        source,
    ) in import_rows(settings.BENCH_ROWS):
        yield (
            *(organisation_id, location_id, first, last, email, phone, "", company, "", language, country),
            *("", city, postcode, address, "", None, "", "", source, 0, "", True, False, False, False),
            *(email.casefold(), sort_name(first, last)),
            *(search_text(first, last, company, email, phone, ""), 0, moment, moment),
        )


def upsert(rows: list[tuple]) -> None:
    """Whom a row means is told by the contact point with its phone; new customers get theirs."""
    organisation_id = rows[0][0]
    with transaction.atomic(), connection.cursor() as cursor:
        _stage(cursor, rows)
        cursor.execute(_update_sql(), [organisation_id])
        cursor.execute(_insert_sql(), [organisation_id])
        for kind, key, value in (("phone", "phone", "phone"), ("email", "email_key", "email")):
            cursor.execute(_points_sql(kind, key, value), [organisation_id])
        cursor.execute("DROP TABLE bench_stage")
        _add_statistics(cursor, organisation_id)


def _stage(cursor, rows) -> None:
    names = customer_rows.COLUMNS[1:]
    listed = ", ".join(names)
    cursor.execute(
        f"CREATE TEMPORARY TABLE bench_stage AS SELECT {listed} FROM customers_customer WHERE 1 = 0"
    )
    if connection.vendor != "postgresql":
        places = ", ".join("?" * len(names))
        cursor.connection.executemany(f"INSERT INTO bench_stage VALUES ({places})", rows)
        return
    with cursor.copy(f"COPY bench_stage ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute("ANALYZE bench_stage")


_OWN_POINT = (
    "p.organisation_id = %s AND p.kind = 'phone' AND NOT p.is_shared AND p.key = s.phone"  # the unique index
)


def _update_sql() -> str:
    seen = ("first_name", "last_name", "email", "company", "city", "postcode", "address1")
    same = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    updates = ", ".join(f"{name} = s.{name}" for name in seen)
    differs = " OR ".join(f"NOT (customers_customer.{name} {same} s.{name})" for name in seen)
    return (
        f"UPDATE customers_customer SET {updates} FROM bench_stage AS s, customers_contactpoint AS p "
        f"WHERE {_OWN_POINT} AND customers_customer.id = p.customer_id AND ({differs})"
    )


def _insert_sql() -> str:
    listed = ", ".join(customer_rows.COLUMNS[1:])
    return (
        f"INSERT INTO customers_customer ({listed}) SELECT {listed} FROM bench_stage AS s "
        f"WHERE NOT EXISTS (SELECT 1 FROM customers_contactpoint AS p WHERE {_OWN_POINT})"
    )


def _points_sql(kind: str, key: str, value: str) -> str:
    names = "organisation_id, customer_id, kind, key, value, place, is_shared, origin, added_at"
    return (
        f"INSERT INTO customers_contactpoint ({names}) "
        f"SELECT c.organisation_id, c.id, '{kind}', c.{key}, c.{value}, 0, FALSE, c.source, c.joined_at "
        f"FROM customers_customer AS c WHERE c.organisation_id = %s AND c.{key} <> '' AND NOT EXISTS "
        f"(SELECT 1 FROM customers_contactpoint AS p WHERE p.customer_id = c.id AND p.kind = '{kind}')"
    )


def _add_statistics(cursor, organisation_id: int) -> None:
    """Empty statistics for those who have none."""
    empty = CustomerStats()
    fields = [item for item in CustomerStats._meta.concrete_fields if not item.generated]
    values = {item.column: item.get_db_prep_save(getattr(empty, item.attname), connection) for item in fields}
    values = {name: value for name, value in values.items() if name not in ("customer_id", "organisation_id")}
    cursor.execute(
        f"INSERT INTO customers_customerstats (customer_id, organisation_id, {', '.join(values)}) "
        f"SELECT id, organisation_id, {', '.join(['%s'] * len(values))} FROM customers_customer AS c "
        "WHERE c.organisation_id = %s "
        "AND NOT EXISTS (SELECT 1 FROM customers_customerstats AS s WHERE s.customer_id = c.id)",
        [*values.values(), organisation_id],
    )
