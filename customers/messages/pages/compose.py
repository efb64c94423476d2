"""A message to many is written: kind, who gets it and who is left out, text, preview, confirmation."""

from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backoffice.core.pages.addresses import whole_number
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.lists import Address
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from customers.choices import LeftOut, MessageKind, MessageState
from customers.listing import STATE_PARAMETERS
from customers.messages.audience import Reach, customers_of, left_out_for, state_of
from customers.messages.eligibility import reached_by, rule_for
from customers.messages.forms import ComposeForm
from customers.messages.pages.base import field_buttons, for_writers, message_or_404
from customers.messages.previewing import preview, readers
from customers.messages.writing import NobodyReached, save_draft, start_message
from customers.models import Message, MessageTemplate

MOST_LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def new(request):
    """GET: the query string is that of the customer list. POST: `do` is preview, draft or send."""
    initial = {"audience": _audience(request)}
    texts = None
    if template := _template(request):
        initial["kind"], texts = template.kind, template.texts
    return _answer(request, initial=initial, texts=texts)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def edit(request, pk: int):
    """A draft goes on; what was started has a page of its own."""
    message = message_or_404(request, pk)
    if message.state != MessageState.DRAFT:
        return redirect("messages:campaign", pk)
    initial = {"key": message.key, "kind": message.kind, "audience": message.audience}
    texts = message.texts
    if template := _template(request):
        initial["kind"], texts = template.kind, template.texts
    if request.GET.get("status"):  # other customers were chosen
        initial["audience"] = _audience(request)
    return _answer(request, message=message, initial=initial, texts=texts)


def _audience(request) -> str:
    """The query string as the list has it, with the place that is chosen in the sidebar."""
    names = [name for name in STATE_PARAMETERS if name not in ("sort", "size")]
    address = Address("", request.GET, names)
    if request.location and not request.GET.get("location"):
        return address.query(location=request.location.pk)
    return address.query()


def _template(request) -> MessageTemplate | None:
    pk = whole_number(request.GET.get("template"), None)
    if pk is None:
        return None
    return MessageTemplate.objects.filter(organisation=request.organisation, pk=pk).first()


def _answer(request, *, initial: dict, texts: dict | None, message: Message | None = None):
    main = request.organisation.language
    form = ComposeForm(request.POST or None, main=main, initial=initial, texts=texts)
    if request.method != "POST":
        return _page(request, form, message)
    do = request.POST.get("do")
    if not form.is_valid():
        return _page(request, form, message, status=200 if do == "preview" else 422)
    if do not in ("draft", "send"):
        return _page(request, form, message)
    draft = save_draft(
        request.organisation,
        key=form.cleaned_data["key"],
        kind=form.cleaned_data["kind"],
        audience=form.cleaned_data["audience"],
        texts=form.texts,
        actor=request.user,
    )
    if do == "send":
        return _ask(request, draft) if request.htmx else redirect("messages:send", draft.pk)
    toast(request, _("The draft is saved."))
    return redirect("messages:edit", draft.pk)


def _page(request, form: ComposeForm, message: Message | None, *, status: int = 200):
    organisation, formats = request.organisation, formats_for(request.organisation)
    values = getattr(form, "cleaned_data", None)
    kind = (values or form.initial).get("kind", MessageKind.PROMOTIONAL)
    audience = (values or form.initial).get("audience", "")
    texts = form.texts if values is not None else _initial_texts(form)
    state = state_of(organisation, audience, get_language()[:2])
    chips, fields = state.shown_filters(formats)
    rule, customers = rule_for(kind), customers_of(organisation, audience)
    sketch = Message(organisation=organisation, kind=kind, texts=texts)
    offered = readers(reached_by(customers, rule))
    chosen = _chosen(request, offered)
    context = {
        "form": form,
        "message": message,
        "reach": Reach(customers, rule),
        "audience": audience,
        "audience_fields": parse_qsl(audience),
        "kind": kind,
        "chips": chips,
        "query": state.query,
        "faults": list(state.errors.values()),
        "filter_fields": fields,
        "field_labels": field_buttons(),
        "templates": MessageTemplate.objects.filter(organisation=organisation).order_by("name"),
        "readers": offered,
        "preview": preview(sketch, chosen) if chosen else None,
    }
    response = render(request, "customers/messages/compose.html", context, status=status)
    if status == 422 and request.htmx:  # the button asked for a dialog, and gets its form back
        response["HX-Retarget"], response["HX-Reselect"] = "#compose", "#compose"
        response["HX-Reswap"] = "outerHTML"
    return response


def _initial_texts(form: ComposeForm) -> dict:
    return {
        code: {"subject": subject.value() or "", "body": body.value() or ""}
        for code, _name, subject, body, is_filled in form.by_language
        if is_filled
    }


def _chosen(request, offered: list):
    wanted = whole_number(request.POST.get("as"), None)
    for customer in offered:
        customer.organisation = request.organisation
    return next((one for one in offered if one.pk == wanted), offered[0] if offered else None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def send(request, pk: int):
    """Ask, then freeze who gets it and begin."""
    message = message_or_404(request, pk)
    if message.state != MessageState.DRAFT:
        return redirect("messages:campaign", pk)
    if request.method != "POST":
        return _ask(request, message)
    try:
        start_message(message, actor=request.user)
    except NobodyReached:
        toast(request, _("Nobody would get this message: nothing was sent."), tone="bad")
        return redirect("messages:edit", pk)
    toast(request, _("The message is being sent."))
    return redirect("messages:campaign", pk)


def _ask(request, message: Message) -> HttpResponse:
    customers = customers_of(request.organisation, message.audience)
    return dialog(
        request,
        title=_("Send this message?"),
        action=reverse("messages:send", args=[message.pk]),
        method="post",
        fields="customers/messages/_send_text.html",
        foot="customers/messages/_send_foot.html",
        message=message,
        reach=Reach(customers, rule_for(message.kind)),
        back=reverse("messages:edit", args=[message.pk]),
        back_label=message.title,
    )


@require_safe
@for_writers
def left_out(request):
    """Whom a message of this kind to this list would leave out for one reason, the first of them."""
    reason = request.GET.get("reason", "")
    kind = request.GET.get("kind", "")
    reason = LeftOut(reason) if reason in LeftOut.values else LeftOut.NO_CONSENT
    kind = kind if kind in MessageKind.values else MessageKind.PROMOTIONAL
    audience = _audience(request)
    found = left_out_for(customers_of(request.organisation, audience), rule_for(kind), reason)
    rows = list(found.order_by("-pk")[: MOST_LISTED + 1])
    context = {
        "customers": rows[:MOST_LISTED],
        "has_more": len(rows) > MOST_LISTED,
        "reason": reason.label,
        "back": f"{reverse('messages:new')}?{audience}",
        "most": MOST_LISTED,
    }
    return render(request, "customers/messages/left_out.html", context)
