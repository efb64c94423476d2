"""What can be done with the ticked rows of the list, or with every match: asked with the number first."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import View
from django_htmx.http import HttpResponseClientRedirect

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import Formats, formats_for
from backoffice.jobs.progress import Progress
from customers.bulk.forms import BulkForm
from customers.bulk.running import NothingToUndo, start_bulk, undo_bulk
from customers.listing import (
    ListState,
    SelectionUnreadable,
    count_matches,
    read_selection,
    result_text,
    selection_fields,
)
from customers.models import BulkAction, Tag

_Kind = BulkAction.Kind


class BulkView(View):
    """GET asks, POST does it; both name the customers by the address of the list and what is ticked."""

    def dispatch(self, request, *args, kind: str, **kwargs):
        if kind not in _Kind.values:
            raise Http404
        if not request.user.has_perm(_Kind(kind).permission):
            raise PermissionDenied
        self.kind = _Kind(kind)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return self._ask(request, request.GET, BulkForm(kind=self.kind))

    def post(self, request):
        form = BulkForm(request.POST, kind=self.kind)
        if not form.is_valid():
            return self._ask(request, request.POST, form, status=422)
        try:
            state, selected = self._chosen(request, request.POST)
        except SelectionUnreadable as error:
            return _refused(request, error)
        action = BulkAction(
            organisation=request.organisation,
            location=request.location,
            actor=request.user,
            kind=self.kind,
            query=state.address().query(),
            selected=selected,
            tag=form.cleaned_data.get("tag_name", ""),
            purpose=form.cleaned_data.get("purpose", ""),
        )
        found = count_matches(state.customers(selected))
        if not start_bulk(action, count=None if found.is_capped else found.value):
            return redirect(action)
        _tell(request, action)
        return redirect(state.address(reverse("customers:list"))())

    def _chosen(self, request, data) -> tuple[ListState, list[int]]:
        state = ListState(
            data, organisation=request.organisation, location=request.location, language=get_language()[:2]
        )
        if state.errors:
            raise SelectionUnreadable(" ".join(state.errors.values()))
        selected = read_selection(data)
        if not selected and not data.get("all"):  # a file without a selection is whole, a change is not
            raise SelectionUnreadable(_("Select customers first."))
        return state, selected

    def _ask(self, request, data, form, status=200):
        try:
            state, selected = self._chosen(request, data)
        except SelectionUnreadable as error:
            return _refused(request, error)
        hidden = [*state.address().fields(), *selection_fields(data)]
        response = dialog(
            request,
            title=self.kind.label,
            action=reverse("customers:bulk", args=[self.kind]),
            method="post",
            fields="customers/bulk/_fields.html",
            foot="customers/bulk/_foot.html",
            hidden=hidden,
            form=form,
            kind=self.kind.value,
            count=result_text(count_matches(state.customers(selected)), formats_for(request.organisation)),
            tags=Tag.names_of(request.organisation) if "tag_name" in form.fields else [],
        )
        response.status_code = status
        return response


def _refused(request, error: SelectionUnreadable):
    toast(request, str(error), tone="bad")
    address = reverse("customers:list")
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _tell(request, action: BulkAction) -> None:
    action.refresh_from_db()
    text = " ".join(outcome(action, formats_for(request.organisation)))
    undo_url = reverse("customers:bulk-undo", args=[action.pk]) if action.can_be_undone else ""
    toast(request, text, undo_url=undo_url)


def outcome(action: BulkAction, formats: Formats) -> list[str]:
    """What became of it, in a sentence or two."""
    changed, skipped = action.changed_count, action.skipped_count
    text = ngettext("%(number)s customer changed.", "%(number)s customers changed.", changed)
    told = [text % {"number": formats.number(changed)}]
    if skipped:
        text = ngettext("%(number)s has too many tags.", "%(number)s have too many tags.", skipped)
        told.append(text % {"number": formats.number(skipped)})
    return told


def _action(request, pk: int) -> BulkAction:
    """For whoever may do the same again."""
    actions = BulkAction.objects.select_related("job", "actor", "organisation")
    action = get_object_or_404(actions, pk=pk, organisation=request.organisation)
    if not request.user.has_perm(_Kind(action.kind).permission):
        raise PermissionDenied
    return action


@require_safe
def show(request, pk: int):
    """How far it is, what became of it, and its undo."""
    action, formats = _action(request, pk), formats_for(request.organisation)
    context = {
        "action": action,
        "kind": _Kind(action.kind),
        "progress": action.job and Progress(action.job, formats),
        "outcome": outcome(action, formats),
        "at": formats.moment(action.created_at),
    }
    return render(request, "customers/bulk/action.html", context)


@require_POST
def undo(request, pk: int):
    action = _action(request, pk)
    try:
        is_done = undo_bulk(action)
    except NothingToUndo:
        toast(request, _("It cannot be undone, or is undone already."), tone="bad")
        return redirect(next_page(request, reverse("customers:list")))
    if not is_done:
        return redirect(action)
    toast(request, _("Undone."))
    return redirect(next_page(request, reverse("customers:list")))
