"""What messages add to a customer: a tab of the profile, and lines of the activity log."""

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from customers.choices import RecipientState
from customers.extensions import ActivityFeed, ActivityGroup, CustomerExtension, Panel, Tab
from customers.messages.panels import conversation_panel
from customers.messages.privacy import delete_messages
from customers.messages.showing import look_of
from customers.models import MessageRecipient, ReceivedMessage, Thread


class MessagesOfCustomer(CustomerExtension):
    """An extension from below: the profile and the activity log know nothing of messages."""

    tabs = (Tab("messages", pgettext_lazy("customers", "Messages")),)
    activity_groups = (ActivityGroup("messages", pgettext_lazy("customers", "Messages")),)

    def panels(self, customer, *, tab: str, data, formats) -> list[Panel]:
        return [conversation_panel(customer, formats)] if tab == "messages" else []

    def activity_feeds(self, customer) -> list[ActivityFeed]:
        sent = MessageRecipient.objects.filter(customer=customer, ended_at__isnull=False)
        return [
            ActivityFeed(
                "messages",
                sent,
                at="ended_at",
                code=Concat(F("state"), Value(" "), F("reason")),
                text=Cast("message__title", TextField()),
                say=_say_sent,
                actor=F("message__author__name"),
            ),
            ActivityFeed(
                "messages",
                ReceivedMessage.objects.filter(customer=customer),
                at="received_at",
                code=Value(""),
                text=Cast("subject", TextField()),
                say=_say_received,
                actor=Value(customer.name),
            ),
        ]

    def busy_customers(self, organisation, customer_ids: list[int]) -> set[int]:
        threads = Thread.objects.filter(customer__in=customer_ids)
        rows = MessageRecipient.objects.filter(customer__in=customer_ids)
        return {*threads.values_list("customer", flat=True), *rows.values_list("customer", flat=True)}

    def forget_customers(self, organisation, customer_ids: list[int]) -> None:
        delete_messages(customer_ids)


def _say_sent(code: str, title: str, number: int, formats) -> tuple[str, str, str]:
    state, _space, reason = code.partition(" ")
    look = look_of(state, reason)
    if state == RecipientState.SENT:
        return _("Message sent: %(title)s") % {"title": title}, "neutral", "mail"
    return _("Message “%(title)s”: %(what)s") % {"title": title, "what": look.words}, look.tone, look.icon


def _say_received(code: str, subject: str, number: int, formats) -> tuple[str, str, str]:
    text = _("Message received: %(title)s") % {"title": subject} if subject else _("Message received")
    return text, "neutral", "message"
