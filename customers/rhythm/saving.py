from datetime import date

from django.db import transaction

from backoffice.audit.services import audit
from customers.models import CustomerStats

DEGREE_FIELDS = ("occasional_from", "regular_from", "champion_from")


@transaction.atomic
def save_degrees(organisation, *, occasional: int, regular: int, champion: int, actor) -> None:
    """From how many visits a year on each degree is, rising; customers have theirs within a minute."""
    for name, visits in zip(DEGREE_FIELDS, (occasional, regular, champion), strict=True):
        setattr(organisation, name, visits)
    organisation.save(update_fields=DEGREE_FIELDS)
    came = CustomerStats.objects.filter(organisation=organisation, visits_year__gt=0)
    came.update(rhythm_due_on=date.min)
    visits = {"occasional": occasional, "regular": regular, "champion": champion}
    audit(
        action="degrees.changed", subject=organisation, organisation=organisation, actor=actor, visits=visits
    )
