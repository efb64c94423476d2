from collections.abc import Iterable

from django.db import transaction

from backoffice.audit.services import audit
from loyalty.models import Programme


def programme_of(organisation) -> Programme:
    """The organisation's programme, or one that is off and not stored yet."""
    stored = Programme.objects.filter(organisation=organisation).first()
    return stored or Programme(organisation=organisation, is_active=False)


@transaction.atomic
def save_programme(programme: Programme, *, excluded: Iterable, actor, changed: list[str]) -> Programme:
    """Store the rules; they hold for orders that arrive from now on. `changed` names fields for the log."""
    organisation = programme.organisation
    if programme.pk is None:
        programme.pk = (
            Programme.objects.filter(organisation=organisation).values_list("pk", flat=True).first()
        )
    programme.save()
    programme.excluded_products.set(excluded)
    audit(action="loyalty.programme_changed", subject=programme, actor=actor, fields=changed)
    return programme
