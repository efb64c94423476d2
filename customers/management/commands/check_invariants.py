from django.core.management.base import CommandError

from backoffice.staff.commands import OrganisationCommand
from backoffice.staff.models import Organisation
from customers.invariants import broken_invariants


class Command(OrganisationCommand):
    help = "Check what must always be true of the stored data; list what is not and exit 1."

    def handle(self, *args, **options):
        count = 0
        chosen = [self.organisation(options)] if options["organisation"] else Organisation.objects.all()
        for organisation in chosen:
            for problem in broken_invariants(organisation):
                count += 1
                self.stdout.write(f"{organisation.slug}: {problem}")
        if count:
            raise CommandError(f"{count} broken")
        self.stdout.write("All invariants hold.")
