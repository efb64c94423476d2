"""What people do with cards: one rule behind each form or button."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from customers.access import get_customer
from loyalty.cards import cards
from loyalty.cards.finding import find_card
from loyalty.cards.forms import AddCardForm, BalanceForm, BatchForm, CustomerForm, NumberForm
from loyalty.cards.views import get_card

form_page = require_http_methods(["GET", "HEAD", "POST"])
LINK, MANAGE = "loyalty.link_card", "loyalty.manage_cards"


def _sent(request):
    return request.POST if request.method == "POST" else None


def _succeeds(form, rule, **values):
    """What the rule returns for a form that is right, None when one of them refuses: the form says why."""
    if not form.is_valid():
        return None
    try:
        return rule(**form.cleaned_data, **values)
    except ValidationError as error:
        named = error if hasattr(error, "error_dict") else ValidationError({next(iter(form.fields)): error})
        form.add_error(None, named)
        return None


@form_page
@permission_required(LINK, raise_exception=True)
def add(request):
    """Take in a card that exists already."""
    form = AddCardForm(_sent(request))
    card = _succeeds(form, cards.add_card, organisation=request.organisation, actor=request.user)
    if card:
        toast(request, _("Card %(number)s is added.") % {"number": card.spaced})
        return redirect("loyalty:card", card.pk)
    return render(request, "loyalty/cards/form.html", {"form": form, "title": _("Add a card")})


@form_page
@permission_required(MANAGE, raise_exception=True)
def add_batch(request):
    """Make many cards at once, to print."""
    form = BatchForm(_sent(request))
    batch = _succeeds(form, cards.make_batch, organisation=request.organisation, actor=request.user)
    if batch:
        return redirect("loyalty:card-sheet", batch.pk)
    return render(
        request, "loyalty/cards/form.html", {"form": form, "title": _("Make cards"), "is_batch": True}
    )


@form_page
@permission_required(LINK, raise_exception=True)
def link(request, pk: int):
    """Say whose a card is."""
    card = get_card(request, pk)
    form = CustomerForm(_sent(request), organisation=request.organisation)
    if _succeeds(form, cards.link_card, card=card, actor=request.user):
        toast(request, _("The card is linked."))
        return redirect("loyalty:card", card.pk)
    return _ask(request, form, card, title=_("Link card"), button=_("Link card"))


@form_page
@permission_required(LINK, raise_exception=True)
def link_to(request, pk: int):
    """Give a customer the card that is typed or scanned."""
    customer = get_customer(request, pk)
    back = f"{reverse('customers:profile', args=[customer.pk])}?tab=points"

    def link_number(number):
        card = find_card(request.organisation, number)
        if card is None:
            raise ValidationError(_("There is no card with this number. Add it first under Loyalty cards."))
        return cards.link_card(card, customer=customer, actor=request.user)

    form = NumberForm(_sent(request))
    if _succeeds(form, link_number):
        toast(request, _("The card is linked."))
        return redirect(back)
    context = {"form": form, "title": _("Link card"), "button": _("Link card")}
    return _dialog(request, context, back=back, back_label=customer.name)


@form_page
@permission_required(LINK, raise_exception=True)
def replace(request, pk: int):
    """Put another card in the place of this one."""
    card, form = get_card(request, pk), NumberForm(_sent(request))
    other = _succeeds(form, cards.replace_card, card=card, actor=request.user)
    if other:
        toast(request, _("The card is replaced. Its history stays."))
        return redirect("loyalty:card", other.pk)
    return _ask(request, form, card, title=_("Replace card"), button=_("Replace card"))


@form_page
@permission_required(MANAGE, raise_exception=True)
def balance(request, pk: int):
    """Write down what the till says a gift card holds."""
    card = get_card(request, pk)
    form = BalanceForm(_sent(request), currency=request.organisation.currency)
    if _succeeds(form, cards.report_balance, card=card, actor=request.user):
        toast(request, _("The balance is written down."))
        return redirect("loyalty:card", card.pk)
    return _ask(request, form, card, title=_("Balance at the till"), button=_("Save"))


def _ask(request, form, card, **context):
    back = reverse("loyalty:card", args=[card.pk])
    return _dialog(request, {"form": form, **context}, back=back, back_label=card.spaced)


def _dialog(request, context: dict, **places):
    return dialog(
        request,
        action=request.path,
        method="post",
        fields="loyalty/cards/_fields.html",
        foot="loyalty/cards/_foot.html",
        **context,
        **places,
    )


def _button(right: str, rule, words: str, **options):
    """A view for one button: the rule, then a line that says what happened."""

    @require_POST
    @permission_required(right, raise_exception=True)
    def view(request, pk: int):
        card = get_card(request, pk)
        try:
            rule(card, actor=request.user, **options)
            toast(request, _(words))
        except ValidationError as error:
            toast(request, " ".join(error.messages), tone="bad")
        return redirect(next_page(request, reverse("loyalty:card", args=[card.pk])))

    return view


unlink = _button(LINK, cards.unlink_card, gettext_noop("The card is unlinked."))
block = _button(MANAGE, cards.block_card, gettext_noop("The card is blocked."), is_blocked=True)
unblock = _button(MANAGE, cards.block_card, gettext_noop("The card can be used again."), is_blocked=False)
give_free = _button(LINK, cards.give_free_one, gettext_noop("One free is given."))
