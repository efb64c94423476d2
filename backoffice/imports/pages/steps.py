"""The steps before an import that asks for a file and its columns alone: file, columns, check."""

import codecs
from collections.abc import Iterator
from itertools import chain

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backoffice.core.files.downloads import file_response
from backoffice.core.files.exports import CsvDialect
from backoffice.core.files.layouts import CONTENT_TYPES
from backoffice.core.files.refused import TextBuffer
from backoffice.core.pages.bodies import takes_files
from backoffice.imports import runs
from backoffice.imports.mapping import ColumnMapping, earlier_mapping
from backoffice.imports.models import FileImport
from backoffice.imports.pages.base import ImportPages, require_allowed
from backoffice.imports.pages.column_rows import column_row, recognition
from backoffice.imports.pages.forms import ColumnsForm, ReadingForm
from backoffice.imports.pages.phases import CHECK, COLUMNS, FILE, phase_of
from backoffice.imports.profiling import SHOWN_ROWS, FileProfile


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=1000,
        error_messages={"required": _("Choose a file first.")},
    )


class StepPages(ImportPages):
    """Each kind says how its columns are asked for and checked, and which rows stay out.

    `templates` also has `file.html` and `check.html`; `columns_template` is imports/columns.html or extends
    it. `sends` is the right without which no file is let in, `example_names` are by language.
    """

    sends: str
    columns_template = "imports/columns.html"
    example_names: dict[str, str]
    refused_name: object

    def columns_form(self, request, run: FileImport, data) -> ColumnsForm:
        """With `mapping()`, what was chosen."""
        raise NotImplementedError

    def start_check(self, run: FileImport, mapping: ColumnMapping, *, actor) -> None:
        """Raises ValidationError when something is missing."""
        raise NotImplementedError

    def example_file(self, format: str, language: str, organisation) -> Iterator[bytes]:
        raise NotImplementedError

    def refused_lines(self, run: FileImport, file, *, delimiter: str) -> Iterator[None]:
        """Write the rows that stay out to a text file, as the iterator goes on."""
        raise NotImplementedError

    def words(self, request) -> dict:
        """What the templates of this kind show besides."""
        return {}

    def urls(self) -> list[URLPattern]:
        asks = require_http_methods(["GET", "HEAD", "POST"])
        pages = [
            ("example.<str:format>", self.example, "example", require_safe),
            ("<int:pk>/columns/", self.map_columns, "columns", asks),
            ("<int:pk>/reading/", self.read_otherwise, "read", require_POST),
            ("<int:pk>/check/", self.check, "check", require_safe),
            ("<int:pk>/refused.csv", self.refused, "refused", require_safe),
            ("<int:pk>/start/", self.start, "start", require_POST),
        ]
        choose = takes_files("TABLE_MAX_BYTES", self.sends)(asks(self.guard(self.choose)))
        return [
            path("", choose, name=self.named()),
            *(
                path(route, how(self.guard(page)), name=self.named(f"-{name}"))
                for route, page, name, how in pages
            ),
            *super().urls(),
        ]

    # ---- File -------------------------------------------------------------------------------------

    def choose(self, request):
        """Ask for a file; with POST keep it and have it read."""
        if request.method != "POST":
            return self._file_page(request, FileForm())
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                run = runs.start_upload(
                    self.model,
                    organisation=request.organisation,
                    actor=request.user,
                    upload=form.cleaned_data["file"],
                )
                return redirect(self.place_of(run))
            except ValidationError as error:
                form.add_error("file", error)
        return self._file_page(request, form, status=422)

    def _file_page(self, request, form: FileForm, *, status: int = 200):
        found = self.model.objects.filter(organisation=request.organisation).select_related("job")
        context = {
            "form": form,
            "recent": [(run, phase_of(run)) for run in found.order_by("-pk")[:3]],
            "max_megabytes": settings.TABLE_MAX_BYTES // 1024**2,
            **self.words(request),
        }
        return self.render(request, f"{self.templates}/file.html", FILE, context, status=status)

    def example(self, request, format: str):
        """A file to fill in, in the reader's language, with rows that show what is meant."""
        if format not in CONTENT_TYPES:
            raise Http404
        language = get_language()[:2]
        name = self.example_names.get(language, self.example_names["en"])
        return file_response(self.example_file(format, language, request.organisation), name, format)

    # ---- Columns ----------------------------------------------------------------------------------

    def map_columns(self, request, pk: int):
        """Show and take the mapping; a POST by htmx only shows what follows from the choices so far."""
        run = self.seen_run(request, pk)
        require_allowed(run, "columns")
        form = self.columns_form(request, run, request.POST if request.method == "POST" else None)
        if request.method != "POST":
            return self._columns_page(request, run, form)
        if request.htmx:
            return self._columns_page(request, run, form, template="imports/_columns_region.html")
        if form.is_valid():
            try:
                self.start_check(run, form.mapping(), actor=request.user)
                return redirect(self.place_of(self.run(request, pk)))
            except ValidationError as error:
                form.add_error(None, error)
        return self._columns_page(request, run, form, status=422)

    def read_otherwise(self, request, pk: int):
        """Read the file anew with another encoding, separator, header or sheet; the mapping begins anew."""
        run = self.seen_run(request, pk)
        require_allowed(run, "read")
        reading = ReadingForm(request.POST, profile=FileProfile.from_json(run.profile), kind=run.kind)
        if not reading.is_valid():
            form = self.columns_form(request, run, None)
            return self._columns_page(request, run, form, reading=reading, status=422)
        runs.read_again(run, reading.options, actor=request.user)
        return redirect(self.place_of(self.run(request, pk)))

    def _columns_page(self, request, run, form: ColumnsForm, *, reading=None, template="", status=200):
        profile = form.profile
        known = (earlier_mapping(run, profile.headers) or {}).get("columns", {})
        rows = [
            column_row(form, place, header, recognition(form, place, header, is_remembered=header in known))
            for place, header in enumerate(profile.headers)
        ]
        context = {
            "run": run,
            "form": form,
            "reading": reading or ReadingForm(None, profile=profile, kind=run.kind),
            "rows": rows,
            "taken": sum(bool(name) for name in form.columns.values()),
            **ReadingForm.facts(profile),
        }
        template = template or self.columns_template
        response = self.render(request, template, COLUMNS, context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    # ---- Check ------------------------------------------------------------------------------------

    def check(self, request, pk: int):
        """Figures of a checked import, the first rows that stay out."""
        run = self.run(request, pk)
        place = self.place_of(run)
        if place != request.path:
            return redirect(place)
        context = {"run": run, "view": self.view(request, run), "shown": SHOWN_ROWS, **self.words(request)}
        return self.render(request, f"{self.templates}/check.html", CHECK, context)

    def start(self, request, pk: int):
        """Take the checked rows in."""
        run = self.seen_run(request, pk)
        require_allowed(run, "start")
        obstacle = self.view(request, run).obstacle
        if obstacle:
            raise ValidationError(obstacle)
        runs.start_import(run, actor=request.user)
        return redirect(run.pages["run"])

    def refused(self, request, pk: int):
        """The rows that stay out, with the reason, to be put right and imported again."""
        run = self.run(request, pk)
        if not run.profile.get("headers"):
            raise ValidationError(_("The rows of this import are deleted: it can no longer be undone."))
        buffer = TextBuffer()
        parts = self.refused_lines(run, buffer, delimiter=CsvDialect.of(get_language()[:2]).delimiter)
        run.log("refused_downloaded", request.user)
        chunks = chain([codecs.BOM_UTF8], (buffer.take() for _part in parts))
        return file_response(chunks, self.refused_name % {"number": run.pk}, "csv")
