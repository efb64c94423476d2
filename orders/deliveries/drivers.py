"""Drivers added, renamed, archived."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from orders.models import Driver

_TAKEN = _("There is a driver with this name already, perhaps an archived one.")


def drivers_of(organisation) -> list[Driver]:
    """By name, those who left last."""
    drivers = Driver.objects.filter(organisation=organisation)
    return list(drivers.order_by(F("archived_at").asc(nulls_first=True), "name", "pk"))


@transaction.atomic
def save_driver(driver: Driver, *, actor) -> Driver:
    """Store a new or renamed driver. Raises ValidationError when another has the name, in whatever case."""
    action = "driver.changed" if driver.pk else "driver.added"
    if _is_taken(driver):
        raise ValidationError({"name": _TAKEN})
    try:
        with transaction.atomic():
            driver.save(update_fields=["name"] if driver.pk else None)
    except IntegrityError:
        raise ValidationError({"name": _TAKEN}) from None
    audit(action=action, subject=driver, actor=actor)
    return driver


def _is_taken(driver: Driver) -> bool:
    """SQLite's LOWER, and so the constraint there, knows no umlauts."""
    others = Driver.objects.filter(organisation=driver.organisation).exclude(pk=driver.pk)
    return driver.name.casefold() in map(str.casefold, others.values_list("name", flat=True))


@transaction.atomic
def set_archived(driver: Driver, *, is_archived: bool, actor) -> bool:
    """Offer the driver no more, or again; deliveries keep their driver. Whether that changed anything."""
    others = Driver.objects.filter(pk=driver.pk, archived_at__isnull=is_archived)
    if not others.update(archived_at=timezone.now() if is_archived else None):
        return False
    audit(action="driver.archived" if is_archived else "driver.restored", subject=driver, actor=actor)
    return True
