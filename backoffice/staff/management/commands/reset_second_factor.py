from django.core.management.base import BaseCommand, CommandError

from backoffice.staff.models import User
from backoffice.staff.second_factor.changes import reset
from backoffice.staff.second_factor.codes import second_factor_of


class Command(BaseCommand):
    help = "Let somebody who lost phone and recovery codes in with the password alone; tells them by mail."

    def add_arguments(self, parser):
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *, email, **options):
        user = User.objects.filter(email=email.strip().casefold()).first()
        if user is None:
            raise CommandError("Nobody has this address.")
        if second_factor_of(user) is None:
            raise CommandError("This person has no second factor.")
        reset(user)
        self.stdout.write(f"{user.email} signs in with the password alone and is signed out everywhere.")
