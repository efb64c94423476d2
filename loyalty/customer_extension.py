from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from customers.extensions import (
    ActivityFeed,
    ActivityGroup,
    CustomerExtension,
    ImportColumn,
    Panel,
    Tab,
    Truth,
)
from loyalty import imported_points as importing
from loyalty.models import PointsEntry
from loyalty.profile import points_feed, points_ledger, points_panel

_STATISTICS = """
SELECT entry.customer_id, SUM(entry.points) AS points,
       SUM(CASE WHEN entry.kind IN ('earned', 'reversed') THEN entry.points ELSE 0 END) AS earned_points
FROM loyalty_pointsentry AS entry
JOIN customers_customer AS customer ON customer.id = entry.customer_id
WHERE customer.organisation_id = %s{customers}
GROUP BY entry.customer_id
"""


class PointsOfCustomer(CustomerExtension):
    """What the points ledger knows about customers: balance, and all they ever earned."""

    import_columns = (
        ImportColumn(
            "opening_points", _("Points carried over"), importing.HEADERS, importing.parse_points, "250"
        ),
    )

    tabs = (Tab("points", _("Points")),)
    activity_groups = (ActivityGroup("points", _("Points")),)

    def panels(self, customer, *, tab: str, data, formats) -> list[Panel]:
        return [points_ledger(customer, data, formats)] if tab == "points" else []

    def side_panels(self, customer, *, formats) -> list[Panel]:
        return [points_panel(customer, formats)]

    def activity_feeds(self, customer) -> list[ActivityFeed]:
        return [points_feed(customer)]

    def store_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> set[int]:
        return importing.store_opening_points(organisation, values, actor=actor)

    def take_back_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> None:
        importing.take_back_opening_points(organisation, values, actor=actor)

    def busy_customers(self, organisation, customer_ids: list[int]) -> set[int]:
        return importing.with_points_of_their_own(customer_ids)

    def forget_customers(self, organisation, customer_ids: list[int]) -> None:
        importing.forget_points(customer_ids)

    def statistics(self, organisation, customer_ids: Iterable[int] | None = None) -> Truth:
        ids = tuple(customer_ids or ())
        customers = f" AND entry.customer_id IN ({', '.join(['%s'] * len(ids))})" if ids else ""
        fields = ("points", "earned_points")
        return Truth(_STATISTICS.format(customers=customers), (organisation.pk, *ids), fields)

    def problems(self, organisation) -> Iterator[str]:
        entries = PointsEntry.objects.filter(customer__organisation=organisation)
        foreign = entries.exclude(order=None).exclude(order__organisation=organisation)
        for pk in foreign.values_list("pk", flat=True):
            yield f"I12 points entry {pk}: its order belongs to another organisation"
