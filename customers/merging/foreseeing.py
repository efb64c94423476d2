"""What a merge would come to, as things are now; nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from customers.extensions import customer_extensions
from customers.merging.consents import Settled, settle
from customers.merging.merging import MergeWish, StaleMerge
from customers.merging.values import chosen_values, default_choices, told_choices
from customers.models import Customer


@dataclass(frozen=True)
class Foreseen:
    """`customers` with the survivor first, then the oldest; whose value stays by name of a choice; sums of
    points and receipts by customer and in cents; what upper apps count, as (label, number)."""

    customers: list[Customer]
    chosen: dict[str, int]
    values: dict[str, object]
    consents: list[Settled]
    counts: list[tuple[object, int]]

    @property
    def survivor(self) -> Customer:
        return self.customers[0]

    @property
    def points(self) -> list[int]:
        return [one.stats.points for one in self.customers]

    @property
    def receipts(self) -> list[int]:
        return [one.stats.receipts_count for one in self.customers]

    @property
    def revenue_cents(self) -> int:
        return sum(one.stats.revenue_cents for one in self.customers)


def read_for_merge(organisation, ids: Sequence[int]) -> list[Customer]:
    """These customers, the oldest first. One query. Raises StaleMerge where one is not there."""
    customers = list(Customer.objects.of(organisation).filter(pk__in=ids).select_related("stats"))
    if missing := set(ids) - {one.pk for one in customers}:
        raise StaleMerge(missing)
    for customer in customers:
        customer.organisation = organisation
    return sorted(customers, key=lambda one: (one.joined_at, one.pk))


def foresee_merge(organisation, wish: MergeWish) -> Foreseen:
    """Raises MergeRefused and StaleMerge."""
    wish.check()
    by_age = read_for_merge(organisation, wish.ids)
    by_id: Mapping[int, Customer] = {one.pk: one for one in by_age}
    survivor = by_id[wish.survivor_id]
    others = [one for one in by_age if one is not survivor]
    chosen = default_choices(survivor, others) | told_choices(by_id, wish.choices)
    values = chosen_values(by_id, chosen)
    first = Customer(email=values["email"])
    first.derive()
    counts = [
        count for extension in customer_extensions() for count in extension.merge_counts(list(wish.ids))
    ]
    everybody = [survivor, *others]
    return Foreseen(everybody, chosen, values, settle(everybody, first.email_key), counts)
