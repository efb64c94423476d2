"""How often a customer comes: loyalty degree, own rhythm, risk (PRODUCT §2)."""

from customers.rhythm.cells import degree_badge, degree_word, risk_flag
from customers.rhythm.history import MOST_GAPS, OWN_RHYTHM_VISITS, YEAR, VisitHistory, set_visits
from customers.rhythm.panel import rhythm_panel

__all__ = [
    "MOST_GAPS",
    "OWN_RHYTHM_VISITS",
    "YEAR",
    "VisitHistory",
    "degree_badge",
    "degree_word",
    "rhythm_panel",
    "risk_flag",
    "set_visits",
]
