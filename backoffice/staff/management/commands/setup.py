from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from backoffice.staff.models import Language
from backoffice.staff.services import set_password_path, set_up_organisation


class Command(BaseCommand):
    help = "Start an installation: first organisation, location and administrator. Asks nothing."

    def add_arguments(self, parser):
        parser.add_argument("--organisation", required=True, metavar="NAME")
        parser.add_argument("--email", required=True, metavar="ADDRESS", help="of the administrator")
        parser.add_argument("--country", default="DE")
        parser.add_argument("--timezone", default="Europe/Berlin")
        parser.add_argument("--currency", default="EUR")
        parser.add_argument("--language", default="de", choices=Language.values)

    def handle(self, *, organisation, email, country, timezone, currency, language, **options):
        try:
            validate_email(email)
            membership = set_up_organisation(
                name=organisation,
                email=email,
                country=country.upper(),
                timezone=timezone,
                currency=currency.upper(),
                language=language,
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        user, slug = membership.user, membership.organisation.slug
        self.stdout.write(f"Organisation {organisation} ({slug}) is set up; {user.email} administers it.")
        if user.has_usable_password():
            self.stdout.write(f"Sign in at {settings.BASE_URL}/login/ with the password you have.")
        else:
            days = settings.PASSWORD_RESET_TIMEOUT // 86400
            self.stdout.write(f"Set the password within {days} days, this link works once:")
            self.stdout.write(settings.BASE_URL + set_password_path(user))
