import time

from django.core.management.base import CommandError

from backoffice.staff.commands import OrganisationCommand
from customers.figures import differences, missing_statistics, rebuild_statistics


class Command(OrganisationCommand):
    help = "Recompute every customer's statistics from receipts and points. --check only compares."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when one differs")

    def handle(self, *args, **options):
        organisation = self.organisation(options)
        start = time.perf_counter()
        if options["check"]:
            count = self._check(organisation)
            self.stdout.write(f"{count} differences in {time.perf_counter() - start:.1f} s")
            if count:
                raise CommandError("Statistics differ. Run rebuild_customer_stats to repair them.")
            return
        count = rebuild_statistics(organisation)
        self.stdout.write(f"{count} customers repaired in {time.perf_counter() - start:.1f} s")

    def _check(self, organisation) -> int:
        count = 0
        for pk in missing_statistics(organisation):
            count += 1
            self.stdout.write(f"customer {pk}: no statistics")
        for difference in differences(organisation):
            count += 1
            self.stdout.write(
                f"customer {difference.customer_id}: {difference.field} is {difference.stored}, "
                f"must be {difference.true}"
            )
        return count
