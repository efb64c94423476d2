from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from backoffice.demo.soak import Soak
from backoffice.staff.commands import OrganisationCommand
from backoffice.staff.models import Membership


class Command(OrganisationCommand):
    help = (
        "Load a running installation with orders, pages, exports and imports at once, then check invariants. "
        "It leaves customers called Soak and their orders: use a copy of your database."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--minutes", type=float, default=5)
        parser.add_argument("--url", default=settings.BASE_URL, help="where the server answers")
        parser.add_argument("--tills", type=int, default=4)
        parser.add_argument("--readers", type=int, default=2)

    def handle(self, *args, **options):
        organisation = self.organisation(options)
        admins = Membership.objects.filter(
            organisation=organisation, is_active=True, group__permissions__codename="manage_apikey"
        )
        member = admins.select_related("user").order_by("pk").first()
        if member is None:
            raise CommandError("This organisation has no administrator.")
        soak = Soak(organisation, member.user, url=options["url"])
        soak.run(options["minutes"] * 60, tills=options["tills"], readers=options["readers"])
        failed = self._tell(soak, options["minutes"] * 60)
        call_command("check_invariants", organisation=organisation.slug, stdout=self.stdout)
        if failed:
            raise CommandError(f"{failed} requests failed")

    def _tell(self, soak: Soak, seconds: float) -> int:
        for kind, tally in sorted(soak.tallies.items()):
            self.stdout.write(
                f"{kind:<8} {len(tally.seconds):>7} done, {len(tally.seconds) / seconds:7.1f}/s, "
                f"p50 {tally.at(0.5):.0f} ms, p99 {tally.at(0.99):.0f} ms, {len(tally.errors)} failed"
            )
            for error in sorted(set(tally.errors))[:5]:
                self.stdout.write(f"         {error}")
        return sum(len(tally.errors) for tally in soak.tallies.values())
