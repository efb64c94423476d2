import time

from django.core.management.base import BaseCommand, CommandError

from backoffice.demo.building import build, is_built
from backoffice.demo.clearing import clear
from backoffice.demo.restaurants import HOUSES, PASSWORD
from backoffice.staff.models import Organisation


class Command(BaseCommand):
    help = "Fill the database with two invented restaurants, once; then say who can sign in."

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=5000, help="customers of the first restaurant")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same customers")
        parser.add_argument("--reset", action="store_true", help="remove what an earlier demo left, first")

        parser.add_argument("--anyway", action="store_true", help="also beside a restaurant that is in use")

    def handle(self, *args, **options):
        if not options["anyway"]:
            _refuse_beside_a_real_restaurant()
        if options["reset"]:
            clear()
        if not is_built():
            start = time.perf_counter()
            build(customers=options["customers"], seed=options["seed"], tell=self.stdout.write)
            self.stdout.write(f"Filled in {time.perf_counter() - start:.0f} s")
        for house in HOUSES:
            self.stdout.write(f"{house.name}:")
            for person in house.people:
                self.stdout.write(f"  {person.role.label:<14} {person.email}")
        self.stdout.write(f"Password of all: {PASSWORD}")


def _refuse_beside_a_real_restaurant() -> None:
    """Everybody can read the password of the invented people."""
    others = Organisation.objects.exclude(slug__in=[house.slug for house in HOUSES])
    real = others.filter(memberships__user__last_login__isnull=False).order_by("pk").first()
    if real:
        raise CommandError(
            f"{real.name} works with this database, and the password of the demo is public. "
            "Use another database, or --anyway."
        )
