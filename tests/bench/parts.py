"""What is measured in a process of its own, because its memory is of interest.

Each part does one thing and returns what it took: `seconds`, sometimes `first` and `again`.
"""

import csv
import json
import os
import resource
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryFile

from django.conf import settings
from django.db import connection
from django.utils import timezone

from backoffice.staff.models import Location, Organisation
from customers.models import Customer
from tests.bench import building, files

_EXPORT_SQL = (
    "SELECT c.id, c.first_name, c.last_name, c.email, c.phone, c.phone2, c.company, c.tax_id, c.language, "
    "c.country, c.state, c.city, c.postcode, c.address1, c.address2, c.birthday, c.source, c.module_bits, "
    "c.tags_text, c.joined_at, s.receipts_count, s.revenue_cents, s.average_order_cents, "
    "s.monthly_spend_cents, s.tips_cents, s.last_order_at, s.last_order_status, s.points, s.earned_points, "
    "c.marketing_consent, c.system_consent, c.contact_consent, c.is_active FROM customers_customer AS c "
    "JOIN customers_customerstats AS s ON s.customer_id = c.id WHERE c.organisation_id = {organisation} "
    "AND c.is_active ORDER BY c.joined_at DESC, c.id DESC"
)


def run(name: str, customers: int) -> None:
    """Run one part and print what it took as JSON, with the memory it needed beyond the ready process."""
    organisation = building.built()
    Customer.objects.of(organisation).first()
    before = _peak_kib()
    taken = PARTS[name](organisation, customers)
    taken["kib"] = _peak_kib() - before
    sys.stdout.write(json.dumps(taken) + "\n")


def _peak_kib() -> int:
    """The most memory this process has held. Not `ru_maxrss` on Linux, which begins with the parent's."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


# ---- Out ------------------------------------------------------------------------------------------


def _download(format: str) -> dict:
    from tests.bench.pages import signed_in

    client = signed_in()
    client.get("/customers/")
    started = time.perf_counter()
    response = client.get(f"/customers/export.{format}")
    if response.status_code != 200:
        raise RuntimeError(response.status_code)
    chunks, size, first = iter(response.streaming_content), 0, 0.0
    for count, chunk in enumerate(chunks, 1):
        size += len(chunk)
        if count == 1:
            first = time.perf_counter() - started
    return {"seconds": time.perf_counter() - started, "first": first, "bytes": size}


def _shell(organisation, customers) -> dict:
    """SQLite's shell, or COPY; without a shell a driver's cursor into csv.writer."""
    sql = _EXPORT_SQL.format(organisation=organisation.pk)
    started = time.perf_counter()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
            for _block in copy:
                pass
    elif shell := shutil.which("sqlite3"):
        command = [shell, "-csv", connection.settings_dict["NAME"], sql]
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    else:
        with Path(os.devnull).open("w") as out, connection.cursor() as cursor:
            cursor.execute(sql)
            csv.writer(out).writerows(cursor)
    return {"seconds": time.perf_counter() - started}


def _bare_zip(organisation, customers) -> dict:
    """A driver's rows through one format string into a ZIP of level 1."""
    sql = _EXPORT_SQL.format(organisation=organisation.pk)
    row = "<row>" + '<c t="inlineStr"><is><t>%s</t></is></c>' * sql.partition(" FROM")[0].count(",")
    row += '<c t="inlineStr"><is><t>%s</t></is></c></row>'
    started = time.perf_counter()
    with (
        TemporaryFile() as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
        file.open("sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        for rows in _raw_rows(sql):
            sheet.write("".join([row % tuple(one) for one in rows]).encode())
    return {"seconds": time.perf_counter() - started}


def _raw_rows(sql: str):
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.connection.transaction(), connection.connection.cursor("bare") as cursor:
            cursor.execute(sql)
            while rows := cursor.fetchmany(2_000):
                yield rows
        return
    cursor = connection.connection.execute(sql)
    while rows := cursor.fetchmany(2_000):
        yield rows


def _stock_export(format: str):
    def part(organisation, customers) -> dict:
        from tests.bench.peers import StockExport

        everybody = Customer.objects.of(organisation).select_related("stats")
        started = time.perf_counter()
        size = len(getattr(StockExport().export(queryset=everybody), format))
        return {"seconds": time.perf_counter() - started, "bytes": size}

    return part


# ---- In -------------------------------------------------------------------------------------------


def _newcomer() -> tuple[Organisation, Location]:
    """An empty organisation to import into, in the same tables."""
    slug = f"bench-{time.time_ns()}"
    organisation = Organisation.objects.create(name=slug, slug=slug)
    return organisation, Location.objects.create(organisation=organisation, name="Altstadt")


def _twice(action) -> dict:
    taken = []
    for _ in range(2):
        started = time.perf_counter()
        action()
        taken.append(time.perf_counter() - started)
    return {"seconds": taken[0], "again": taken[1]}


def _import(organisation, customers) -> dict:
    from customers.importing import import_customers

    newcomer, _location = _newcomer()

    def action():
        with files.import_path(settings.VAR_DIR).open("rb") as file:
            result = import_customers(file, organisation=newcomer)
        if result.counts.rejected != files.BAD_ROWS:
            raise RuntimeError(f"{result.counts.rejected} rows refused: {result.faults[:3]}")

    return _twice(action)


def _stock_import(bulk: bool):
    def part(organisation, customers) -> dict:
        import tablib

        from tests.bench.peers import StockBulkImport, StockImport

        resource_ = (StockBulkImport if bulk else StockImport)(*_newcomer())
        text = files.import_path(settings.VAR_DIR).read_text(encoding="utf-8")
        lines = text.splitlines(keepends=True)
        kept = "".join(lines[: -files.BAD_ROWS])  # it has no check that finds these

        def action():
            dataset = tablib.Dataset().load(kept, format="csv")
            result = resource_.import_data(dataset, raise_errors=True)
            if result.has_errors():
                raise RuntimeError(result.base_errors)

        return _twice(action)

    return part


def _driver_import(organisation, customers) -> dict:
    """Ready rows by the driver alone: upsert by phone where it differs, and empty statistics."""
    newcomer, location = _newcomer()
    rows = list(files.ready_rows(newcomer.pk, location.pk, timezone.now()))
    return _twice(lambda: files.upsert(rows))


PARTS = {
    "csv": lambda organisation, customers: _download("csv"),
    "xlsx": lambda organisation, customers: _download("xlsx"),
    "shell": _shell,
    "zip": _bare_zip,
    "stock-csv": _stock_export("csv"),
    "stock-xlsx": _stock_export("xlsx"),
    "import": _import,
    "driver-import": _driver_import,
    "stock-import": _stock_import(False),
    "stock-bulk-import": _stock_import(True),
}
