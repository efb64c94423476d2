"""Forms of sign-in, the own account, team and places."""

from zoneinfo import available_timezones

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.formats import country_names
from backoffice.staff.context import LANGUAGE_NAMES
from backoffice.staff.models import Location, Role, Theme, User
from backoffice.staff.signing_in.reset_links import mail_reset_link


class SignInForm(allauth.LoginForm):
    """E-mail and password. An address that is no address is simply unknown."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail"), "username", "email")
        _plain(self.fields["password"], _("Password"), "current-password")
        self.fields["password"].help_text = ""  # the link to a new password stands above the field
        self.fields["remember"].label = _("Stay signed in on this device")


class ResetPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], _("E-mail"), "username", "email")

    def clean_email(self):
        return self.cleaned_data["email"]  # allauth looks for the person here, which takes time only if known

    def save(self, request, **options):
        mail_reset_link.enqueue(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["password1"], _("New password"), "new-password")
        _plain(self.fields["password2"], _("New password again"), "new-password")
        self.fields["password1"].help_text = _("At least 12 characters; a few words in a row are good.")


def _plain(field, label, autocomplete, input_type=None) -> None:
    """Our words and no placeholder: a placeholder vanishes while one types."""
    field.label = label
    field.help_text = ""  # allauth repeats the link for a forgotten password here
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs["autocomplete"] = autocomplete
    if input_type:
        field.widget.input_type = input_type


class AccountForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGE_NAMES.items())
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices, required=False)

    class Meta:
        model = User
        fields = ["name", "language", "theme", "uses_shortcuts"]
        field_classes = {"name": OneLineField}
        help_texts = {"uses_shortcuts": _("Single keys such as / for search. Press ? to see all.")}


class OwnPasswordForm(PasswordChangeForm):
    """Changing the password ends all other sessions."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Current password")
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _("At least 12 characters; a few words in a row are good.")
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""


class ConfirmForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class InviteForm(forms.Form):
    name = OneLineField(label=_("Name"), max_length=80)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The invitation goes to this address.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.STAFF)

    def clean_email(self):
        email = self.cleaned_data["email"].casefold()
        if len(email) > 254:
            raise forms.ValidationError(_("This address is too long."))
        return email


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class LocationForm(forms.ModelForm):
    country = forms.ChoiceField(label=_("Country"))
    timezone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Location
        fields = ["name", "country", "timezone", "receipt_head"]
        field_classes = {"name": OneLineField}
        widgets = {"receipt_head": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = country_names(get_language()[:2]).items()
        self.fields["timezone"].choices = [(zone, zone) for zone in sorted(available_timezones())]

    def clean_name(self):
        name = self.cleaned_data["name"]
        rivals = Location.objects.filter(organisation=self.instance.organisation, name__iexact=name)
        if rivals.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is a location of this name already."))
        return name
