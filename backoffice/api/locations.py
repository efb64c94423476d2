"""Which location a body means."""

from functools import cached_property

from backoffice.api.problems import Problem, wrong
from backoffice.core.database.prepared import Prepared
from backoffice.core.text.text import fold_case
from backoffice.staff.models import Location

_locations_of = Prepared(lambda organisation: Location.objects.filter(organisation=organisation))


class KeyLocations:
    """Those that the key of a request may speak of: its own, else all. At most one query."""

    def __init__(self, request):
        self._request = request

    @cached_property
    def all(self) -> list[Location]:
        own = self._request.location
        return [own] if own else _locations_of(organisation=self._request.organisation.pk)

    def named(self, name: str, *, first: bool = False) -> Location:
        """By name; without one the only one there is, or the `first`. Raises Problem."""
        if not name and self.all and (first or len(self.all) == 1):
            return self.all[0]
        for location in self.all:
            if name and fold_case(location.name) == fold_case(name):
                return location
        reason = "This key knows no such location." if name else "Name the location."
        raise Problem(422, errors=[wrong("location", reason, "location")])
