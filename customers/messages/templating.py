"""Texts to begin with."""

from django.db import IntegrityError, transaction

from backoffice.audit.services import audit
from customers.models import MessageTemplate


class NameTaken(Exception):
    """Another text of the organisation has this name."""


@transaction.atomic
def save_template(template: MessageTemplate, *, actor) -> None:
    """Raises NameTaken; nothing is changed then."""
    action = "message_template.changed" if template.pk else "message_template.added"
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise NameTaken from None
    audit(action=action, subject=template, actor=actor)


@transaction.atomic
def remove_template(template: MessageTemplate, *, actor) -> None:
    """Messages that were begun with it stay as they are."""
    audit(action="message_template.removed", subject=template, actor=actor)
    MessageTemplate.objects.filter(pk=template.pk).delete()
