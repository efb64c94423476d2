"""How often customers come: loyalty degree, own rhythm, risk, and what they usually eat (PRODUCT §2)."""

from orders.visits.dishes import usual_dishes
from orders.visits.history import VisitHistory, degrees_of, visit_histories
from orders.visits.pickers import find_customers, hits
from orders.visits.rhythm import Degree, Risk

__all__ = [
    "Degree",
    "Risk",
    "VisitHistory",
    "degrees_of",
    "find_customers",
    "hits",
    "usual_dishes",
    "visit_histories",
]
