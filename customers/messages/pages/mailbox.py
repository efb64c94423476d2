"""`/settings/mail/`: who mails are from and where answers arrive. Administrators only."""

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.mixins import PermissionRequiredMixin
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from backoffice.core.pages.toasts import toast
from backoffice.core.text.formats import formats_for
from backoffice.staff.recent_sign_in import RecentSignInMixin
from customers.choices import MailboxFault
from customers.messages.forms import MailboxForm
from customers.messages.imap import try_mailbox
from customers.messages.mailbox import mailbox_of, save_mailbox
from customers.messages.senders import sender_of

RIGHT = "customers.manage_mailbox"


class MailboxView(PermissionRequiredMixin, RecentSignInMixin, FormView):
    """Where mails go to, and whose password is kept, is a matter for somebody who has just signed in."""

    permission_required = RIGHT
    form_class = MailboxForm
    template_name = "customers/messages/mailbox.html"

    def get_initial(self):
        box = mailbox_of(self.request.organisation)
        stored = {name: getattr(box, name) for name in MailboxForm.base_fields if name != "password"}
        return stored | super().get_initial()

    def get_form_kwargs(self):
        box = mailbox_of(self.request.organisation)
        return super().get_form_kwargs() | {"has_password": bool(box.sealed_password)}

    def form_valid(self, form):
        values = dict(form.cleaned_data)
        password = values.pop("password")
        save_mailbox(self.request.organisation, values, password=password, actor=self.request.user)
        toast(self.request, _("The settings are saved."))
        return redirect("mailbox:settings")

    def get_context_data(self, **kwargs):
        box = mailbox_of(self.request.organisation)
        return super().get_context_data(
            **kwargs,
            box=box,
            sender=sender_of(self.request.organisation),
            fault=MailboxFault(box.fault).label if box.fault else "",
            checked=formats_for(self.request.organisation).moment(box.checked_at),
        )


@require_POST
@permission_required(RIGHT, raise_exception=True)
def test(request):
    """Open the mailbox as it is stored; nothing is read from it."""
    fault = try_mailbox(mailbox_of(request.organisation))
    if fault is None:
        toast(request, _("The mailbox can be read."))
    else:
        toast(request, str(fault.label), tone="bad")
    return redirect("mailbox:settings")
