from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from customers.extensions import (
    ActivityFeed,
    ActivityGroup,
    CustomerExtension,
    ImportColumn,
    Merging,
    Panel,
    Relation,
    Tab,
    Truth,
)
from loyalty import imported_points as importing
from loyalty.cards import card_problems, cards_panel, customers_with_card
from loyalty.coupons import checking, merging
from loyalty.models import Card, CardEvent, CouponUse, PointsEntry, PointsLot
from loyalty.points import forget_points, panels, points_problems
from loyalty.points import merging as ledgers

_STATISTICS = """
SELECT entry.customer_id, SUM(entry.points) AS points,
       SUM(CASE WHEN entry.kind IN ('earned', 'reversed', 'moved')
           THEN entry.points ELSE 0 END) AS earned_points
FROM loyalty_pointsentry AS entry
JOIN customers_customer AS customer ON customer.id = entry.customer_id
WHERE customer.organisation_id = %s{customers}
GROUP BY entry.customer_id
"""


class PointsOfCustomer(CustomerExtension):
    """What the points ledger knows about customers: balance, and all they ever earned."""

    relations = (
        Relation(Card, Merging.MOVES),
        Relation(CardEvent, Merging.MOVES),
        Relation(CouponUse, Merging.MOVES),
        Relation(PointsEntry, Merging.MOVES),
        Relation(PointsLot, Merging.MOVES),
    )
    import_columns = (
        ImportColumn(
            "opening_points", _("Points carried over"), importing.HEADERS, importing.parse_points, "250"
        ),
    )

    tabs = (Tab("points", _("Loyalty")),)
    activity_groups = (ActivityGroup("points", _("Points")),)

    def panels(self, customer, *, tab: str, data, formats) -> list[Panel]:
        if tab != "points":
            return []
        return [cards_panel(customer, formats), panels.points_ledger(customer, data, formats)]

    def side_panels(self, customer, *, formats) -> list[Panel]:
        return [panels.points_panel(customer, formats)]

    def activity_feeds(self, customer) -> list[ActivityFeed]:
        return [panels.points_feed(customer)]

    def found_by_number(self, organisation, text: str) -> list[int]:
        return customers_with_card(organisation, text)

    def store_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> set[int]:
        return importing.store_opening_points(organisation, values, actor=actor)

    def take_back_imported(self, organisation, name: str, values: dict[int, object], *, actor) -> None:
        importing.take_back_opening_points(organisation, values, actor=actor)

    def busy_customers(self, organisation, customer_ids: list[int]) -> set[int]:
        cards = Card.objects.filter(organisation=organisation, customer_id__in=customer_ids)
        with_card = set(cards.values_list("customer_id", flat=True))
        return with_card | importing.with_points_of_their_own(customer_ids)

    def forget_customers(self, organisation, customer_ids: list[int]) -> None:
        forget_points(customer_ids)
        checking.forget_guests(customer_ids)

    def merge_counts(self, customer_ids: list[int]) -> list[tuple[object, int]]:
        cards = Card.objects.filter(customer__in=customer_ids)
        uses = CouponUse.objects.filter(customer__in=customer_ids, released_at=None)
        return [(_("Loyalty cards"), cards.count()), (_("Coupons used"), uses.count())]

    def merge_customers(self, organisation, survivor_id: int, merged_ids: list[int]) -> dict:
        return {
            "openings": ledgers.unite_openings(survivor_id, merged_ids),
            "guests": merging.unite_guests(survivor_id, merged_ids),
            "ids": merged_ids,
        }

    def undo_merge(self, organisation, survivor_id: int, moved: Mapping[str, dict], kept: dict) -> None:
        orders = {int(pk): ids for pk, ids in moved.get("orders.Order.customer", {}).items()}
        ledgers.part_ledgers(survivor_id, orders, kept["ids"], kept["openings"])
        merging.part_guests(survivor_id, kept["guests"])

    def statistics(self, organisation, customer_ids: Iterable[int] | None = None) -> Truth:
        ids = tuple(customer_ids or ())
        customers = f" AND entry.customer_id IN ({', '.join(['%s'] * len(ids))})" if ids else ""
        fields = ("points", "earned_points")
        return Truth(_STATISTICS.format(customers=customers), (organisation.pk, *ids), fields)

    def problems(self, organisation) -> Iterator[str]:
        yield from points_problems(organisation)
        yield from card_problems(organisation)
        yield from checking.coupon_problems(organisation)
