"""What the pages of messages share."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404

from customers.messages.texts import FIELDS
from customers.models import Message

RIGHT = "customers.send_message"
for_writers = permission_required(RIGHT, raise_exception=True)


def message_or_404(request, pk: int) -> Message:
    """A message to many of the request's organisation."""
    messages = Message.objects.of(request.organisation).select_related("author")
    message = get_object_or_404(messages, pk=pk, is_single=False)
    message.organisation = request.organisation
    return message


def field_buttons() -> list[tuple[str, str]]:
    """The fields of a text: what they are called, and what is typed for them."""
    return [(str(field.label), f"{{{field.label}}}") for field in FIELDS]
