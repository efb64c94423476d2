"""Forms of one customer. They read what people type; rules and races are the services' matter."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from backoffice.core.files.pictures import clean_picture
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.days import DAY_FIRST, parse_birthday
from backoffice.core.text.formats import country_names, language_names, local_birthday
from backoffice.core.text.phones import normalise_phone
from backoffice.core.text.text import clean, has_control_characters
from backoffice.staff.models import Language, Location
from customers.consent import GrantForm
from customers.field_kinds import DAY_KINDS, Group, Kind
from customers.fields import FIELDS, fields_of
from customers.models import Customer
from customers.models.tag import tag_key
from customers.records.tagging import clean_tags

_POSTCODES = {
    "DE": (r"\d{5}", _("Five digits, for example 12345")),
    "ES": (r"\d{5}", _("Five digits, for example 28013")),
    "IT": (r"\d{5}", _("Five digits, for example 00184")),
    "FR": (r"\d{5}", _("Five digits, for example 75001")),
    "AT": (r"\d{4}", _("Four digits, for example 1010")),
    "CH": (r"\d{4}", _("Four digits, for example 8001")),
}
_DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]


def _day_input() -> forms.Widget:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


# How a kind is typed, where that is not one line of text.
_WIDGETS = {
    Kind.DAY: _day_input,
    Kind.LONG_TEXT: lambda: forms.Textarea(attrs={"rows": 4}),
    Kind.PHONE: lambda: forms.TextInput(attrs={"type": "tel"}),
    Kind.COUNTRY: forms.Select,
}
_PHONES = [field.name for field in FIELDS if field.kind is Kind.PHONE]
_DAYS = [field.name for field in FIELDS if field.is_stored and field.kind in DAY_KINDS]
_BIRTHDAYS = [field.name for field in FIELDS if field.kind is Kind.BIRTHDAY]
_TEXTS = [field.name for field in FIELDS if field.kind is Kind.TEXT]
_NAMES = ["first_name", "last_name"]
# By which a customer may turn out to be known already: each says so below itself.
_IDENTIFYING = [*_PHONES, *(field.name for field in FIELDS if field.kind is Kind.EMAIL)]


def _language_choices() -> list[tuple]:
    """Those that messages can be written in stand first."""
    names = language_names(get_language()[:2])
    first = {code: names[code] for code in Language.values}
    return [
        ("", _("no information")),
        *first.items(),
        *((code, name) for code, name in names.items() if code not in first),
    ]


class BirthdayField(forms.Field):
    """A birthday as people write it, with its year or without: a date, None when empty."""

    widget = forms.TextInput(attrs={"maxlength": 40})

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else local_birthday(value)

    def to_python(self, value):
        text = clean(value or "")
        return parse_birthday(text[:100], DAY_FIRST, timezone.localdate()) if text else None


class CustomerForm(forms.ModelForm):
    """All that is typed about a customer. `region` reads phones without a prefix where no country is set."""

    tags = forms.CharField(
        label=_("Tags"), required=False, help_text=_("Several are separated by commas."), max_length=1000
    )
    picture = forms.FileField(label=_("Picture"), required=False)
    remove_picture = forms.BooleanField(label=_("Remove picture"), required=False)

    class Meta:
        model = Customer
        fields = [field.name for field in FIELDS if field.is_stored]
        field_classes = dict.fromkeys(_TEXTS, OneLineField)
        widgets = {field.name: _WIDGETS[field.kind]() for field in FIELDS if field.kind in _WIDGETS}
        labels = {
            "address1": _("Street and number"),
            "address2": _("Second address"),
            "city": _("City"),
        }
        help_texts = {
            "tax_id": _("Appears on invoices"),
        }

    def __init__(self, *args, region: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.region = region
        for name in _NAMES:
            self.fields[name].required = True
        for name in _IDENTIFYING:
            self.fields[name].is_identifying = True
        self.fields["tags"].widget.attrs["data-remove-label"] = pgettext("before a name", "Remove tag")
        for name in _PHONES:
            self.fields[name].max_length = 60
            self.fields[name].validators = []
            self.fields[name].widget.attrs.pop("maxlength", None)
        countries = [("", _("no information")), *country_names(get_language()[:2]).items()]
        self.fields["country"] = forms.ChoiceField(
            label=_("Country"), choices=countries, required=False, widget=forms.Select
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=_language_choices(),
            required=False,
            widget=forms.Select,
            help_text=_("For messages and receipts"),
        )
        for name in _DAYS:
            self.fields[name].input_formats = _DAY_FORMATS
        for name in _BIRTHDAYS:
            help_text = _("With or without the year, for example 7.3.1990 or 7.3.")
            self.fields[name] = BirthdayField(
                label=self.fields[name].label, required=False, help_text=help_text
            )
        self._set_looks()

    def _set_looks(self):
        wide = {"email", "address1", "address2", "notes", "tags", "origin"}
        widths = {"postcode": "w-2", "city": "w-4"}
        for name, field in self.fields.items():
            field.width = "" if name in wide else widths.get(name, "w-3")
            field.widget.attrs["autocomplete"] = "off"

    def _post_clean(self):
        """The model's own checks are left out: services keep them, race-safe and in their own words."""

    def clean(self):
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and has_control_characters(value):
                self.add_error(name, _("This text has characters that cannot be stored."))
        for name in _PHONES:
            self._clean_phone(name)
        if cleaned.get("phone2") and cleaned.get("phone2") == cleaned.get("phone"):
            self.add_error("phone2", _("This is the primary number already."))
        self._check_postcode()
        return cleaned

    def _clean_phone(self, name):
        text = self.cleaned_data.get(name)
        if not text:
            return
        try:
            self.cleaned_data[name] = normalise_phone(text, self.cleaned_data.get("country") or self.region)
        except ValidationError as error:
            self.add_error(name, error)

    def _check_postcode(self):
        pattern, message = _POSTCODES.get(self.cleaned_data.get("country") or "", (".*", ""))
        postcode = self.cleaned_data.get("postcode")
        if postcode and not re.fullmatch(pattern, postcode):
            self.add_error("postcode", message)

    def clean_tags(self):
        return clean_tags(self.cleaned_data["tags"].split(","))

    def clean_picture(self):
        upload = self.cleaned_data["picture"]
        return clean_picture(upload) if upload else None

    @property
    def first(self) -> list[forms.BoundField]:
        """What a till asks for comes first: the name, phones, then all other ways of contact."""
        contact = [field.name for field in fields_of(Group.CONTACT)]
        names = [*_NAMES, *_PHONES, *(name for name in contact if name not in _PHONES)]
        if "correct_email" in self.fields:
            names.insert(names.index("email") + 1, "correct_email")
        return [self[name] for name in names]

    @property
    def person(self) -> list[forms.BoundField]:
        return [field for field in self._section(Group.PERSON) if field.name not in _NAMES]

    @property
    def address(self) -> list[forms.BoundField]:
        return self._section(Group.ADDRESS)

    @property
    def remarks(self) -> list[forms.BoundField]:
        return self._section(Group.NOTES)

    def _section(self, group: Group) -> list[forms.BoundField]:
        return [self[field.name] for field in fields_of(group)]

    def name_owners(self, owners: dict[str, list[Customer]]) -> None:
        """Say below each of these fields which customers have its value already."""
        for name, customers in owners.items():
            self.fields[name].owners = customers

    @property
    def fields_of_customer(self) -> dict:
        """Cleaned values by model field, for the services."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if self.cleaned_data.get("picture"):
            values["picture"] = self.cleaned_data["picture"]
        elif self.cleaned_data.get("remove_picture"):
            values["picture"] = ""
        return values


class CustomerCreateForm(CustomerForm, GrantForm):
    """A new customer, who may agree to marketing at once: with evidence by those who `may_grant`.

    With several `locations` it asks at which one the customer was recorded.
    """

    has_agreed = forms.BooleanField(label=_("The customer has agreed to advertising"), required=False)
    location = forms.ModelChoiceField(
        label=_("Location"), queryset=Location.objects.none(), empty_label=None, required=False
    )

    def __init__(self, *args, locations, may_grant: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_grant:
            for name in GrantForm.base_fields:
                del self.fields[name]
            self.fields["has_agreed"].label = _("The customer agreed at the till")
            self.fields["has_agreed"].help_text = _(
                "Is noted with your name and counts once somebody records it with evidence."
            )
        if locations.count() > 1:
            self.fields["location"].queryset = locations
            self.fields["location"].initial = locations.first()
        else:
            del self.fields["location"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("has_agreed"):
            for name in GrantForm.base_fields:
                self.errors.pop(name, None)  # evidence of nothing
        return cleaned

    @property
    def evidence_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in GrantForm.base_fields if name in self.fields]

    @property
    def evidence(self) -> dict | None:
        """How and when marketing was granted, for the services."""
        cleaned = self.cleaned_data
        if not cleaned["has_agreed"] or not self.evidence_fields:
            return None
        return {name: cleaned[name] for name in GrantForm.base_fields}


class CustomerEditForm(CustomerForm):
    """A stored customer. The e-mail is locked: only who may correct it can, and says so (PRODUCT P14)."""

    correct_email = forms.BooleanField(
        label=_("Correct the address"),
        required=False,
        help_text=_("Is logged. Ends a marketing consent of the old address: ask the customer again."),
    )
    seen_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)
    seen_tags = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, may_correct_email: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_email_locked = bool(self.instance.email)
        self.may_correct_email = may_correct_email
        if self.is_email_locked and not may_correct_email:
            # a disabled field keeps its value whatever is posted
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("Only an administrator can correct a stored address.")
        if self.is_email_locked and may_correct_email:
            self.fields["email"].widget.attrs["data-locked-by"] = "id_correct_email"
        else:
            del self.fields["correct_email"]

    def clean(self):
        cleaned = super().clean()
        changed = cleaned.get("email", self.instance.email) != self.instance.email
        if self.is_email_locked and changed and not cleaned.get("correct_email"):
            self.add_error("email", _("The address is locked. Tick “Correct the address” to change it."))
        return cleaned

    @property
    def tag_changes(self) -> dict[str, list[str]]:
        """What this person did to the tags that stood here; those that came meanwhile are not theirs."""
        typed, seen = self.cleaned_data["tags"], self.cleaned_data["seen_tags"].split(",")
        return {"add_tags": _without(typed, seen), "remove_tags": _without(seen, typed)}

    def tags_upon(self, stored: list[str]) -> list[str]:
        """The stored tags with this person's changes."""
        changes = self.tag_changes
        kept = _without(stored, changes["remove_tags"])
        return [*kept, *_without(changes["add_tags"], kept)]


def _without(names: list[str], others: list[str]) -> list[str]:
    keys = {tag_key(clean(name)) for name in others}
    return [name for name in names if tag_key(clean(name)) not in keys]
