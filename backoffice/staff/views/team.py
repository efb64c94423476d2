"""Who works here: invite, change role, deactivate. Administrators only."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import Case, Exists, OuterRef, When
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, ListView, View

from backoffice.core.pages.toasts import toast
from backoffice.staff.forms import InviteForm, RoleForm
from backoffice.staff.models import Role
from backoffice.staff.recent_sign_in import RecentSignInMixin
from backoffice.staff.services import (
    AlreadyMember,
    LastAdministrator,
    NotInvited,
    NotTheirsToReset,
    change_role,
    deactivate_member,
    invite_again,
    invite_member,
    reactivate_member,
    reset_second_factor,
)


class TeamMixin(PermissionRequiredMixin, RecentSignInMixin):
    permission_required = "staff.manage_team"

    def members(self):
        rows = self.request.organisation.memberships.select_related("user", "group")
        shown_name = Case(When(is_pending=True, then="user__email"), default="user__name")
        app = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
        rows = rows.annotate(has_second_factor=Exists(app))
        return rows.order_by("-is_active", "-is_pending", shown_name, "id")


class TeamView(TeamMixin, ListView):
    """Everybody with a place in this organisation, active people first."""

    template_name = "staff/team.html"
    extra_context = {"roles": Role.choices}

    def get_queryset(self):
        return self.members()


class InviteView(TeamMixin, FormView):
    """Invite one person by mail."""

    form_class = InviteForm
    template_name = "staff/invite.html"
    success_url = reverse_lazy("staff:team")

    def form_valid(self, form):
        try:
            invite_member(
                organisation=self.request.organisation, actor=self.request.user, **form.cleaned_data
            )
        except AlreadyMember:
            form.add_error("email", _("This person is in your team already."))
            return self.form_invalid(form)
        toast(self.request, _("The invitation is on its way."))
        return super().form_valid(form)


class MemberActionView(TeamMixin, View):
    """One button on one member; says so when it cannot be done."""

    http_method_names = ["post"]

    def post(self, request, pk):
        membership = get_object_or_404(self.members(), pk=pk)
        try:
            toast(request, self.act(membership))
        except LastAdministrator:
            toast(request, _("Not changed: at least one administrator must remain."), tone="bad")
        except NotInvited:
            text = _("%(name)s was not invited again: only active people who never signed in are.")
            toast(request, text % {"name": membership.shown_name}, tone="bad")
        except NotTheirsToReset:
            text = _("Not changed: for this person only whoever runs this installation can do it.")
            toast(request, text, tone="bad")
        return redirect("staff:team")


class InviteAgainView(MemberActionView):
    def act(self, membership):
        invite_again(membership=membership, actor=self.request.user)
        return _("The invitation is on its way to %(email)s.") % {"email": membership.user.email}


class RoleView(MemberActionView):
    def act(self, membership):
        form = RoleForm(self.request.POST)
        if not form.is_valid():
            return _("Not changed: this role does not exist.")
        change_role(membership=membership, role=form.cleaned_data["role"], actor=self.request.user)
        return _("The role is changed.")


class DeactivateView(MemberActionView):
    """Close a place, or take back an invitation that waits."""

    def act(self, membership):
        text = _("%(name)s can no longer sign in.")
        if membership.is_pending:
            text = _("The invitation of %(name)s is taken back.")
        deactivate_member(membership=membership, actor=self.request.user)
        return text % {"name": membership.shown_name}


class ReactivateView(MemberActionView):
    def act(self, membership):
        reactivate_member(membership=membership, actor=self.request.user)
        return _("%(name)s can sign in again.") % {"name": membership.shown_name}


class ResetSecondFactorView(MemberActionView):
    """For somebody who lost phone and recovery codes."""

    def act(self, membership):
        reset_second_factor(membership=membership, actor=self.request.user)
        return _("%(name)s signs in with the password alone until they set a second step up again.") % {
            "name": membership.shown_name
        }
