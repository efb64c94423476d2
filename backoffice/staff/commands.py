from django.core.management.base import BaseCommand, CommandError

from backoffice.staff.models import Organisation


class OrganisationCommand(BaseCommand):
    """A command on one organisation: `--organisation SLUG`, by default the only one there is."""

    def add_arguments(self, parser):
        parser.add_argument("--organisation", metavar="SLUG", help="default: the only organisation")

    def organisation(self, options) -> Organisation:
        """The organisation that is meant. Raises CommandError with the known ones."""
        known = list(Organisation.objects.order_by("slug"))
        slug = options["organisation"]
        chosen = [one for one in known if one.slug == slug] if slug else known
        if len(chosen) == 1:
            return chosen[0]
        names = ", ".join(one.slug for one in known) or "none yet; run `manage.py setup` first"
        if slug:
            raise CommandError(f"There is no organisation {slug!r}. Known: {names}.")
        raise CommandError(f"Name one with --organisation. Known: {names}.")
