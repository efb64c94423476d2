from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from backoffice.core.text.money import decimals_of, plain
from backoffice.staff.commands import OrganisationCommand
from orders.importing import OrderFileImport, import_orders

SHOWN = 20


class Command(OrganisationCommand):
    help = (
        "Import orders with their customers from CSV or XLSX, one line per order line. "
        "Refused orders go to a file with the reasons; running it again changes nothing."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--refused", metavar="FILE", help="where refused lines go; default: beside the file, .refused.csv"
        )

    def handle(self, *args, **options):
        organisation = self.organisation(options)
        path = Path(options["file"])
        refused_path = Path(options["refused"] or path.with_suffix(".refused.csv"))
        try:
            with path.open("rb") as file, refused_path.open("w", encoding="utf-8-sig", newline="") as refused:
                result = import_orders(
                    file,
                    organisation=organisation,
                    name=path.name,
                    refused=refused,
                    progress=self._progress,
                )
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        except ValidationError as error:
            refused_path.unlink(missing_ok=True)
            raise CommandError(" ".join(error.messages)) from None
        if not result.counts.refused:
            refused_path.unlink()
        self._report(result, organisation.currency, refused_path)

    def _progress(self, lines: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{lines:,} lines", ending="")
            self.stderr.flush()

    def _report(self, result: OrderFileImport, currency: str, refused_path: Path) -> None:
        counts, decimals = result.counts, decimals_of(currency)
        if self.stderr.isatty():
            self.stderr.write("")
        if result.ignored_columns:
            self.stdout.write(f"Ignored columns: {', '.join(result.ignored_columns)}")
        for line, number, column, value, reason in counts.refusals[:SHOWN]:
            place = f"line {line}" + (f", {column}" if column else "")
            cell = f" “{value}”" if value else ""
            self.stdout.write(f"Refused order {number} ({place}{cell}): {reason}")
        for line, number, column, value, reason in counts.notes[:SHOWN]:
            self.stdout.write(
                f"Order {number} without a customer (line {line}, {column} “{value}”): {reason}"
            )
        for text in (
            f"Orders: {counts.recorded:,} new, {counts.repeated:,} already there, {counts.refused:,} refused",
            f"Lines: {counts.lines:,}",
            f"Customers: {counts.customers_created:,} new, {counts.customers_found:,} known",
            f"Sum before tips: {plain(counts.total_cents, decimals)} {currency}",
            f"Tips: {plain(counts.tip_cents, decimals)} {currency}",
            f"Took {result.seconds:.1f} s",
        ):
            self.stdout.write(text)
        if counts.refused:
            self.stdout.write(f"Refused lines with reasons: {refused_path}")
