"""What a new organisation does first; done is what its data show, whoever did it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.staff.models import Organisation
from customers.models import Customer
from orders.models import ConnectedSource, Order


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str


@dataclass(frozen=True)
class Step:
    """`link` does it, `more` helps with it; once it is done `change` leads to what came of it."""

    title: str
    text: str
    is_done: bool
    link: Link
    more: Link | None = None
    change: Link | None = None


@dataclass(frozen=True)
class FirstSteps:
    steps: list[Step]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def are_done(self) -> bool:
        return self.done == len(self.steps)

    @property
    def next(self) -> Step | None:
        """The first one that is open."""
        return next((step for step in self.steps if not step.is_done), None)


def first_steps(organisation: Organisation) -> FirstSteps:
    """Five questions to the database, each answered by its first row."""
    location = organisation.locations.order_by("pk").first()
    locations = Link(_("Change"), "pin", reverse("staff:locations"))
    return FirstSteps(
        [
            Step(
                _("Set up the location"),
                _("%(name)s, time zone %(zone)s.") % {"name": location.name, "zone": location.timezone}
                if location
                else _("Days and months of all figures are those of its time zone."),
                location is not None,
                Link(_("Add a location"), "pin", reverse("staff:locations")),
                change=locations,
            ),
            Step(
                _("Bring your customers"),
                _(
                    "From CSV, Excel or copied text. You see every row before it is stored, and can take "
                    "all of it back for 30 days."
                ),
                Customer.objects.of(organisation).exists(),
                Link(_("Import customers"), "upload", reverse("customers:import")),
                more=Link(_("Example file"), "download", reverse("customers:import-example", args=["xlsx"])),
                change=Link(_("Show"), "users", reverse("customers:list")),
            ),
            Step(
                _("Bring your orders"),
                _("So that revenue and regulars are right from the first day. Ideally the last 24 months."),
                Order.objects.filter(organisation=organisation).exists(),
                Link(_("Import orders"), "receipt", reverse("orders:import")),
                more=Link(_("Example file"), "download", reverse("orders:import-example", args=["xlsx"])),
                change=Link(_("Show"), "users", reverse("orders:imports")),
            ),
            Step(
                _("Connect a source"),
                _("The files that your till or shop writes: new orders then come in by themselves."),
                ConnectedSource.objects.filter(organisation=organisation).exists(),
                Link(_("Connect a source"), "plug", reverse("orders:source-kinds")),
                change=Link(_("Show"), "plug", reverse("orders:sources")),
            ),
            Step(
                _("Invite the team"),
                _("Three roles: administration, management, service. The invitation comes by e-mail."),
                len(organisation.memberships.values_list("pk")[:2]) > 1,
                Link(_("Invite somebody"), "badge", reverse("staff:invite")),
                change=Link(_("Show"), "badge", reverse("staff:team")),
            ),
        ]
    )
