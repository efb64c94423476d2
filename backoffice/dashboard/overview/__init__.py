"""`/`: today's figures, what runs, who comes, what needs a hand; each for those who may see its page."""

from collections.abc import Callable
from dataclasses import dataclass, field

from backoffice.core.text.formats import Formats
from backoffice.dashboard.overview import figures, lists
from backoffice.staff.models import Location, Organisation
from orders.board import Ticket, running_tickets

__all__ = ["Overview", "overview_of"]


@dataclass
class Overview:
    """Parts that the reader may not see are None."""

    tiles: list[figures.Tile] | None = None
    places: list[figures.Place] | None = None
    running: list[Ticket] | None = None
    new: list[figures.Bar] | None = None
    sections: list[lists.Section] = field(default_factory=list)


def overview_of(
    organisation: Organisation, location: Location | None, formats: Formats, may: Callable[[str], bool]
) -> Overview:
    """`may` says whether the reader has a right; without `location` all are meant. At most six queries."""
    overview, today = Overview(), formats.today
    rows = figures.rows_of(organisation, location, today)
    if may("orders.view_order"):
        overview.running = running_tickets(organisation, location, formats)
        overview.tiles = figures.tiles(rows, today, len(overview.running), formats)
        overview.places = figures.places(rows, today, formats)
    if may("orders.manage_source"):
        overview.sections.append(lists.to_do(organisation, formats))
    if may("orders.view_reservation"):
        overview.sections.append(lists.coming(organisation, location, today))
    if may("customers.view_customer") and organisation.collects_customers:
        overview.sections.append(lists.birthdays(organisation, today, formats))
        overview.sections.append(lists.late_regulars(organisation, formats))
        overview.new = figures.new_customers(rows, formats)
    return overview
