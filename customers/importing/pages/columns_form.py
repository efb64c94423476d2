"""The form of step 2: a field per column of the file, and what holds for all its rows."""

from collections.abc import Iterable, Iterator

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.formats import country_names
from backoffice.imports.pages.forms import ColumnsForm
from backoffice.imports.profiling import IGNORED
from backoffice.staff.models import Location
from customers.field_kinds import Group
from customers.fields import fields_of
from customers.importing.fields import CONSENTS, DAYS, FULL_NAME, REPEATABLE, import_fields
from customers.importing.mapping import ConsentBasis, CustomerMapping, OnExisting, OnUnreadable
from customers.importing.profiling import Profile
from customers.models.tag import MAX_LENGTH
from customers.records import clean_tags

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


class ImportColumnsForm(ColumnsForm):
    """Which column is which field of a customer, and what holds for all rows."""

    days, repeatable = DAYS, REPEATABLE

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

    def __init__(
        self,
        data,
        *,
        profile: Profile,
        mapping: CustomerMapping,
        organisation,
        may_grant: bool,
        tells_consents: bool = True,
    ):
        super().__init__(
            data,
            profile=profile,
            columns=mapping.columns,
            day_orders=mapping.day_orders,
            choices=_field_choices(CONSENTS if tells_consents else ()),
            initial=_initial(mapping, organisation),
        )
        self.before, self.may_grant = mapping, may_grant
        self.fields["country"].choices = country_names(get_language()[:2]).items()
        locations = organisation.locations.order_by("pk")
        if len(locations) > 1:
            self.fields["location"].queryset = locations
        else:
            del self.fields["location"]

    @property
    def needs_proof(self) -> bool:
        """Whether consents could follow from the file, so that somebody has to say how they are known."""
        has_column = any(name in CONSENTS for name in self.columns.values())
        return self.may_grant and (has_column or self.before.subscribe_all)

    @property
    def is_proven(self) -> bool:
        return self.needs_proof and self["proof"].value() == PROVEN

    def clean(self):
        cleaned = super().clean()
        if self.needs_proof and not cleaned.get("proof"):
            self.add_error("proof", _("Say whether the consents of this file can be proven."))
        return cleaned

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
            day_orders=self.day_orders(),
            consent=consent,
            subscribe_all=bool(consent and values["subscribe_all"]),
            tag=values["tag"],
            location_id=location.pk if location else None,
        )


def _initial(mapping: CustomerMapping, organisation) -> dict:
    return {
        "on_existing": mapping.on_existing,
        "on_unreadable": mapping.on_unreadable,
        "no_withdraws": mapping.no_withdraws,
        "needs_name": mapping.needs_name,
        "names_only": mapping.names_only,
        "country": mapping.country or organisation.country,
        "tag": mapping.tag,
        "location": mapping.location_id,
        "proof": PROVEN if mapping.consent else "",
        "subscribe_all": mapping.subscribe_all,
    }


def _field_choices(consents: Iterable[str]) -> Iterator[tuple]:
    """Groups as a person looks for them; what upper apps add stands in the last but one."""
    fields = import_fields()
    address = [field.name for field in fields_of(Group.ADDRESS)]
    groups = {
        _("Person"): [*(field.name for field in fields_of(Group.PERSON)), FULL_NAME],
        _("Contact"): [*(field.name for field in fields_of(Group.CONTACT)), *address],
        _("Classification"): [],
        _("Consents"): list(consents),
    }
    grouped = {name for names in groups.values() for name in names} | set(CONSENTS)
    groups[_("Classification")] = [name for name in fields if name not in grouped]
    yield IGNORED, _("Do not import")
    for label, names in groups.items():
        if names:
            yield label, [(name, fields[name].label) for name in names]


def on_existing_choices() -> list[tuple[str, object, object]]:
    """(value, label, help) of what happens to customers who are known already."""
    return [(choice.value, choice.label, _HELP_ON_EXISTING[choice]) for choice in OnExisting]


def on_unreadable_choices() -> list[tuple[str, object, object]]:
    """(value, label, help) of what happens to a row with a value that cannot be read."""
    return [(choice.value, choice.label, _HELP_ON_UNREADABLE[choice]) for choice in OnUnreadable]
