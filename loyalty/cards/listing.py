"""The list of cards: what fits search, tab and kind, and how many cards each tab has."""

from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.translation import pgettext_lazy

from backoffice.core.database.counting import count_each
from backoffice.core.text.formats import Formats
from backoffice.core.text.text import fold
from loyalty.cards.numbers import typed_number
from loyalty.choices import CardKind, CardState
from loyalty.models import Card

VIEWS = {
    "": (pgettext_lazy("cards", "All"), Q()),
    "linked": (pgettext_lazy("cards", "Linked"), Q(state=CardState.ACTIVE, customer__isnull=False)),
    "free": (pgettext_lazy("cards", "Free"), Q(state=CardState.ACTIVE, customer__isnull=True)),
    "blocked": (pgettext_lazy("cards", "Blocked"), Q(state=CardState.BLOCKED)),
}


class CardListState:
    """One address of the list: `q` is a number or a name, `view` a tab, `kind` narrows."""

    def __init__(self, data, *, organisation):
        self.organisation = organisation
        self.query = data.get("q", "").strip()[:100]
        view, kind = data.get("view", ""), data.get("kind", "")
        self.view, self.kind = view if view in VIEWS else "", kind if kind in CardKind.values else ""

    def address(self, **changes) -> str:
        return urlencode({"q": self.query, "view": self.view, "kind": self.kind} | changes)

    @property
    def cards(self) -> QuerySet[Card]:
        """Newest first."""
        return self._of_every_view().filter(VIEWS[self.view][1]).order_by("-pk")

    def tabs(self, formats: Formats) -> list[tuple[str, str, str, str]]:
        """Name, label, query and count of each. One query."""
        conditions = {name: condition for name, (_label, condition) in VIEWS.items()}
        counts, is_capped = count_each(self._of_every_view(), conditions)
        more = "+" if is_capped else ""
        return [
            (name, label, self.address(view=name), formats.number(counts[name]) + more)
            for name, (label, _condition) in VIEWS.items()
        ]

    def _of_every_view(self) -> QuerySet[Card]:
        cards = Card.objects.filter(organisation=self.organisation)
        if self.kind:
            cards = cards.filter(kind=self.kind)
        return cards.filter(_matching(self.query)) if self.query else cards


def _matching(query: str) -> Q:
    if number := typed_number(query):
        return Q(number=number)
    digits = query.replace(" ", "")
    by_name = Q()
    for word in fold(query.replace("\x00", "")).split():
        by_name &= Q(customer__search_text__contains=word)
    is_part = digits.isascii() and digits.isdigit()
    return by_name | Q(number__endswith=digits) if is_part else by_name
