"""The form of step 2: a field per column of the file, and what holds for all its rows."""

from collections.abc import Iterator

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.days import DAY_FIRST, MONTH_FIRST
from backoffice.core.text.formats import country_names
from backoffice.staff.models import Location
from customers.fields import Group, fields_of
from customers.importing.fields import CONSENTS, DAYS, FULL_NAME, IGNORED, REPEATABLE, import_fields
from customers.importing.mapping import ConsentBasis, CustomerMapping, OnExisting, OnUnreadable
from customers.importing.profiling import Profile
from customers.records import MAX_LENGTH, clean_tags

PROVEN, UNPROVEN = "yes", "no"
_HELP_ON_UNREADABLE = {
    OnUnreadable.LEAVE_OUT: _("The customer comes in without it. You see each of them before the import."),
    OnUnreadable.REFUSE: _("The row waits until you have corrected the value or left it out."),
}
_HELP_ON_EXISTING = {
    OnExisting.COMPLETE: _("What you have stays as it is."),
    OnExisting.OVERWRITE: _("What the file says counts; an e-mail that is known stays."),
    OnExisting.SKIP: _("Rows about customers you have change nothing."),
}


class ImportColumnsForm(forms.Form):
    """`field_0`, `field_1`, … are the columns of `profile` by their place; `day_0` … ask how days are
    meant where the file does not tell. Headers never become names of form fields.
    """

    on_existing = forms.ChoiceField(choices=OnExisting.choices)
    on_unreadable = forms.ChoiceField(choices=OnUnreadable.choices, required=False)
    needs_name = forms.BooleanField(label=_("Refuse rows without a name"), required=False)
    names_only = forms.BooleanField(
        label=_("Take rows without phone and e-mail too"),
        required=False,
        help_text=_("They are matched by name among customers without contact."),
    )
    country = forms.ChoiceField(
        label=_("Country of phone numbers without a prefix"), required=False, choices=[]
    )
    tag = forms.CharField(
        label=_("Tag for all customers of this file"), required=False, max_length=MAX_LENGTH
    )
    location = forms.ModelChoiceField(
        label=_("Location of new customers"),
        queryset=Location.objects.none(),
        required=False,
        empty_label=None,
    )
    proof = forms.ChoiceField(choices=[(PROVEN, ""), (UNPROVEN, "")], required=False)
    subscribe_all = forms.BooleanField(
        label=_("Rows that say nothing count as a yes to marketing"), required=False
    )
    no_withdraws = forms.BooleanField(
        label=_("A plain no withdraws the consent too"),
        required=False,
        help_text=_("“Unsubscribed” and the like always do."),
    )

    def __init__(self, data, *, profile: Profile, mapping: CustomerMapping, organisation, may_grant: bool):
        super().__init__(data, initial=_initial(profile, mapping, organisation))
        self.profile, self.before, self.may_grant = profile, mapping, may_grant
        choices = list(_field_choices())
        for place, header in enumerate(profile.headers):
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=header, choices=choices, required=False, widget=forms.Select
            )
            if profile.day_orders.get(header) == "":
                self.fields[f"day_{place}"] = forms.ChoiceField(
                    label=header, choices=[(DAY_FIRST, ""), (MONTH_FIRST, "")], required=False
                )
        self.fields["country"].choices = country_names(get_language()[:2]).items()
        locations = organisation.locations.order_by("pk")
        if len(locations) > 1:
            self.fields["location"].queryset = locations
        else:
            del self.fields["location"]

    @property
    def columns(self) -> dict[str, str]:
        """Fields by header as they are chosen now, whether or not all is filled in."""
        names = import_fields()
        chosen = {header: self[f"field_{place}"].value() for place, header in enumerate(self.profile.headers)}
        return {header: name if name in names else IGNORED for header, name in chosen.items()}

    @property
    def needs_proof(self) -> bool:
        """Whether consents could follow from the file, so that somebody has to say how they are known."""
        has_column = any(name in CONSENTS for name in self.columns.values())
        return self.may_grant and (has_column or self.before.subscribe_all)

    @property
    def is_proven(self) -> bool:
        return self.needs_proof and self["proof"].value() == PROVEN

    def clean(self):
        cleaned, seen = super().clean(), {}
        for place, (header, name) in enumerate(self.columns.items()):
            if name != IGNORED and name not in REPEATABLE and name in seen:
                message = _("“%(column)s” is mapped to this field already. Choose one of the two.")
                self.add_error(f"field_{place}", message % {"column": seen[name]})
            seen.setdefault(name, header)
            if self._asks_day(place, name) and not cleaned.get(f"day_{place}"):
                self.add_error(f"day_{place}", _("Say what comes first."))
        if self.needs_proof and not cleaned.get("proof"):
            self.add_error("proof", _("Say whether the consents of this file can be proven."))
        return cleaned

    def _asks_day(self, place: int, name: str) -> bool:
        return name in DAYS and f"day_{place}" in self.fields

    def clean_tag(self):
        return next(iter(clean_tags([self.cleaned_data["tag"]])), "")

    def mapping(self, consent: ConsentBasis | None) -> CustomerMapping:
        """What was chosen, with the evidence asked for beside this form."""
        values, location = self.cleaned_data, self.cleaned_data.get("location")
        consent = consent if self.is_proven else None
        return CustomerMapping(
            columns=self.columns,
            country=values["country"],
            on_existing=values["on_existing"],
            on_unreadable=values["on_unreadable"] or OnUnreadable.LEAVE_OUT,
            left_out=self.before.left_out,
            no_withdraws=values["no_withdraws"],
            names_only=values["names_only"],
            needs_name=values["needs_name"],
            day_orders=self._day_orders(),
            consent=consent,
            subscribe_all=bool(consent and values["subscribe_all"]),
            tag=values["tag"],
            location_id=location.pk if location else None,
        )

    def _day_orders(self) -> dict[str, str]:
        orders = {}
        for place, (header, name) in enumerate(self.columns.items()):
            known = self.profile.day_orders.get(header) or self.cleaned_data.get(f"day_{place}")
            if name in DAYS and known:
                orders[header] = known
        return orders


def _initial(profile: Profile, mapping: CustomerMapping, organisation) -> dict:
    proof = PROVEN if mapping.consent else ""
    values = {
        "on_existing": mapping.on_existing,
        "on_unreadable": mapping.on_unreadable,
        "no_withdraws": mapping.no_withdraws,
        "needs_name": mapping.needs_name,
        "names_only": mapping.names_only,
        "country": mapping.country or organisation.country,
        "tag": mapping.tag,
        "location": mapping.location_id,
        "proof": proof,
        "subscribe_all": mapping.subscribe_all,
    }
    for place, header in enumerate(profile.headers):
        values[f"field_{place}"] = mapping.columns.get(header, IGNORED)
        values[f"day_{place}"] = mapping.day_orders.get(header, "")
    return values


def _field_choices() -> Iterator[tuple]:
    """Groups as a person looks for them; what upper apps add stands in the last but one."""
    fields = import_fields()
    address = [field.name for field in fields_of(Group.ADDRESS)]
    groups = {
        _("Person"): [*(field.name for field in fields_of(Group.PERSON)), FULL_NAME],
        _("Contact"): [*(field.name for field in fields_of(Group.CONTACT)), *address],
        _("Classification"): [],
        _("Consents"): list(CONSENTS),
    }
    grouped = {name for names in groups.values() for name in names}
    groups[_("Classification")] = [name for name in fields if name not in grouped]
    yield IGNORED, _("Do not import")
    for label, names in groups.items():
        yield label, [(name, fields[name].label) for name in names]


def on_existing_choices() -> list[tuple[str, object, object]]:
    """(value, label, help) of what happens to customers who are known already."""
    return [(choice.value, choice.label, _HELP_ON_EXISTING[choice]) for choice in OnExisting]


def on_unreadable_choices() -> list[tuple[str, object, object]]:
    """(value, label, help) of what happens to a row with a value that cannot be read."""
    return [(choice.value, choice.label, _HELP_ON_UNREADABLE[choice]) for choice in OnUnreadable]
