"""Second step at sign-in, and the pages on which a person switches it on and off."""

import structlog
from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.internal.constants import LoginStageKey
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from backoffice.core.pages.toasts import toast
from backoffice.staff.own_sessions.ending import keep_signed_in
from backoffice.staff.recent_sign_in import RecentSignInMixin
from backoffice.staff.second_factor import waiting
from backoffice.staff.second_factor.changes import AlreadyOn, renew_codes, switch_off, switch_on
from backoffice.staff.second_factor.codes import RECOVERY, second_factor_of
from backoffice.staff.second_factor.forms import SetUpForm, SignInCodeForm
from backoffice.staff.second_factor.requirement import is_required_of
from backoffice.staff.second_factor.sealing import SealingAdapter

logger = structlog.get_logger(__name__)
_STAGE = LoginStageKey.MFA_AUTHENTICATE.value
_stage_only = login_stage_required(stage=_STAGE, redirect_urlname="account_login")


@method_decorator(_stage_only, name="dispatch")
class SignInCodeView(FormView):
    """After the right password, or the link to a new one, of somebody with a second factor."""

    form_class = SignInCodeForm
    template_name = "account/code.html"

    def get_form_kwargs(self):
        user = self.request._login_stage.login.user
        return {**super().get_form_kwargs(), "request": self.request, "user": user}

    def form_valid(self, form):
        post_authentication(self.request, form.used)
        response = self.request._login_stage.exit()
        if form.used.type == RECOVERY:
            left = len(form.used.data["hashes"])
            logger.warning("recovery_code_used", user_id=form.user.pk, left=left)
            toast(self.request, _("This recovery code is used up. Codes left: %(left)d") % {"left": left})
        return response


class SetUpView(RecentSignInMixin, FormView):
    """A picture for the app, and a code that shows that it took it."""

    form_class = SetUpForm
    template_name = "staff/second_factor/set_up.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.has_second_factor:
            return redirect("staff:account")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """The same secret until it is confirmed: a page that is loaded again spoils nothing."""
        secret = waiting.kept(self.request, "secret")
        if secret is None:
            secret = generate_totp_secret()
            waiting.keep(self.request, secret=secret)
        return {**super().get_form_kwargs(), "secret": secret}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        address = SealingAdapter().build_totp_url(self.request.user, secret)
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        size, path = drawing_of(address)
        is_required = is_required_of(self.request.user)
        more = {"groups": groups, "address": address, "size": size, "path": path, "is_required": is_required}
        return context | more

    def form_valid(self, form):
        try:
            codes = switch_on(self.request.user, secret=form.secret, step=form.step)
        except AlreadyOn:
            return redirect("staff:account")
        return _show_codes(self.request, codes)


class ChangeView(RecentSignInMixin, TemplateView):
    """A question of its own before something of the second factor changes."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_second_factor:
            return redirect("staff:account")
        return super().dispatch(request, *args, **kwargs)


class NewCodesView(ChangeView):
    template_name = "staff/second_factor/new_codes.html"

    def second_factor(self):
        return second_factor_of(self.request.user)

    def post(self, request):
        return _show_codes(request, renew_codes(request.user))


class SwitchOffView(ChangeView):
    """Not for those who must have it."""

    template_name = "staff/second_factor/switch_off.html"

    def is_required(self):
        return is_required_of(self.request.user)

    def post(self, request):
        if self.is_required():
            raise PermissionDenied
        switch_off(request.user)
        keep_signed_in(request, request.user)
        toast(request, _("Signing in no longer asks for a code. Other devices are signed out."))
        return redirect("staff:account")


class CodesView(TemplateView):
    """New recovery codes, until the person says that they are noted, and half an hour at most."""

    template_name = "staff/second_factor/codes.html"

    def get(self, request):
        codes = waiting.kept(request, "codes")
        return self.render_to_response({"codes": codes}) if codes else redirect("staff:account")

    def post(self, request):
        waiting.forget(request)
        return redirect("staff:account")


class CodesFileView(View):
    def get(self, request):
        codes = waiting.kept(request, "codes")
        if not codes:
            return redirect("staff:account")
        response = HttpResponse("\r\n".join([*codes, ""]), content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="stammgast-codes.txt"'
        return response


def _show_codes(request, codes: list[str]) -> HttpResponse:
    keep_signed_in(request, request.user)
    waiting.keep(request, codes=codes)
    return redirect("staff:second_factor_codes")


def drawing_of(text: str) -> tuple[int, str]:
    """A QR code with its quiet zone: the side of its square in modules, and an SVG path in the same unit."""
    import qrcode  # only here: it takes long to load, and few ever draw one

    code = qrcode.QRCode()
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return len(rows), path
