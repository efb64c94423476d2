"""Our XLSX export through LibreOffice to CSV and into an empty organisation: is it still the same?

    python -m tests.samples.libreoffice_round_trip [CUSTOMERS]

By hand, because not every machine has LibreOffice. Works in a database and a folder that it throws away;
exits 1 and shows the first differences when a customer has changed.
"""

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CSV_OF_LIBREOFFICE = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
SHOWN = 10


def main(customers: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DATABASE_URL": f"sqlite:///{folder}/round-trip.sqlite3",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "LOG_LEVEL": "ERROR",
            "VAR_DIR": folder,
        }
        import django

        django.setup()
        return _round_trip(customers, Path(folder))


def _round_trip(customers: int, folder: Path) -> int:
    from django.core.management import call_command

    from backoffice.core.files.exports import CsvDialect
    from backoffice.core.files.layouts import Layout
    from backoffice.staff.models import Organisation
    from customers.importing import check_file, import_customers
    from tests.factories import make_location, make_organisation

    call_command("migrate", verbosity=0)
    call_command("demo", customers=customers, stdout=io.StringIO())
    here = Organisation.objects.get(slug="lindenhof")
    there = make_organisation(country=here.country, timezone=here.timezone, language=here.language)
    make_location(there)

    workbook = folder / "guests.xlsx"
    workbook.write_bytes(_export(here, Layout("xlsx", CsvDialect(";", ","))))
    converted = _convert(workbook, folder)
    _say(converted.read_text("utf-8").splitlines()[1])
    checked = check_file(converted, organisation=there)
    with converted.open("rb") as file:
        result = import_customers(
            file, organisation=there, name=converted.name, subscribe_origin="LibreOffice"
        )
    _say(f"{result.counts}\nchecked the same: {checked.counts.created == result.counts.created}")
    for fault in result.faults:
        _say(f"refused line {fault.line}, {fault.column}: {fault.value!r}: {fault.reason}")

    plain = Layout("csv", CsvDialect(";", ","))
    before, after = _rows(_export(here, plain)), _rows(_export(there, plain))
    changes = [
        (old["email"], name, old[name], new.get(name))
        for old, new in zip(before, after, strict=False)
        for name in old
        if old[name] != new.get(name)
    ]
    for change in changes[:SHOWN]:
        _say(f"changed: {change}")
    _say(f"{len(before)} guests out, {len(after)} in, {len(changes)} values changed")
    return int(bool(changes) or len(before) != len(after))


def _export(organisation, layout) -> bytes:
    from customers.exporting.files import export_customers
    from customers.models import Customer

    customers = Customer.objects.of(organisation).order_by("email_key", "phone", "sort_name")
    return b"".join(export_customers(customers, organisation=organisation, actor=None, layout=layout))


def _convert(workbook: Path, folder: Path) -> Path:
    """What LibreOffice writes as CSV: UTF-8, commas, cells as they are shown."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        sys.exit("LibreOffice is not installed.")
    command = [
        *(program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
        *("--convert-to", CSV_OF_LIBREOFFICE, "--outdir", str(folder), str(workbook)),
    ]
    subprocess.run(command, check=True, timeout=300, stdout=subprocess.DEVNULL)  # noqa: S603
    converted = workbook.with_suffix(".csv")
    if not converted.exists():  # with one file per sheet the name of the sheet is in its name
        (converted,) = folder.glob(f"{workbook.stem}-*.csv")
    return converted


def _rows(content: bytes) -> list[dict[str, str]]:
    """Without what is computed there and never read."""
    from customers.importing.fields import COMPUTED

    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [{name: value for name, value in row.items() if name not in COMPUTED} for row in rows]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
