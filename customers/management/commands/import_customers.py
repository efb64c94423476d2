from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from backoffice.core.tables import shorten
from backoffice.staff.commands import OrganisationCommand
from customers.services.importing import GuestImport, import_customers


class Command(OrganisationCommand):
    help = (
        "Import customers from CSV with the headers of our export. Existing ones are completed where "
        "fields are empty. Refused rows go to a file with the reasons; running it again changes nothing."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
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
        try:
            with path.open("rb") as file, refused_path.open("w", encoding="utf-8-sig", newline="") as refused:
                result = import_customers(
                    file,
                    organisation=self.organisation(options),
                    refused=refused,
                    dry_run=options["dry_run"],
                    subscribe_origin=options["subscribe_origin"][:200],
                    progress=self._progress,
                )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        except ValidationError as error:
            refused_path.unlink(missing_ok=True)
            raise CommandError(" ".join(error.messages)) from None
        if not result.refused:
            refused_path.unlink()
        self._report(result, refused_path, options["dry_run"])

    def _progress(self, rows: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows", ending="")

    def _report(self, result: GuestImport, refused_path: Path, dry_run: bool) -> None:
        if result.ignored_columns:
            self.stdout.write(f"Ignored columns: {', '.join(result.ignored_columns)}")
        for fault in result.faults:
            place = f"line {fault.line}" + (f", {fault.column}" if fault.column else "")
            value = f" “{shorten(fault.value)}”" if fault.value else ""
            self.stdout.write(f"Refused {place}{value}: {fault.reason}")
        if dry_run:
            self.stdout.write("Dry run, nothing was written.")
        self.stdout.write(
            f"Rows: {result.rows:,}; {result.created:,} new, {result.completed:,} completed, "
            f"{result.unchanged:,} unchanged, {result.refused:,} refused"
        )
        if result.consents:
            self.stdout.write(f"Consents: {result.consents:,} granted")
        if result.consents_without_origin:
            self.stdout.write(
                f"Consents: {result.consents_without_origin:,} not taken, "
                "no origin stated (--subscribe-origin)"
            )
        self.stdout.write(f"Took {result.seconds:.1f} s")
        if result.refused:
            self.stdout.write(f"Refused rows with reasons: {refused_path}")
