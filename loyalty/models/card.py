from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.audit.models import AppendOnlyModel
from loyalty.choices import CardEventKind, CardKind, CardState


class CardBatch(models.Model):
    """Cards that were made together and are printed on one sheet."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=CardKind)
    size = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    def __str__(self):
        return self.name


class Card(models.Model):
    """A loyalty card: digits, of which the last one checks the others, once in an organisation.

    An active card with a customer is linked, without one it is free. What a gift card holds is what the till
    reported; it is shown here and spent there (PRODUCT G11). Every `stamps_needed`th of the `stamps` of
    a punch card earns a free one; `free_given` of them were had.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    number = models.CharField(_("card number"), max_length=19)
    kind = models.CharField(_("kind"), max_length=10, choices=CardKind)
    state = models.CharField(_("status"), max_length=10, choices=CardState, default=CardState.ACTIVE)
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(CardBatch, models.PROTECT, null=True, related_name="cards")
    replaced_by = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaces")
    reported_balance_cents = models.BigIntegerField(null=True)
    reported_at = models.DateTimeField(null=True)
    stamps = models.PositiveIntegerField(default=0)
    stamps_needed = models.PositiveSmallIntegerField(default=10)
    free_given = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        permissions = [
            ("link_card", "Can link cards to customers"),
            ("manage_cards", "Can make batches of cards and block cards"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="card_number_unique"),
            models.CheckConstraint(condition=Q(stamps_needed__gte=2), name="card_stamps_needed"),
            models.CheckConstraint(
                condition=Q(state="replaced", replaced_by__isnull=False)
                | (~Q(state="replaced") & Q(replaced_by__isnull=True)),
                name="card_replaced_by_another",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True, reported_balance_cents__isnull=True)
                | Q(kind="gift", reported_at__isnull=False, reported_balance_cents__gte=0),
                name="card_balance_is_reported",
            ),
        ]
        indexes = [
            # serves the list, newest first
            models.Index("organisation", "id", name="card_by_age"),
        ]

    def __str__(self):
        return self.spaced

    @property
    def spaced(self) -> str:
        """In groups of four, as it is printed."""
        return " ".join(self.number[place : place + 4] for place in range(0, len(self.number), 4))

    @property
    def is_usable(self) -> bool:
        return self.state == CardState.ACTIVE

    @property
    def stamps_now(self) -> int:
        return self.stamps % self.stamps_needed

    @property
    def free_left(self) -> int:
        return max(0, self.stamps // self.stamps_needed - self.free_given)


class CardEvent(AppendOnlyModel):
    """What happened to a card, when, by whom. `customer` is whose it became or was."""

    card = models.ForeignKey(Card, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=CardEventKind)
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, related_name="+")
    other = models.ForeignKey(Card, models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()


class CardStamp(models.Model):
    """An order that stamped a punch card; the row goes with a void."""

    order = models.OneToOneField("orders.Order", models.CASCADE, related_name="+")
    card = models.ForeignKey(Card, models.CASCADE, related_name="+")
