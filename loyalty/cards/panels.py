"""Cards as people see them: in the list, on their own page, on the profile of their customer."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from backoffice.core.text.formats import Formats
from customers.extensions import Panel
from customers.models import Customer
from loyalty.choices import CardKind, CardState
from loyalty.models import Card, Programme

ICONS = {CardKind.POINTS: "star", CardKind.GIFT: "gift", CardKind.PUNCH: "punch", CardKind.ID: "badge"}
_STATES = {
    "linked": (pgettext_lazy("card", "linked"), "ok", "check"),
    "free": (pgettext_lazy("card", "free"), "neutral", "minus-circle"),
    CardState.BLOCKED: (CardState.BLOCKED.label, "bad", "lock"),
    CardState.REPLACED: (CardState.REPLACED.label, "neutral", "x"),
}


@dataclass(frozen=True)
class CardRow:
    """A card as text. `share` (0–100) is the bar of a punch card, None without one."""

    card: Card
    kind: str
    icon: str
    balance: str
    remark: str
    share: int | None
    state: str
    tone: str
    state_icon: str


def card_rows(cards: Iterable[Card], formats: Formats, programme: Programme) -> list[CardRow]:
    """Cards with their customers and statistics read before. No query."""
    return [_row(card, formats, programme) for card in cards]


def _row(card: Card, formats: Formats, programme: Programme) -> CardRow:
    state, tone, icon = _STATES[_state_of(card)]
    balance, remark, share = _BALANCES[card.kind](card, formats, programme)
    if card.replaced_by_id:
        remark = _("replaced by … %(number)s") % {"number": card.replaced_by.number[-4:]}
    return CardRow(
        card, str(CardKind(card.kind).label), ICONS[card.kind], balance, remark, share, str(state), tone, icon
    )


def _state_of(card: Card) -> str:
    if card.state != CardState.ACTIVE:
        return card.state
    return "linked" if card.customer_id else "free"


def _points(card: Card, formats: Formats, programme: Programme) -> tuple[str, str, int | None]:
    if card.customer_id is None or card.replaced_by_id:
        return "", "", None
    points = card.customer.stats.points
    words = ngettext("%(points)s point", "%(points)s points", points) % {"points": formats.number(points)}
    worth = formats.money(points * programme.point_value_cents)
    return words, _("worth %(amount)s") % {"amount": worth}, None


def _gift(card: Card, formats: Formats, programme: Programme) -> tuple[str, str, int | None]:
    if card.reported_at is None:
        return "", _("not reported by the till yet"), None
    day = formats.moment(card.reported_at)
    return formats.money(card.reported_balance_cents), _("as the till reported, %(day)s") % {"day": day}, None


def _punch(card: Card, formats: Formats, programme: Programme) -> tuple[str, str, int | None]:
    free = card.free_left
    remark = ngettext("%(count)s free one", "%(count)s free ones", free) % {"count": free} if free else ""
    words = {"stamps": card.stamps_now, "needed": card.stamps_needed}
    share = 100 * card.stamps_now // card.stamps_needed
    return _("%(stamps)s of %(needed)s stamps") % words, remark, share


def _id(card: Card, formats: Formats, programme: Programme) -> tuple[str, str, int | None]:
    return "", pgettext("card", "without balance"), None


_BALANCES = {CardKind.POINTS: _points, CardKind.GIFT: _gift, CardKind.PUNCH: _punch, CardKind.ID: _id}


def cards_panel(customer: Customer, formats: Formats) -> Panel:
    """The cards of a customer, the newest first, and a field for another. Two queries at most."""
    cards = list(Card.objects.filter(customer=customer).select_related("replaced_by").order_by("-pk")[:20])
    programme = Programme(organisation=customer.organisation)
    if cards:
        programme = Programme.objects.filter(organisation=customer.organisation).first() or programme
    for card in cards:
        card.customer = customer
    rows = card_rows(cards, formats, programme)
    return Panel("loyalty/cards/_panel.html", {"rows": rows, "customer": customer})
