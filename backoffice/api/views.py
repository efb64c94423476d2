"""`/settings/keys/`: which tills and shops may speak to the API. Administrators only."""

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView, View

from backoffice.api.forms import KeyForm
from backoffice.api.keys import KeyEnded, make_key, revoke_key, rotate_key
from backoffice.api.models import ApiKey
from backoffice.api.scopes import Scope
from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.staff.recent_sign_in import RecentSignInMixin


class _KeysPage(PermissionRequiredMixin, RecentSignInMixin):
    permission_required = "api.manage_apikey"

    def keys(self):
        keys = ApiKey.objects.filter(organisation=self.request.organisation)
        return keys.select_related("location").order_by("-pk")

    def show_once(self, key: ApiKey, text: str):
        """In the answer itself: kept for a page that follows, it would be stored."""
        return render(self.request, "api/made.html", {"key": key, "text": text})


class KeyListView(_KeysPage, ListView):
    """Keys in use first, then those that have ended."""

    template_name = "api/list.html"

    def get_queryset(self):
        words = dict(Scope.choices)
        keys = list(self.keys())
        for key in keys:
            key.scope_words = [str(words[scope]) for scope in key.scopes if scope in words]
        return sorted(keys, key=lambda key: not key.is_usable)


class KeyCreateView(_KeysPage, FormView):
    form_class = KeyForm
    template_name = "api/form.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organisation": self.request.organisation}

    def get_initial(self):
        """As it was typed before the password was asked for, every box of it."""
        typed = super().get_initial()
        if self.unsent:
            typed["scopes"] = self.unsent.data.getlist("scopes")
        return typed

    def form_valid(self, form):
        made = make_key(organisation=self.request.organisation, actor=self.request.user, **form.values())
        return self.show_once(*made)


class _KeyActionView(_KeysPage, View):
    """Asks on a page of its own, then does it to one key."""

    def get(self, request, pk):
        key = get_object_or_404(self.keys(), pk=pk)
        if not key.is_usable:
            return redirect("keys:list")
        return dialog(
            request,
            title=self.title() % {"name": key.name},
            action=request.path,
            method="post",
            fields=f"api/_{self.name}_text.html",
            foot=f"api/_{self.name}_foot.html",
            back=reverse("keys:list"),
            back_label=_("API keys"),
            key=key,
        )

    def post(self, request, pk):
        return self.act(get_object_or_404(self.keys(), pk=pk))


class RotateView(_KeyActionView):
    name = "rotate"

    def title(self):
        return _("Replace the key “%(name)s”?")

    def act(self, key):
        try:
            return self.show_once(*rotate_key(key, actor=self.request.user))
        except KeyEnded:
            toast(self.request, _("Not replaced: this key has ended."), tone="bad")
            return redirect("keys:list")


class RevokeView(_KeyActionView):
    name = "revoke"

    def title(self):
        return _("Revoke the key “%(name)s”?")

    def act(self, key):
        revoke_key(key, actor=self.request.user)
        toast(self.request, _("%(name)s is revoked.") % {"name": key.name})
        return redirect("keys:list")
