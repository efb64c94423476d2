"""`/settings/sources/`: where orders come from by themselves, and whether they do."""

from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django.views.generic import CreateView, ListView, UpdateView

from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.forms import OneLineField
from backoffice.core.pages.toasts import toast
from backoffice.imports import runs
from backoffice.imports.pages.phases import CHECKED, STOPPED, UNCHECKED, UNREAD, phase_of
from customers.choices import Source
from orders.importing import is_clear
from orders.models import OrderImport, ConnectedSource
from orders.sources.folders import remove_folder, save_folder

RIGHT = "orders.manage_source"


@dataclass(frozen=True)
class FolderState:
    word: object
    icon: str
    tone: str


OFF = FolderState(gettext_lazy("Off"), "minus-circle", "neutral")
BROKEN = FolderState(gettext_lazy("Fault"), "x-circle", "bad")
NEEDS_SOMEBODY = FolderState(gettext_lazy("Needs you"), "warn", "warn")
EMPTY = FolderState(gettext_lazy("Waits for its first file"), "clock", "neutral")
FINE = FolderState(gettext_lazy("In order"), "check-circle", "ok")


@dataclass(frozen=True)
class FolderRow:
    """A folder and the file from it that waits for somebody, else the last one, None before the first."""

    folder: ConnectedSource
    last: OrderImport | None

    @property
    def state(self) -> FolderState:
        if not self.folder.is_on:
            return OFF
        if self.folder.problem:
            return BROKEN
        if self.last is None:
            return EMPTY
        return NEEDS_SOMEBODY if _waits(self.last) or phase_of(self.last) is STOPPED else FINE


def _waits(run: OrderImport) -> bool:
    phase = phase_of(run)
    return phase in (UNREAD, CHECKED) or (phase is UNCHECKED and not is_clear(run))


class FolderForm(forms.ModelForm):
    class Meta:
        model = ConnectedSource
        fields = ["name", "source", "location", "is_on"]
        field_classes = {"name": OneLineField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        locations = self.instance.organisation.locations.order_by("pk")
        self.fields["source"].choices = Source.choices
        self.fields["location"].queryset = locations
        self.fields["location"].empty_label = None
        self.fields["location"].initial = locations.first()
        if not self.instance.pk:
            del self.fields["is_on"]


class _FolderPage(PermissionRequiredMixin):
    permission_required = RIGHT

    def get_queryset(self):
        folders = ConnectedSource.objects.filter(organisation=self.request.organisation)
        return folders.select_related("organisation").order_by("pk")


class FolderListView(_FolderPage, ListView):
    template_name = "orders/sources/list.html"

    def get_context_data(self, **kwargs):
        folders = [*self.object_list.annotate(last=Max("imports"))]
        shown = Q(pk__in=[one.last for one in folders]) | Q(folder__in=folders, state__in=OrderImport.WAITING)
        files = {}  # by folder: the last one, unless an older one waits
        for run in OrderImport.objects.filter(shown).select_related("job", "actor").order_by("-pk"):
            if run.folder_id not in files or _waits(run):
                files[run.folder_id] = run
        rows = [FolderRow(one, (run := files.get(one.pk)) and runs.settle(run)) for one in folders]
        return super().get_context_data(**kwargs, rows=rows)


class _FolderFormPage(_FolderPage):
    form_class = FolderForm
    template_name = "orders/sources/form.html"
    success_url = reverse_lazy("orders:sources")

    def form_valid(self, form):
        try:
            save_folder(form.instance, actor=self.request.user, changed=form.changed_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        toast(self.request, _("%(name)s is saved.") % {"name": form.instance.name})
        return redirect(self.success_url)


class FolderCreateView(_FolderFormPage, CreateView):
    """Connect a till or shop that writes files."""

    def get_form_kwargs(self):
        blank = ConnectedSource(organisation=self.request.organisation)
        return {**super().get_form_kwargs(), "instance": blank}


class FolderUpdateView(_FolderFormPage, UpdateView):
    """Rename a folder, say what its orders are, switch it off; its path stays."""


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(RIGHT, raise_exception=True)
def remove(request, pk: int):
    """Ask, then look into the folder no more."""
    folder = get_object_or_404(ConnectedSource, organisation=request.organisation, pk=pk)
    if request.method != "POST":
        return dialog(
            request,
            title=_("Remove this source?"),
            action=request.path,
            method="post",
            fields="orders/sources/_remove_text.html",
            foot="orders/sources/_remove_foot.html",
            folder=folder,
        )
    remove_folder(folder, actor=request.user)
    toast(request, _("%(name)s is removed. Its orders stay.") % {"name": folder.name})
    return redirect("orders:sources")
