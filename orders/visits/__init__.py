"""How often customers come, kept in their statistics, and what they usually eat (PRODUCT §2)."""

from orders.visits.dishes import usual_dishes
from orders.visits.history import visit_histories
from orders.visits.keeping import (
    keep_visits,
    mark_visits_due,
    rebuild_all_visits,
    rebuild_visits,
    visit_problems,
)
from orders.visits.pickers import find_customers, hits

__all__ = [
    "find_customers",
    "hits",
    "keep_visits",
    "mark_visits_due",
    "rebuild_all_visits",
    "rebuild_visits",
    "usual_dishes",
    "visit_histories",
    "visit_problems",
]
