from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from backoffice.core.files.tables import shorten
from backoffice.core.text.money import decimals_of, plain
from backoffice.staff.commands import OrganisationCommand
from orders.sources import OrderFileImport, OrderImport


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
                run = OrderFileImport(organisation, refused=refused, progress=self._progress)
                summary = run.run(file, name=path.name)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        except ValidationError as error:
            refused_path.unlink(missing_ok=True)
            raise CommandError(" ".join(error.messages)) from None
        if not summary.refused_orders:
            refused_path.unlink()
        self._report(summary, organisation.currency, refused_path)

    def _progress(self, orders: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{orders:,} orders", ending="")
            self.stderr.flush()

    def _report(self, summary: OrderImport, currency: str, refused_path: Path) -> None:
        result, decimals = summary.result, decimals_of(currency)
        if self.stderr.isatty():
            self.stderr.write("")
        if summary.ignored_columns:
            self.stdout.write(f"Ignored columns: {', '.join(summary.ignored_columns)}")
        for number, refusal in summary.first_refusals:
            place = f"line {refusal.line}" + (f", {refusal.column}" if refusal.column else "")
            value = f" “{shorten(refusal.value)}”" if refusal.value else ""
            self.stdout.write(f"Refused order {shorten(number)} ({place}{value}): {refusal.reason}")
        for line in (
            f"Orders: {result.recorded:,} new, {result.repeated:,} already there, "
            f"{summary.refused_orders:,} refused",
            f"Lines: {result.lines:,}",
            f"Customers: {len(result.customers_created):,} new, {len(result.customers_found):,} known",
            f"Sum before tips: {plain(result.total_cents, decimals)} {currency}",
            f"Tips: {plain(result.tip_cents, decimals)} {currency}",
            f"Took {summary.seconds:.1f} s",
        ):
            self.stdout.write(line)
        if summary.refused_orders:
            self.stdout.write(f"Refused lines with reasons: {refused_path}")
