"""What is ticked in the list, as an address or a form says it."""

from django.utils.translation import gettext as _

from backoffice.core.pages.addresses import whole_number


class SelectionUnreadable(Exception):
    """Nobody can be meant; the reason is a sentence."""


def read_selection(data) -> list[int]:
    """The ids that are ticked; none means every match. Raises SelectionUnreadable."""
    if data.get("all"):
        return []
    selected = [whole_number(text, None) for text in data.getlist("selected")]
    if None in selected:
        raise SelectionUnreadable(_("The selection could not be read. Select the rows again."))
    return selected


def selection_fields(data) -> list[tuple[str, str]]:
    """The same as fields of a form."""
    return [(name, value) for name in ("selected", "all") for value in data.getlist(name)]
