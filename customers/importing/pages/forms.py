"""The form of step 1: the file, or pasted e-mails, and how its consents are known."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import has_control_characters
from backoffice.imports.runs import check_size
from customers.importing.kept import KeptFile
from customers.importing.mapping import ConsentBasis

EARLIEST_CONSENT = date(1990, 1, 1)
MAX_PASTE = 2_000_000
_EXAMPLE = _("anna@example.org, Ben Basil <ben@example.org>")
UPLOAD, PASTE = "file", "text"


class ConsentBasisForm(forms.Form):
    """Where, when and to which words the consents of a file were given. `required` says whether it
    has to be filled in; otherwise an empty one means that none is taken."""

    origin = forms.CharField(
        label=_("Where the consent was given"),
        max_length=200,
        required=False,
        help_text=_("For example: newsletter form of our old website, double opt-in"),
    )
    given_on = forms.DateField(
        label=_("Given until"),
        required=False,
        help_text=_("The last day on which one of them was given"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    wording = forms.CharField(
        label=_("Wording agreed to"),
        max_length=2000,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copy the sentence from the old form. Left empty, your own current one is noted."),
    )

    def __init__(self, *args, needed: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.needed = needed
        self.fields["origin"].width, self.fields["given_on"].width = "w-4", "w-2"
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_given_on(self):
        day = self.cleaned_data["given_on"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This lies in the future."))
        if day and day < EARLIEST_CONSENT:
            raise ValidationError(_("This is too long ago to be right."))
        return day

    def clean(self):
        cleaned = super().clean()
        for name in ("origin", "wording"):
            if has_control_characters(cleaned.get(name, "").replace("\n", " ").replace("\r", " ")):
                self.add_error(name, _("This text has characters that cannot be stored."))
        if self.needed:
            self._require(cleaned)
        return cleaned

    def _require(self, cleaned: dict) -> None:
        if not cleaned.get("origin") and "origin" not in self.errors:
            self.add_error("origin", _("Say where it was given. Without that no consent is taken."))
        if not cleaned.get("given_on") and "given_on" not in self.errors:
            self.add_error("given_on", _("Say until when. If you do not know, choose today."))

    @property
    def basis(self) -> ConsentBasis | None:
        """None when nothing was said."""
        values = self.cleaned_data
        if not values["origin"]:
            return None
        return ConsentBasis(values["origin"], values["given_on"], values["wording"])


class ImportFileForm(forms.Form):
    """A file or pasted e-mails, and whether all of them may get advertising. `kept` is a file that came with
    an earlier try."""

    kind = forms.ChoiceField(
        choices=[(UPLOAD, _("Upload a file")), (PASTE, _("Copy and paste"))], initial=UPLOAD
    )
    file = forms.FileField(label=_("File"), required=False, allow_empty_file=True, max_length=1000)
    text = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        max_length=MAX_PASTE,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": _EXAMPLE}),
        help_text=_("Separated by commas, semicolons or lines. Names can be added later."),
    )
    subscribe = forms.ChoiceField(choices=[("no", ""), ("yes", "")], required=False, initial="no")

    def __init__(self, *args, kept: KeptFile | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.kept = kept

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file:
            check_size(file.size)
        return file

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == UPLOAD and not (cleaned.get("file") or self.kept or "file" in self.errors):
            self.add_error("file", self._missing)
        if cleaned.get("kind") == PASTE and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Paste at least one e-mail."))
        return cleaned

    @property
    def _missing(self):
        if self.data.get("kept"):
            return _("The file is no longer here. Choose it once more.")
        return _("Choose a file first.")
