from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.choices import ContactKind, Source


class ContactPoint(models.Model):
    """A phone or an e-mail of a customer (PRODUCT C8); every one finds the customer.

    `key` is what makes two of them one: E.164, or the folded e-mail; `value` is what is shown. `place`
    is 0 for the first of its kind, more for further ones, None for one that only finds: the alias that a
    corrected or merged value leaves. A shared one (family line, secretary, relay) is nobody's: it may be
    that of many customers and finds somebody only together with the name. `Customer.phone`, `phone2`,
    `email` and `other_contacts` cache these rows; `contacts.points` writes both.
    """

    # each without an index of its own: those below begin with it
    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", models.CASCADE, related_name="contact_points", db_index=False
    )
    kind = models.CharField(max_length=5, choices=ContactKind)
    key = models.CharField(max_length=254)
    value = models.CharField(max_length=254)
    place = models.SmallIntegerField(null=True)
    is_shared = models.BooleanField(default=False)
    origin = models.CharField(max_length=20, choices=Source)
    added_at = models.DateTimeField(default=timezone.now)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # one customer per value (TRUST I5); finds by value
            models.UniqueConstraint(
                fields=["organisation", "kind", "key"],
                condition=Q(is_shared=False),
                name="contact_point_unique",
            ),
            # serves the points of a customer
            models.UniqueConstraint(fields=["customer", "kind", "key"], name="contact_point_once"),
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(place=0), name="contact_point_one_first"
            ),
            models.CheckConstraint(
                condition=Q(kind=ContactKind.EMAIL) | Q(kind=ContactKind.PHONE, key__startswith="+"),
                name="contact_point_is_phone_or_email",
            ),
            models.CheckConstraint(condition=~Q(key="") & ~Q(value=""), name="contact_point_says_something"),
            models.CheckConstraint(
                condition=Q(place__isnull=True) | Q(place__gte=0), name="contact_point_place_known"
            ),
        ]
        indexes = [
            # finds by value who shares it
            models.Index(
                "organisation", "kind", "key", name="contact_point_shared", condition=Q(is_shared=True)
            ),
        ]

    @property
    def is_alias(self) -> bool:
        return self.place is None
