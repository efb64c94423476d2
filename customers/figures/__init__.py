"""Counters, statistics and key figures, kept in the transaction that changes them."""

from customers.figures.counters import FigureChanges, wrong_sums
from customers.figures.key_figures import KeyFigures, count_customers, key_figures
from customers.figures.rebuilding import differences, missing_statistics, rebuild_statistics
from customers.figures.statistics import changing_statistics, refresh_monthly_spend

__all__ = [
    "FigureChanges",
    "KeyFigures",
    "changing_statistics",
    "count_customers",
    "differences",
    "key_figures",
    "missing_statistics",
    "rebuild_statistics",
    "refresh_monthly_spend",
    "wrong_sums",
]
