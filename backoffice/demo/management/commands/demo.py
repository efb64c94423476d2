import time

from django.core.management.base import BaseCommand

from backoffice.demo.building import build, is_built
from backoffice.demo.clearing import clear
from backoffice.demo.restaurants import HOUSES, PASSWORD


class Command(BaseCommand):
    help = "Fill the database with two invented restaurants, once; then say who can sign in."

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=5000, help="customers of the first restaurant")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same customers")
        parser.add_argument("--reset", action="store_true", help="remove what an earlier demo left, first")

    def handle(self, *args, **options):
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
