"""The sender and the mailbox of an organisation, set up by its administrators."""

from django.db import transaction

from backoffice.audit.services import audit
from customers.models import Mailbox

_FIELDS = ("sender_name", "sender_address", "reply_to", "is_on", "host", "port", "user", "folder")
_PLACE = ("host", "user", "folder")


def mailbox_of(organisation) -> Mailbox:
    """As it is set up, or one that is empty and not stored."""
    found = Mailbox.objects.filter(organisation=organisation).first()
    return found or Mailbox(organisation=organisation)


@transaction.atomic
def save_mailbox(organisation, values: dict, *, password: str, actor) -> Mailbox:
    """Keep the settings; an empty `password` leaves the one that is there. Another mailbox, or folder, is
    read from its next mail on. The log keeps which fields changed, not to what."""
    box = Mailbox.objects.select_for_update().filter(organisation=organisation).first()
    box = box or Mailbox(organisation=organisation)
    changed = [name for name in _FIELDS if getattr(box, name) != values[name]]
    if any(name in changed for name in _PLACE):
        box.uid_validity, box.last_uid = None, 0
    for name in _FIELDS:
        setattr(box, name, values[name])
    if password:
        box.password = password
        changed.append("password")
    box.fault = ""
    box.save()
    audit(action="mailbox.changed", subject=box, actor=actor, fields=changed)
    return box
