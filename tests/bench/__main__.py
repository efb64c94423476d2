"""Measure this machine beside its limits and stock Django: `make bench BENCH="--customers 100000"`.

The first process makes a database of the bench's own; a second one, told so by `--inside`, works in it.
"""

import argparse
import os
import platform
import subprocess
import sys

import django
from django.conf import settings
from django.core.management import call_command

from tests.bench.report import markdown
from tests.bench.timing import RUNS

GOALS = (
    "F1",
    "F2",
    "F3",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "F9",
    "F10",
    "F11",
    "F12",
    "F13",
    "F14",
    "F15",
    "F16",
)
GOALS += ("F17", "F18", "F21")
_OWN_SETTINGS = "tests.bench.settings"


def main(arguments: list[str] | None = None) -> None:
    options = _options(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    django.setup()
    if (options.inside or options.part) and os.environ["DJANGO_SETTINGS_MODULE"] != _OWN_SETTINGS:
        raise SystemExit("Only the bench starts itself with --inside or --part.")
    if options.part:
        from tests.bench import parts

        parts.run(options.part, options.customers)
    elif options.inside:
        _measure(options)
    else:
        _start(options)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__.partition(":")[0])
    parser.add_argument("--customers", type=int, default=10_000, help="10000, 100000 or 1000000")
    parser.add_argument("--rows", type=int, default=5_000, help="rows of the file that is imported")
    parser.add_argument("--only", type=_goals, default=set(), metavar="F1,F8", help="only these goals")
    parser.add_argument("--quick", action="store_true", help="one run of each instead of five")
    parser.add_argument("--alone", action="store_true", help="without the peers, who take most of the time")
    parser.add_argument("--keep", action="store_true", help="keep the database and use it again")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--part", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _goals(text: str) -> set[str]:
    only = {goal for goal in text.upper().split(",") if goal}
    if not only <= set(GOALS):
        raise argparse.ArgumentTypeError(f"Known goals: {', '.join(GOALS)}.")
    return only


def _start(options) -> None:
    """Run the bench as a process of its own, in a place of its own."""
    from tests.bench.places import own_place

    arguments = ["--inside", "--customers", str(options.customers), "--only", ",".join(options.only)]
    arguments += [f"--{name}" for name in ("quick", "alone") if getattr(options, name)]
    with own_place(options.customers, rows=options.rows, keep=options.keep) as environment:
        command = [sys.executable, "-m", "tests.bench", *arguments]
        ended = subprocess.run(command, env=environment, cwd=settings.BASE_DIR)
    if ended.returncode:
        raise SystemExit("The bench broke off.")


def _measure(options) -> None:
    from tests.bench import building, running

    call_command("migrate", verbosity=0)
    call_command("compile_catalogues", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    organisation = building.built() or building.build(options.customers, tell=_tell)
    chosen = {"runs": 1 if options.quick else RUNS, "alone": options.alone, "only": options.only}
    rows = []
    for row in running.measure(organisation, options.customers, **chosen, tell=_tell):
        rows.append(row)
        _tell("  " + "  ".join(cell for cell in row.cells()[1:] if cell))
    print(f"{_heading(options.customers)}\n\n{markdown(rows)}")


def _heading(customers: int) -> str:
    load = os.getloadavg()[1]  # more than the cores: others were at work, times are too long
    place = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}"
    return f"{_database()}, {customers:,} customers, {customers * 10:,} orders of one line. {place}."


def _database() -> str:
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"SQLite {connection.Database.sqlite_version}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
