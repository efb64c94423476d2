import json
import sys
from contextlib import ExitStack
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from backoffice.core.files.tables import shorten
from backoffice.staff.commands import OrganisationCommand
from customers.importing import CustomerImport, OnExisting, import_customers


class Command(OrganisationCommand):
    help = (
        "Import customers from CSV, XLSX or vCard; columns are recognised by their headers. Existing "
        "customers are completed where fields are empty. Refused rows go to a file with the reasons, and "
        "the exit code is 1 then; running it again changes nothing."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--strict", action="store_true", help="write nothing when a row is refused")
        parser.add_argument(
            "--mapping", metavar="FILE", help='JSON: {"columns": {"Header": "field", …}} or just the columns'
        )
        parser.add_argument(
            "--on-existing",
            choices=OnExisting.values,
            default="",
            help="what happens to customers who exist; default: complete",
        )
        parser.add_argument(
            "--subscribe-origin",
            default="",
            metavar="TEXT",
            help="where the consents of this file were given; without it none is taken",
        )
        parser.add_argument(
            "--refused", metavar="FILE", help="where refused rows go; default: beside the file, .refused.csv"
        )

    def handle(self, *args, **options):
        path = Path(options["file"])
        refused_path = Path(options["refused"] or path.with_suffix(".refused.csv"))
        organisation = self.organisation(options)
        if refused_path.resolve() == path.resolve():
            raise CommandError("--refused: this is the file that is to be imported.")
        try:
            mapping = _mapping(options["mapping"])
            with ExitStack() as files:
                file = files.enter_context(path.open("rb"))
                refused = files.enter_context(refused_path.open("w", encoding="utf-8-sig", newline=""))
                result = import_customers(
                    file,
                    organisation=organisation,
                    name=path.name,
                    mapping=mapping,
                    refused=refused,
                    dry_run=options["dry_run"],
                    strict=options["strict"],
                    on_existing=options["on_existing"],
                    subscribe_origin=options["subscribe_origin"][:200],
                    progress=self._progress,
                )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        except ValidationError as error:
            refused_path.unlink(missing_ok=True)
            raise CommandError(" ".join(error.messages)) from None
        if not result.counts.rejected:
            refused_path.unlink()
        self._report(result, refused_path)
        if result.counts.rejected:
            sys.exit(1)

    def _progress(self, rows: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows", ending="")

    def _report(self, result: CustomerImport, refused_path: Path) -> None:
        counts = result.counts
        for note in result.notes:
            self.stdout.write(note)
        if result.ignored_columns:
            self.stdout.write(f"Ignored columns: {', '.join(result.ignored_columns)}")
        for fault in result.faults:
            place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
            value = f" “{shorten(fault.value)}”" if fault.value else ""
            self.stdout.write(f"Refused {place}{value}: {fault.reason}")
        if not result.was_written:
            self.stdout.write("Nothing was written.")
        self.stdout.write(
            f"Rows: {counts.rows:,}; {counts.created:,} new, {counts.completed:,} completed, "
            f"{counts.unchanged:,} unchanged, {counts.duplicates:,} twice in the file, "
            f"{counts.rejected:,} refused"
        )
        if counts.consents:
            self.stdout.write(f"Consents: {counts.consents:,} granted")
        if counts.consents_without_origin:
            self.stdout.write(
                f"Consents: {counts.consents_without_origin:,} not taken, "
                "no origin stated (--subscribe-origin)"
            )
        self.stdout.write(f"Took {result.seconds:.1f} s")
        if counts.rejected:
            self.stdout.write(f"Refused rows with reasons: {refused_path}")


def _mapping(path: str | None) -> dict | None:
    if not path:
        return None
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise CommandError(f"{path}: this is no JSON ({error})") from None
