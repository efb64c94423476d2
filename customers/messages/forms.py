from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from backoffice.core.pages.forms import OneLineField
from backoffice.core.text.text import is_visible, validate_storable, validate_visible
from backoffice.staff.models import Language
from customers.choices import MessageKind
from customers.messages.texts import MOST_BODY, MOST_SUBJECT, tidy_body, unknown_fields


class BodyField(forms.CharField):
    """A text of several lines, as it is stored."""

    default_validators = [validate_storable]

    def __init__(self, *, rows: int, **options):
        options["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=MOST_BODY, strip=False, **options)

    def to_python(self, value):
        text = tidy_body(super().to_python(value))
        return text if is_visible(text) else ""


def check_fields(text: str) -> None:
    """Raises ValidationError for braces that name no field: they would stand in the mail."""
    if unknown := unknown_fields(text):
        message = _("There is no field {%(name)s}. Choose one below the text.")
        raise ValidationError(message, code="field", params={"name": unknown[0]})


class WriteForm(forms.Form):
    """A message to one customer."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    subject = OneLineField(label=_("Subject"), max_length=MOST_SUBJECT)
    body = BodyField(label=_("Text"), rows=4)
    kind = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[
            (MessageKind.SERVICE, _("Personal or about an order or reservation, no advertising")),
            (MessageKind.PROMOTIONAL, _("Advertising, also an invitation to rate")),
        ],
    )
    is_asked_for = forms.BooleanField(
        label=_("The customer asked for this message in this moment"), required=False
    )

    def __init__(self, *args, needs_asking: bool, **kwargs):
        kwargs["initial"] = {"key": uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if not needs_asking:
            del self.fields["is_asked_for"]

    @property
    def message_key(self) -> UUID:
        return self.cleaned_data["key"]


class TextsForm(forms.Form):
    """Subject and text in each language of the house; one of them at least, each whole."""

    kind = forms.ChoiceField(
        label=_("Kind of message"),
        choices=[
            (MessageKind.PROMOTIONAL, _("Advertising")),
            (MessageKind.SERVICE, _("Service")),
        ],
        initial=MessageKind.PROMOTIONAL,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, main: str, texts: dict | None = None, **kwargs):
        given = {
            f"{part}_{code}": text.get(part, "")
            for code, text in (texts or {}).items()
            for part in ("subject", "body")
        }
        kwargs["initial"] = given | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.languages = [main, *(code for code in Language.values if code != main)]
        for code in self.languages:
            self.fields[f"subject_{code}"] = OneLineField(
                label=_("Subject"), max_length=MOST_SUBJECT, required=False, validators=[check_fields]
            )
            self.fields[f"body_{code}"] = BodyField(
                label=_("Text"), rows=9, required=False, validators=[check_fields]
            )

    @property
    def by_language(self):
        """(code, name, field of the subject, field of the text, whether there is something)."""
        for code in self.languages:
            subject, body = self[f"subject_{code}"], self[f"body_{code}"]
            yield code, Language(code).label, subject, body, bool(subject.value() or body.value())

    def clean(self):
        values = super().clean()
        for code in self.languages:
            subject, body = values.get(f"subject_{code}"), values.get(f"body_{code}")
            if body and not subject and not self.has_error(f"subject_{code}"):
                self.add_error(f"subject_{code}", _("A mail without a subject looks like spam. Write one."))
            if subject and not body and not self.has_error(f"body_{code}"):
                self.add_error(f"body_{code}", _("The text is missing."))
        if not self.errors and not self.texts:
            self.add_error(f"subject_{self.languages[0]}", _("Write subject and text in one language."))
        return values

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """What was written, by language, as far as it is good."""
        values = self.cleaned_data
        found = {
            code: {part: values.get(f"{part}_{code}", "") for part in ("subject", "body")}
            for code in self.languages
        }
        return {code: text for code, text in found.items() if text["subject"] or text["body"]}


class ComposeForm(TextsForm):
    """A message to many. `audience` is the query string of the list it was begun from."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    audience = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=4_000, validators=[validate_storable]
    )

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"key": uuid4()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class TemplateForm(TextsForm):
    """A text to begin with."""

    name = OneLineField(label=_("Name"), max_length=80, validators=[validate_visible])


class MailboxForm(forms.Form):
    """Who mails are from, and where answers and bounces arrive."""

    sender_name = OneLineField(label=_("Name of the sender"), max_length=80, required=False)
    sender_address = forms.EmailField(
        label=_("Address of the sender"),
        max_length=254,
        required=False,
        help_text=_("Your mail server must be allowed to send for it. Empty: that of the installation."),
    )
    reply_to = forms.EmailField(
        label=_("Answers go to"),
        max_length=254,
        required=False,
        help_text=_("Empty: to the address of the sender."),
    )
    is_on = forms.BooleanField(label=_("Read answers and bounces from a mailbox"), required=False)
    host = OneLineField(label=_("IMAP server"), max_length=200, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65_535, initial=993)
    user = OneLineField(label=_("User name"), max_length=200, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        required=False,
        strip=False,
        validators=[validate_storable],
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Is stored encrypted and shown to nobody. Empty: as it is."),
    )
    folder = OneLineField(label=_("Folder"), max_length=100, initial="INBOX")

    def __init__(self, *args, has_password: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self._has_password = has_password

    def clean(self):
        values = super().clean()
        if values.get("is_on"):
            for name in ("host", "user"):
                if not values.get(name):
                    self.add_error(name, _("This is needed to read the mailbox."))
            if not values.get("password") and not self._has_password:
                self.add_error("password", _("This is needed to read the mailbox."))
        return values
