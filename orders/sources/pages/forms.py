from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.core.outgoing import AddressRefused, NotReached, check_address
from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.text import validate_storable
from customers.choices import Source
from orders.choices import SourceKind
from orders.models import ConnectedSource
from orders.sources.formats import VENDORS, format_of
from orders.sources.words import GUIDES


class SourceForm(forms.ModelForm):
    """What a source is called and where its orders belong; of a vendor, what opens and signs."""

    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=200,
        validators=[validate_storable],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    token = forms.CharField(
        label=_("Access key"),
        required=False,
        max_length=400,
        validators=[validate_storable],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    api_url = forms.URLField(label=_("Address of the shop"), required=False, assume_scheme="https")

    class Meta:
        model = ConnectedSource
        fields = ["name", "source", "location", "api_url", "is_on"]
        field_classes = {"name": OneLineField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._offer_places()
        if not self.instance.pk:
            del self.fields["is_on"]
        if self.instance.kind == SourceKind.API:  # its orders name their source, its key their location
            del self.fields["source"], self.fields["location"]
        vendor = format_of(self.instance.kind) if self.instance.kind in VENDORS else None
        guide = GUIDES.get(self.instance.kind)
        self._keep("secret", guide and guide.secret, bool(self.instance.sealed_secret))
        self._keep("token", guide and guide.token, bool(self.instance.sealed_token))
        if vendor is None or vendor.API_URL != "":
            del self.fields["api_url"]
        else:
            self.fields["api_url"].help_text = guide.address
        if vendor is not None and "secret" in self.fields:
            self.fields["secret"].required = not self.instance.sealed_secret
        if vendor is not None and not self.instance.pk:
            self.fields["source"].initial = vendor.SOURCE

    def _offer_places(self) -> None:
        locations = self.instance.organisation.locations.order_by("pk")
        self.fields["source"].choices = Source.choices
        self.fields["location"].queryset = locations
        self.fields["location"].empty_label = None
        self.fields["location"].initial = locations.first()

    def _keep(self, name: str, help_text, is_known: bool) -> None:
        """A secret is never shown again: an empty field leaves the one that is stored."""
        if not help_text:
            del self.fields[name]
            return
        self.fields[name].help_text = help_text
        if is_known:
            self.fields[name].widget.attrs["placeholder"] = _("unchanged")

    def clean_api_url(self):
        url = self.cleaned_data["api_url"].rstrip("/")
        if url:
            try:
                check_address(url)
            except AddressRefused as error:
                raise forms.ValidationError(str(error), code="address") from None
            except NotReached:
                pass  # a name that nobody knows today may be known tomorrow: asking it tells
        return url

    def save(self, commit=False):
        """The instance with what was entered; not stored yet."""
        if secret := self.cleaned_data.get("secret"):
            self.instance.secret = secret
        if token := self.cleaned_data.get("token"):
            self.instance.api_token = token
        return self.instance


class PeriodForm(forms.Form):
    """From which day on missed orders are fetched, or messages worked on again."""

    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args, source: ConnectedSource, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = timezone.now().astimezone(source.tz).date()
        self.fields["since"].initial = self.today - timedelta(days=1)

    def clean_since(self):
        since = self.cleaned_data["since"]
        if not self.today - timedelta(days=400) <= since <= self.today:
            raise forms.ValidationError(_("Choose a day of the last 400 days."), code="range")
        return since


class ReplayForm(PeriodForm):
    """Which messages of a period are worked on again."""

    WHICH = [
        ("open", _("what failed or was held back")),
        ("all", _("all of them: what is known already changes nothing")),
    ]

    until = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    which = forms.ChoiceField(label=_("Which"), choices=WHICH, initial="open", widget=forms.RadioSelect)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = self.today

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("It ends before it begins."))
        return cleaned
