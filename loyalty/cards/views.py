"""`/loyalty/cards/`: the list with its batches, one card with its history, a batch to print."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backoffice.audit.downloads import table_response
from backoffice.audit.models import ExportRun
from backoffice.core.pages.addresses import whole_number
from backoffice.core.text.formats import Formats, formats_for
from loyalty.cards.listing import CardListState
from loyalty.cards.panels import ICONS, card_rows
from loyalty.cards.qr import qr_code
from loyalty.cards.resource import CardResource
from loyalty.choices import CardKind, CardState
from loyalty.models import Card, CardBatch, Programme

PER_PAGE = 50
BATCHES = 12


@require_safe
@permission_required("loyalty.view_card", raise_exception=True)
def card_list(request):
    """Newest first, a page at a time."""
    state, formats = CardListState(request.GET, organisation=request.organisation), _formats(request)
    before = whole_number(request.GET.get("before"), None)
    cards = state.cards if before is None else state.cards.filter(pk__lt=before)
    found = list(cards.select_related("customer__stats", "replaced_by")[: PER_PAGE + 1])
    rows = card_rows(found[:PER_PAGE], formats, _programme(request))
    context = {
        "rows": rows,
        "older": found[PER_PAGE - 1].pk if len(found) > PER_PAGE else 0,
        "is_first": before is None,
        "views": state.tabs(formats),
        "kinds": CardKind.choices,
        "narrowed": state.address(),
        "batches": _batches(request.organisation),
        "q": state.query,
        "view": state.view,
        "kind": state.kind,
    }
    return render(request, "loyalty/cards/list.html", context)


@require_safe
@permission_required("loyalty.manage_cards", raise_exception=True)
def export_cards(request, format: str):
    """The cards of the list as a file, in its order."""
    state = CardListState(request.GET, organisation=request.organisation)
    return table_response(
        request,
        CardResource(),
        state.cards,
        format=format,
        kind=ExportRun.Kind.CARDS,
        name=_("cards-%(day)s"),
        query=state.address(),
    )


def _batches(organisation) -> list[tuple[CardBatch, str, int]]:
    free = Count("cards", filter=Q(cards__state=CardState.ACTIVE, cards__customer__isnull=True))
    batches = CardBatch.objects.filter(organisation=organisation).order_by("-pk")[:BATCHES]
    return [(batch, ICONS[batch.kind], batch.free) for batch in batches.annotate(free=free)]


def _formats(request) -> Formats:
    return formats_for(request.organisation)


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
    row = card_rows([card], _formats(request), _programme(request))[0]
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
