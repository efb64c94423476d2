"""When a location takes customers: hours by weekday, closed days, and why a moment lies outside them."""

from backoffice.staff.opening_hours.changes import add_closed_days, remove_closed_days, set_hours
from backoffice.staff.opening_hours.openings import Closure, Openings, openings_of

__all__ = ["Closure", "Openings", "add_closed_days", "openings_of", "remove_closed_days", "set_hours"]
