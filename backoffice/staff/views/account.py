"""The own account: name, language, appearance, keys, password."""

import structlog
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, FormView, UpdateView

from backoffice.core.pages.addresses import next_page
from backoffice.core.pages.toasts import toast
from backoffice.staff import recent_sign_in
from backoffice.staff.context import THEME_COOKIE, Frame
from backoffice.staff.forms import AccountForm, ConfirmForm, OwnPasswordForm
from backoffice.staff.models import Language, Theme
from backoffice.staff.own_sessions.ending import keep_signed_in
from backoffice.staff.second_factor.codes import second_factor_of
from backoffice.staff.second_factor.requirement import is_required_of
from backoffice.staff.services import NotInvited, accept_invitation, decline_invitation

logger = structlog.get_logger(__name__)
COOKIE_SECONDS = 365 * 24 * 3600


class AccountView(UpdateView):
    """Show and change one's own settings."""

    form_class = AccountForm
    template_name = "staff/account.html"
    success_url = reverse_lazy("staff:account")

    def get_object(self, queryset=None):
        return self.request.user

    def invitations(self):
        return self.request.user.memberships.filter(is_pending=True).select_related("organisation")

    def second_factor(self):
        return second_factor_of(self.request.user)

    def must_keep_second_factor(self):
        return is_required_of(self.request.user)

    def form_valid(self, form):
        response = super().form_valid(form)
        translation.activate(self.object.language)
        toast(self.request, _("Your settings are saved."))
        return _with_cookies(response, language=self.object.language, theme=self.object.theme)


class InvitationView(DetailView):
    """Another organisation asks this person to work there: yes or no. Until then nothing has changed."""

    template_name = "staff/invitation.html"

    def get_queryset(self):
        mine = self.request.user.memberships.filter(is_pending=True)
        return mine.select_related("organisation", "group", "user")

    def post(self, request, pk):
        membership = get_object_or_404(self.get_queryset(), pk=pk)
        accepts = request.POST.get("answer") == "accept"
        try:
            (accept_invitation if accepts else decline_invitation)(membership)
        except NotInvited:
            raise Http404 from None
        place = {"place": membership.organisation.name}
        if accepts:
            toast(request, _("You work for %(place)s now.") % place)
        else:
            toast(request, _("You have declined the invitation of %(place)s.") % place)
        return redirect("home")


class OwnPasswordView(FormView):
    """Change one's own password; all other sessions end."""

    form_class = OwnPasswordForm
    template_name = "staff/password.html"
    success_url = reverse_lazy("staff:account")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def post(self, request, *args, **kwargs):
        limited = ratelimit.consume_or_429(request, action="change_password", user=request.user)
        return limited or super().post(request, *args, **kwargs)

    def form_valid(self, form):
        keep_signed_in(self.request, form.save())
        recent_sign_in.remember(self.request)
        logger.info("password_changed", user_id=self.request.user.pk, by="person", ends="other sessions")
        toast(self.request, _("Your password is changed. Other devices are signed out."))
        return super().form_valid(form)


class ConfirmView(FormView):
    """Ask for the password again before a page that hands out rights."""

    form_class = ConfirmForm
    template_name = "staff/confirm.html"

    def get_context_data(self, **kwargs):
        after = next_page(self.request)
        keeps = recent_sign_in.has_unsent(self.request, after)
        return super().get_context_data(next=after, keeps=keeps, **kwargs)

    def post(self, request, *args, **kwargs):
        limited = ratelimit.consume_or_429(request, action="change_password", user=request.user)
        return limited or super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if not self.request.user.check_password(form.cleaned_data["password"]):
            logger.warning("password_refused", user_id=self.request.user.pk)
            form.add_error("password", _("This is not your password."))
            return self.form_invalid(form)
        recent_sign_in.remember(self.request)
        return redirect(next_page(self.request))


@login_not_required
@require_POST
def choose_language(request):
    """Before sign-in the choice lives in a cookie, afterwards also with the person."""
    language = request.POST.get("language", "")
    response = redirect(next_page(request))
    if language not in Language.values:
        return response
    if request.user.is_authenticated:
        request.user.language = language
        request.user.save(update_fields=["language"])
    return _with_cookies(response, language=language)


@require_POST
def choose_theme(request):
    """Store the appearance; the script asks for JSON, a plain form is sent back to its page."""
    theme = request.POST.get("theme", "")
    if theme in Theme.values:
        request.user.theme = theme
        request.user.save(update_fields=["theme"])
    frame = Frame(request)
    if request.headers.get("Accept") == "application/json":
        response = JsonResponse({"next": frame.next_theme, "label": str(frame.theme_label)})
    else:
        response = redirect(next_page(request))
    return _with_cookies(response, theme=frame.theme)


def _with_cookies(response, *, language=None, theme=None):
    """Keep the choice on this device, so that the sign-in page has it too."""
    options = {"max_age": COOKIE_SECONDS, "secure": settings.HTTPS, "httponly": True, "samesite": "Lax"}
    if language is not None:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, **options)
    if theme is not None:
        response.set_cookie(THEME_COOKIE, theme, **options)
    return response
