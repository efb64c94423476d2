"""How many customers each choice of a filter has, among those of the list's status and place.

No page counts all customers: counters know status, source, location and active customers' marketing, the
rest is counted where they say that there are few.
"""

from collections import Counter, defaultdict

from django.db.models import Case, Count, Value, When

from customers.choices import Module
from customers.listing.filters import last_order_condition
from customers.listing.search import COUNT_CAP
from customers.listing.state import ListState
from customers.models import CustomerCounters, CustomerTag, reachable


def count_choices(state: ListState) -> dict[str, Counter]:
    """By filter and value; a filter that is missing is not known. Three queries at most."""
    counts = _known(state)
    if counts["status"][state.status] <= COUNT_CAP:
        counts |= _counted(state) | {"tag": _tags(state)}
    return counts


def _known(state: ListState) -> dict[str, Counter]:
    counts = {name: Counter() for name in ("status", "source", "location")}
    rows = CustomerCounters.objects.filter(organisation=state.organisation)
    if state.location is not None:
        rows = rows.filter(location=state.location)
    marketing = Counter()
    for location, source, active, inactive, agreed in rows.values_list(
        "location", "source", "active", "inactive", "marketing"
    ):
        status = {"active": active, "inactive": inactive, "all": active + inactive}
        counts["status"].update(status)
        counts["source"][source] += status[state.status]
        counts["location"][str(location)] += status[state.status]
        marketing.update(yes=agreed, no=active - agreed)
    return counts | ({"marketing": marketing} if state.is_active else {})


def _counted(state: ListState) -> dict[str, Counter]:
    """By one statement that groups the customers by all of it."""
    tz = state.organisation.tz
    ordered = [When(last_order_condition(value, tz), then=Value(value)) for value in ("none", "30", "90")]
    columns = ("module_bits", "country", "language", "birthday_month", "marketing_consent", "system_consent")
    columns = (*columns, "stats__degree", "stats__risk")
    rows = (
        state.everybody.annotate(ordered=Case(*ordered, default=Value("older")), can_reach=reachable())
        .values_list(*columns, "can_reach", "ordered")
        .annotate(Count("pk"))
        .order_by()
    )
    counts: dict[str, Counter] = defaultdict(Counter)
    for modules, country, language, month, marketing, system, degree, risk, can_reach, last, count in rows:
        counts["module"].update({module.code: count for module in Module.in_bits(modules)})
        counts["country"][country] += count
        counts["language"][language] += count
        counts["birthday_month"][str(month)] += count
        counts["degree"][str(degree)] += count
        counts["risk"][risk] += count
        for name, value in (("marketing", marketing), ("system", system), ("reachable", can_reach)):
            counts[name]["yes" if value else "no"] += count
        counts["last_order"].update({last: count} | ({"90": count} if last == "30" else {}))
    return counts


def _tags(state: ListState) -> Counter:
    found = CustomerTag.objects.filter(customer__in=state.everybody).values_list("tag__name").order_by()
    return Counter(dict(found.annotate(Count("pk"))))
