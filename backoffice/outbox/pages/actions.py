"""What can be done with one subscriber: each asks first where it means something, then does it."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import View

from backoffice.core.pages.dialogs import dialog
from backoffice.core.pages.toasts import toast
from backoffice.outbox.pages.base import RIGHT, WebhooksPage, delivery_or_404, show_once, subscriber_or_404
from backoffice.outbox.subscribing import (
    pause_subscriber,
    remove_subscriber,
    renew_secret,
    resume_subscriber,
    send_again,
    send_test,
)
from backoffice.staff.recent_sign_in import RecentSignInMixin

_for_admins = permission_required(RIGHT, raise_exception=True)


def _ask(request, name: str, title: str, subscriber):
    return dialog(
        request,
        title=title % {"name": subscriber.name},
        action=request.path,
        method="post",
        fields=f"outbox/_{name}_text.html",
        foot=f"outbox/_{name}_foot.html",
        subscriber=subscriber,
    )


class RenewSecretView(WebhooksPage, RecentSignInMixin, View):
    """Another secret, shown this once."""

    def get(self, request, pk):
        return _ask(request, "secret", _("Another secret for %(name)s?"), subscriber_or_404(request, pk))

    def post(self, request, pk):
        subscriber = subscriber_or_404(request, pk)
        return show_once(request, subscriber, renew_secret(subscriber, actor=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@_for_admins
def remove(request, pk: int):
    """Ask, then tell it nothing any more."""
    subscriber = subscriber_or_404(request, pk)
    if request.method != "POST":
        return _ask(request, "remove", _("Remove %(name)s?"), subscriber)
    remove_subscriber(subscriber, actor=request.user)
    toast(request, _("%(name)s is removed.") % {"name": subscriber.name})
    return redirect("webhooks:list")


@require_POST
@_for_admins
def pause(request, pk: int):
    subscriber = subscriber_or_404(request, pk)
    if pause_subscriber(subscriber, actor=request.user):
        toast(request, _("%(name)s is paused. What happens meanwhile waits.") % {"name": subscriber.name})
    return redirect("webhooks:log", pk)


@require_POST
@_for_admins
def resume(request, pk: int):
    subscriber = subscriber_or_404(request, pk)
    if resume_subscriber(subscriber, actor=request.user):
        toast(request, _("%(name)s is on again. What waited is being sent.") % {"name": subscriber.name})
    return redirect("webhooks:log", pk)


@require_POST
@_for_admins
def test(request, pk: int):
    """Send something through the queue at once; its page shows what comes of it."""
    delivery = send_test(subscriber_or_404(request, pk))
    return redirect("webhooks:delivery", pk, delivery.pk)


@require_POST
@_for_admins
def again(request, pk: int, delivery: int):
    if not send_again(delivery_or_404(request, pk, delivery)):
        toast(request, _("It is being sent in this moment."), tone="bad")
    return redirect("webhooks:delivery", pk, delivery)
