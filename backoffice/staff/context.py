"""What the frame around every page shows: place, appearance, languages."""

from django.utils.functional import cached_property

from backoffice.core.text.formats import formats_for
from backoffice.staff.models import Language, Location, Theme

THEME_COOKIE = "theme"
LANGUAGE_NAMES = {"de": "Deutsch", "es": "Español", "en": "English"}  # each in its own language


class Frame:
    """Lazy: a fragment that htmx asks for shows no frame and costs no query for it."""

    def __init__(self, request):
        self.request = request
        self.user = request.user
        self.languages = LANGUAGE_NAMES

    @property
    def theme(self) -> str:
        """`light`, `dark`, or empty for what the device says."""
        if self.user.is_authenticated:
            return self.user.theme
        cookie = self.request.COOKIES.get(THEME_COOKIE, "")
        return cookie if cookie in Theme.values else ""

    @property
    def next_theme(self) -> str:
        """The one that a press on the appearance entry chooses."""
        return Theme.values[(Theme.values.index(self.theme) + 1) % len(Theme.values)]

    @property
    def theme_label(self) -> str:
        return Theme(self.theme).label

    @property
    def language_label(self) -> str:
        return LANGUAGE_NAMES.get(self.user.language, Language.ENGLISH.label)

    @cached_property
    def _places(self):
        """Locations of every organisation this person works in, in one query."""
        mine = {"organisation__memberships__user": self.user, "organisation__memberships__is_active": True}
        return list(Location.objects.filter(**mine).select_related("organisation").order_by("id"))

    @property
    def locations(self):
        return [place for place in self._places if place.organisation_id == self.request.organisation.pk]

    @property
    def other_organisations(self):
        others = {place.organisation for place in self._places} - {self.request.organisation}
        return sorted(others, key=lambda organisation: organisation.name.casefold())


def scope_of(request) -> dict:
    """What a report is about: the organisation and its day, the place in use (None is all), all places."""
    return {
        "organisation": request.organisation,
        "today": formats_for(request.organisation).today,
        "location": request.location,
        "locations": frame_of(request).locations,
    }


def frame_of(request) -> Frame:
    """The frame of a request, one for view and templates."""
    if not hasattr(request, "frame"):
        request.frame = Frame(request)
    return request.frame


def frame(request):
    """Context processor. Pages without a signed-in person have no place."""
    return {"frame": frame_of(request)}
