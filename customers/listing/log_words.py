"""Filters of the list as people read them, long after: for the log of exports."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backoffice.core.pages.addresses import whole_number
from backoffice.core.text.formats import Formats, formats_for
from backoffice.staff.models import Location
from customers.listing.filters import IMPORT, STATUS
from customers.listing.page import filter_words as words_of_filters
from customers.listing.state import ListState
from customers.models import ImportRun, Tag


def filter_words(addresses: list, organisation) -> list[list[tuple[str, str]]]:
    """What each address of the list (a QueryDict) narrows it to, as (label, value). Three queries for any
    number of them."""
    imports = [address.get(IMPORT, "") for address in addresses]
    numbers = [number for text in imports if (number := whole_number(text, None)) is not None]
    runs = ImportRun.objects.filter(organisation=organisation, pk__in=numbers)
    files = dict(runs.values_list("pk", "filename"))
    choices = {
        "tags": list(Tag.objects.filter(organisation=organisation)),
        "locations": list(Location.objects.filter(organisation=organisation)),
        "language": get_language()[:2],
    }
    formats = formats_for(organisation)
    words = []
    for address, text in zip(addresses, imports, strict=True):
        known = address.copy()
        known.pop(IMPORT, None)  # its file is named also when its customers are no longer known
        words.append(_words(ListState(known, organisation=organisation, **choices), formats))
        if text:
            words[-1].append((_("Import"), files.get(whole_number(text), text)))
    return words


def customer_words(addresses: list, organisation) -> list[list[tuple[str, str]]]:
    """Whose orders a file holds, by the number that the profile shows."""
    return [[(_("Customer"), f"K-{address.get('customer', '')}")] for address in addresses]


def _words(state: ListState, formats: Formats) -> list[tuple[str, str]]:
    words = [(label, value) for _name, label, value in words_of_filters(state, formats)]
    if state.query:
        words.insert(0, (_("Search"), state.query))
    if state.status != "active":
        words.append((_("Status"), str(dict(STATUS)[state.status])))
    if number := whole_number(state.data.get("selected"), 0):
        words.append((_("Selected"), formats.number(number)))
    # a tag or a place that is gone still says what the file was narrowed to
    form = state.filterset.form if state.errors else None
    for name in state.errors:
        if form and name in form.fields:
            words.append((str(form.fields[name].label), ", ".join(state.data.getlist(name))))
    return words
