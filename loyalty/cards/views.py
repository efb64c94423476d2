"""`/loyalty/cards/`: the list with its batches, one card with its history, a batch to print."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from backoffice.core.pages.addresses import whole_number
from backoffice.core.text.formats import formats_for
from backoffice.core.text.text import fold
from loyalty.cards.numbers import typed_number
from loyalty.cards.panels import ICONS, card_rows
from loyalty.cards.qr import qr_code
from loyalty.choices import CardKind, CardState
from loyalty.models import Card, CardBatch, Programme

PER_PAGE = 50
BATCHES = 12
VIEWS = {
    "": (pgettext_lazy("cards", "All"), Q()),
    "linked": (pgettext_lazy("cards", "Linked"), Q(state=CardState.ACTIVE, customer__isnull=False)),
    "free": (pgettext_lazy("cards", "Free"), Q(state=CardState.ACTIVE, customer__isnull=True)),
    "blocked": (pgettext_lazy("cards", "Blocked"), Q(state=CardState.BLOCKED)),
}


@require_safe
@permission_required("loyalty.view_card", raise_exception=True)
def card_list(request):
    """Newest first, a page at a time; `q` is a number or a name, `view` and `kind` narrow it."""
    query, view = request.GET.get("q", "").strip()[:100], request.GET.get("view", "")
    kind, before = request.GET.get("kind", ""), whole_number(request.GET.get("before"), None)
    view, kind = view if view in VIEWS else "", kind if kind in CardKind.values else ""
    cards = Card.objects.filter(VIEWS[view][1], organisation=request.organisation)
    if kind:
        cards = cards.filter(kind=kind)
    if query:
        cards = cards.filter(_matching(query))
    if before is not None:
        cards = cards.filter(pk__lt=before)
    found = list(cards.select_related("customer__stats", "replaced_by").order_by("-pk")[: PER_PAGE + 1])
    state = {"q": query, "view": view, "kind": kind}
    context = {
        "rows": card_rows(found[:PER_PAGE], formats_for(request.organisation), _programme(request)),
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "is_first": before is None,
        "views": [(name, label, urlencode(state | {"view": name})) for name, (label, _q) in VIEWS.items()],
        "kinds": CardKind.choices,
        "narrowed": urlencode(state),
        "batches": _batches(request.organisation),
        **state,
    }
    return render(request, "loyalty/cards/list.html", context)


def _matching(query: str) -> Q:
    if number := typed_number(query):
        return Q(number=number)
    digits = query.replace(" ", "")
    by_name = Q()
    for word in fold(query.replace("\x00", "")).split():
        by_name &= Q(customer__search_text__contains=word)
    is_part = digits.isascii() and digits.isdigit()
    return by_name | Q(number__endswith=digits) if is_part else by_name


def _batches(organisation) -> list[tuple[CardBatch, str, int]]:
    free = Count("cards", filter=Q(cards__state=CardState.ACTIVE, cards__customer__isnull=True))
    batches = CardBatch.objects.filter(organisation=organisation).order_by("-pk")[:BATCHES]
    return [(batch, ICONS[batch.kind], batch.free) for batch in batches.annotate(free=free)]


def _programme(request) -> Programme:
    stored = Programme.objects.filter(organisation=request.organisation).first()
    return stored or Programme(organisation=request.organisation)


def get_card(request, pk: int) -> Card:
    """The card of the request's organisation, or 404 (TRUST I12)."""
    cards = Card.objects.select_related("customer__stats", "replaced_by", "batch", "organisation")
    return get_object_or_404(cards, organisation=request.organisation, pk=pk)


@require_safe
@permission_required("loyalty.view_card", raise_exception=True)
def show_card(request, pk: int):
    """One card, what can be done with it, and all that happened to it."""
    card = get_card(request, pk)
    events = card.events.select_related("customer", "other", "actor").order_by("-pk")[:200]
    row = card_rows([card], formats_for(request.organisation), _programme(request))[0]
    context = {"card": card, "row": row, "events": events, "qr": qr_code(card.number)}
    return render(request, "loyalty/cards/card.html", context)


@require_safe
@permission_required("loyalty.view_card", raise_exception=True)
def batch_sheet(request, pk: int):
    """The cards of a batch with their QR codes, to print and cut."""
    batch = get_object_or_404(CardBatch, organisation=request.organisation, pk=pk)
    cards = [(card, qr_code(card.number)) for card in batch.cards.order_by("pk")]
    title = _("%(name)s: QR sheet") % {"name": batch.name}
    return render(request, "loyalty/cards/sheet.html", {"batch": batch, "cards": cards, "title": title})
