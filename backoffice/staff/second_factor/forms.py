import structlog
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django import forms
from django.utils.translation import gettext_lazy as _

from backoffice.staff.second_factor.codes import step_of, use_code
from backoffice.staff.signing_in.browsers import known_browser
from backoffice.staff.signing_in.limits import SignInAttempt, account_key, code_key

logger = structlog.get_logger(__name__)


class CodeField(forms.CharField):
    """Digits for a keypad; phones offer the code that they just showed."""

    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})

    def __init__(self, **options):
        super().__init__(label=_("Code"), max_length=40, **options)


class SignInCodeForm(forms.Form):
    """The second step of signing in. `used` is the row whose code it was."""

    code = CodeField(help_text=_("Six digits of your app, or one of your recovery codes."))

    def __init__(self, *args, request, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True
        self.request, self.user = request, user

    def clean_code(self):
        """Wrong codes are counted apart from wrong passwords: a right password clears none of them."""
        browser = known_browser(self.request, account_key(self.user.email))
        account, address = code_key(self.user.pk), get_ip(self.request)
        attempt = SignInAttempt(account=account, address=address, browser=browser)
        if not attempt.begin():
            logger.warning("second_factor_limited", user_id=self.user.pk, is_known_browser=bool(browser))
            raise get_adapter().validation_error("too_many_login_attempts")
        self.used = use_code(self.user, self.cleaned_data["code"])
        if self.used is None:
            logger.warning("second_factor_failed", user_id=self.user.pk)
            raise forms.ValidationError(_("This code is wrong or was used already."))
        attempt.succeed()
        return self.cleaned_data["code"]


class SetUpForm(forms.Form):
    """Shows that the app has the secret. `step` is the one of the code."""

    code = CodeField(help_text=_("The six digits that the app shows now."))

    def __init__(self, *args, secret, **kwargs):
        super().__init__(*args, **kwargs)
        self.secret = secret

    def clean_code(self):
        self.step = step_of(self.secret, self.cleaned_data["code"])
        if self.step is None:
            raise forms.ValidationError(
                _("This is not the code of now. Type the current one; the phone's clock must be right.")
            )
        return self.cleaned_data["code"]
