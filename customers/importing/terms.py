"""For whom rows are taken in, and how: what all chunks of a run share."""

from dataclasses import dataclass
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from customers.importing.mapping import CustomerMapping


@dataclass(frozen=True)
class ImportTerms:
    """`location` is where new customers belong; a dry run writes nothing."""

    organisation: object
    location: object
    mapping: CustomerMapping
    actor: object = None
    is_dry: bool = False


def make_terms(organisation, mapping: CustomerMapping, *, actor=None, is_dry: bool = False) -> ImportTerms:
    """The terms of a mapping. Raises ValidationError when the organisation has no such location."""
    locations = organisation.locations.order_by("pk")
    if mapping.location_id:
        locations = locations.filter(pk=mapping.location_id)
    location = locations.first()
    if location is None:
        raise ValidationError(_("The organisation has no location yet."), code="location")
    return ImportTerms(organisation, location, mapping, actor, is_dry)


def consent_moment(terms: ImportTerms, now: datetime) -> datetime:
    """When the consents of a file count as given: the end of the stated day, never ahead of the clock."""
    given_on = terms.mapping.consent.given_on
    if given_on is None:
        return now
    return min(now, datetime.combine(given_on, time.max, tzinfo=terms.organisation.tz))
