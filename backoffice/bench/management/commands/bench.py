import argparse
import os
import platform
import subprocess
import sys

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from backoffice.bench.places import own_place
from backoffice.bench.report import markdown
from backoffice.bench.timing import RUNS

_GOALS = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F13", "F14", "F15", "F16")


class Command(BaseCommand):
    help = "Measure this machine beside its limits and stock Django, in a database of the bench's own."

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=10_000, help="10000, 100000 or 1000000")
        parser.add_argument("--rows", type=int, default=5_000, help="rows of the file that is imported")
        parser.add_argument("--only", default="", metavar="F1,F8", help="only these goals")
        parser.add_argument("--quick", action="store_true", help="one run of each instead of five")
        parser.add_argument(
            "--alone", action="store_true", help="without the peers, who take most of the time"
        )
        parser.add_argument("--keep", action="store_true", help="keep the database and use it again")
        parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
        parser.add_argument("--part", help=argparse.SUPPRESS)

    def handle(self, *args, **options):
        if options["part"]:
            from backoffice.bench import parts

            parts.run(options["part"], options["customers"])
        elif options["inside"]:
            self._inside(options)
        else:
            self._outside(options)

    def _outside(self, options):
        """Run the bench as a process of its own, in a place of its own."""
        only = {goal for goal in options["only"].upper().split(",") if goal}
        if not only <= set(_GOALS):
            raise CommandError(f"Known goals: {', '.join(_GOALS)}.")
        arguments = ["--inside", "--customers", str(options["customers"]), "--only", ",".join(only)]
        arguments += [f"--{name}" for name in ("quick", "alone") if options[name]]
        with own_place(options["customers"], rows=options["rows"], keep=options["keep"]) as environment:
            command = [sys.executable, "-m", "django", "bench", *arguments]
            ended = subprocess.run(command, env=environment, cwd=settings.BASE_DIR)
        if ended.returncode:
            raise CommandError("The bench broke off.")

    def _inside(self, options):
        from backoffice.bench import building, running

        if os.environ.get("DJANGO_SETTINGS_MODULE") != "backoffice.bench.settings":
            raise CommandError("Run `manage.py bench` without --inside.")
        call_command("migrate", verbosity=0)
        call_command("compile_catalogues", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        organisation = building.built() or building.build(options["customers"], tell=self._tell)
        only = {goal for goal in options["only"].split(",") if goal}
        runs = 1 if options["quick"] else RUNS
        rows = []
        chosen = {"runs": runs, "alone": options["alone"], "only": only}
        for row in running.measure(organisation, options["customers"], **chosen, tell=self._tell):
            rows.append(row)
            self._tell("  " + "  ".join(cell for cell in row.cells()[1:] if cell))
        self.stdout.write(f"{self._heading(options['customers'])}\n\n{markdown(rows)}")

    def _heading(self, customers: int) -> str:
        version = (
            connection.cursor().execute("SHOW server_version") if connection.vendor != "sqlite" else None
        )
        number = version.fetchone()[0].split()[0] if version else connection.Database.sqlite_version
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
        load = os.getloadavg()[1]  # more than the cores: others were at work, times are too long
        place = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}"
        return f"{name} {number}, {customers:,} guests, {customers * 10:,} orders of one line. {place}."

    def _tell(self, text: str) -> None:
        self.stderr.write(text)
