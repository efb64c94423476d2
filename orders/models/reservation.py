from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import validate_visible
from customers.choices import Source
from orders.choices import ReservationState

SLOT_MINUTES = 15


class DiningTable(models.Model):
    """A table of a location. It leaves the choice by `is_active`, never the past."""

    location = models.ForeignKey("staff.Location", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=40, validators=[validate_visible])
    area = models.CharField(_("area"), max_length=40, blank=True, validators=[validate_visible])
    seats = models.PositiveSmallIntegerField(_("seats"))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "name"], name="dining_table_name_unique"),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=500), name="dining_table_seats"),
        ]

    def __str__(self):
        return self.name


class Reservation(models.Model):
    """A party that comes, came or did not.

    `starts_at` is a quarter of an hour, `minutes` how long the party stays; `starts_on` is the day of
    `starts_at` on the clock of the location. Whoever has no `customer` keeps `name` and `phone` (E.164 or
    empty) here. `area` is a wish where no table is chosen yet. `is_booked_anyway` was outside the opening
    hours, on purpose. A reservation is no receipt: statistics of customers know nothing of it. One that a
    program brought has its `source` and, if it told one, the number there (`external_id`); `fingerprint`
    (SHA-256 of what was sent) tells a retry from another one.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    location = models.ForeignKey("staff.Location", models.RESTRICT, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", models.RESTRICT, null=True, blank=True, related_name="+", db_index=False
    )
    table = models.ForeignKey(DiningTable, models.RESTRICT, null=True, blank=True, related_name="+")
    area = models.CharField(_("area"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    starts_at = models.DateTimeField()
    starts_on = models.DateField()
    minutes = models.PositiveSmallIntegerField(_("duration"))
    party = models.PositiveSmallIntegerField(_("people"))
    state = models.CharField(_("status"), max_length=10, choices=ReservationState)
    note = models.TextField(_("note"), max_length=500, blank=True)
    is_booked_anyway = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    source = models.CharField(_("source"), max_length=20, choices=Source, blank=True, db_default="")
    external_id = models.CharField(max_length=80, blank=True, db_default="")
    fingerprint = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "source", "external_id"],
                condition=~Q(external_id=""),
                name="reservation_external_id_unique",
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | ~Q(name=""), name="reservation_names_somebody"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=True) | Q(name="", phone=""), name="reservation_name_once"
            ),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__startswith="+"), name="reservation_phone_is_e164"
            ),
            models.CheckConstraint(condition=Q(party__gte=1, party__lte=500), name="reservation_party"),
            models.CheckConstraint(
                condition=Q(minutes__gte=SLOT_MINUTES, minutes__lte=24 * 60)
                & Q(Exact(F("minutes") % SLOT_MINUTES, 0)),
                name="reservation_minutes_in_quarters",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReservationState.values), name="reservation_state_known"
            ),
        ]
        indexes = [
            # serves a day, a week, and what is still to come at a location
            models.Index("location", "starts_on", "starts_at", name="reservation_by_day"),
            # serves a customer's reservations newest first, their visits and no-shows
            models.Index("customer", F("starts_at").desc(), F("id").desc(), name="reservation_by_customer"),
        ]

    def __str__(self):
        return f"R-{self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def shown_name(self) -> str:
        return self.customer.name if self.customer else self.name


class TableSlot(models.Model):
    """A quarter of an hour of a table that is held: nobody else gets it, whatever runs in parallel."""

    table = models.ForeignKey(DiningTable, models.CASCADE, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    reservation = models.ForeignKey(Reservation, models.CASCADE, related_name="slots")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "starts_at"], name="table_slot_held_once"),
        ]
