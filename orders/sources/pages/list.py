"""`/settings/sources/`: where orders come from by themselves, and whether they do."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import CreateView, ListView, TemplateView, UpdateView

from backoffice.core.pages.toasts import toast
from orders.choices import SourceKind
from orders.models import ConnectedSource
from orders.sources.connecting import save_source
from orders.sources.formats import VENDORS
from orders.sources.pages.base import SourcesPage
from orders.sources.pages.forms import SourceForm
from orders.sources.pages.health import rows_of, troubles_of
from orders.sources.words import FAULTS, GUIDES, sentence_of


class SourceListView(SourcesPage, ListView):
    template_name = "orders/sources/list.html"

    def get_context_data(self, **kwargs):
        now = timezone.now()
        rows = rows_of(self.object_list, now=now)
        return super().get_context_data(
            **kwargs,
            rows=rows,
            now=now,
            silent=[row for row in rows if row.is_silent],
            troubles=[_shown(trouble) for trouble in troubles_of(self.object_list)],
        )


def _shown(trouble) -> dict:
    fault = FAULTS.get(trouble.code, FAULTS["fault"])
    text = sentence_of(trouble.code, trouble.example.detail).partition(". ")[2]
    return {"trouble": trouble, "fault": fault, "text": text}


class SourceKindsView(SourcesPage, TemplateView):
    """What can be connected."""

    template_name = "orders/sources/kinds.html"

    def get_context_data(self, **kwargs):
        kinds = [(kind, SourceKind(kind).label, GUIDES[kind].text) for kind in VENDORS]
        return super().get_context_data(**kwargs, kinds=kinds)


class _SourceFormPage(SourcesPage):
    form_class = SourceForm
    template_name = "orders/sources/form.html"
    success_url = reverse_lazy("orders:sources")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        source = context["form"].instance
        return context | {"guide": GUIDES.get(source.kind), "source": source}

    def form_valid(self, form):
        is_new = form.instance.pk is None
        try:
            source = save_source(form.save(), actor=self.request.user, changed=form.changed_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        toast(self.request, _("%(name)s is saved.") % {"name": source.name})
        if is_new and source.hook_key:  # its address has to be entered at the sender now
            return redirect("orders:source-edit", source.pk)
        return redirect(self.success_url)


class SourceCreateView(_SourceFormPage, CreateView):
    """Connect a folder, or a shop or till of a vendor."""

    def get_form_kwargs(self):
        kind = self.kwargs["kind"]
        if kind != SourceKind.FOLDER and kind not in VENDORS:
            raise Http404
        blank = ConnectedSource(organisation=self.request.organisation, kind=kind)
        return {**super().get_form_kwargs(), "instance": blank}


class SourceUpdateView(_SourceFormPage, UpdateView):
    """Rename a source, say what its orders are, change its secrets; its address and its path stay."""
