from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from loyalty.choices import CouponKind

EVERY_DAY = 0b1111111  # bit 0 is Monday


class Coupon(models.Model):
    """A rule that takes something off an order, under its `code` (upper case) or single-use codes.

    `percent` of the lines, `amount_cents`, one of `product`, or the delivery fee. It holds from
    `starts_on` to `ends_on` on the weekdays of `weekday_bits` between `from_time` and `to_time`, all in
    the zone of the order's location; hours that end before they begin go past midnight and belong to the
    day on which they began. Without `locations` or `service_types` it holds for all of them.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    code = models.CharField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=CouponKind)
    percent = models.PositiveSmallIntegerField(null=True)
    amount_cents = models.BigIntegerField(null=True)
    product = models.ForeignKey("orders.Product", models.SET_NULL, null=True, related_name="+")
    starts_on = models.DateField(_("valid from"), null=True, blank=True)
    ends_on = models.DateField(_("valid until"), null=True, blank=True)
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("until"), null=True, blank=True)
    weekday_bits = models.PositiveSmallIntegerField(default=EVERY_DAY)
    service_types = models.JSONField(default=list, blank=True)
    locations = models.ManyToManyField("staff.Location", related_name="+", blank=True)
    minimum_cents = models.BigIntegerField(default=0)
    max_uses = models.PositiveIntegerField(null=True, blank=True)
    max_uses_per_customer = models.PositiveIntegerField(null=True, blank=True)
    uses_count = models.PositiveIntegerField(default=0)
    has_single_codes = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        permissions = [("manage_coupons", "Can add and change coupons")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="coupon_code_unique"),
            models.CheckConstraint(
                condition=Q(max_uses__isnull=True) | Q(uses_count__lte=F("max_uses")),
                name="coupon_uses_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__range=(1, 100)), name="coupon_percent_possible"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gt=0), name="coupon_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(kind="percent", percent__isnull=False)
                | Q(kind="amount", amount_cents__isnull=False)
                | Q(kind__in=["product", "delivery"]),
                name="coupon_has_value",
            ),
            models.CheckConstraint(
                condition=Q(weekday_bits__range=(1, EVERY_DAY)), name="coupon_has_weekday"
            ),
            models.CheckConstraint(condition=Q(minimum_cents__gte=0), name="coupon_minimum_not_negative"),
        ]
        indexes = [
            models.Index("organisation", "id", name="coupon_by_age"),
        ]

    def __str__(self):
        return self.code


class CouponCode(models.Model):
    """A code of its own that is good for one use of its coupon."""

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    coupon = models.ForeignKey(Coupon, models.CASCADE, related_name="codes")
    code = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "code"], name="coupon_single_code_unique"),
        ]


class CouponUse(models.Model):
    """A coupon used on an order, once at a time; `released_at` when the order was voided."""

    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="uses")
    code = models.ForeignKey(CouponCode, models.PROTECT, null=True, related_name="uses")
    order = models.ForeignKey("orders.Order", models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey("customers.Customer", models.SET_NULL, null=True, related_name="+")
    amount_cents = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    occurred_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coupon", "order"],
                condition=Q(released_at__isnull=True),
                name="coupon_once_per_order",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(released_at__isnull=True, code__isnull=False),
                name="coupon_code_used_once",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gte=0), name="coupon_use_not_negative"),
        ]
        indexes = [
            # serves the history of a coupon, newest first
            models.Index("coupon", "id", name="coupon_use_by_age"),
        ]


class CouponGuest(models.Model):
    """The `n`th use of a coupon by somebody, under each way they can be known: customer, phone, e-mail."""

    coupon = models.ForeignKey(Coupon, models.CASCADE, related_name="+")
    use = models.ForeignKey(CouponUse, models.CASCADE, related_name="guests")
    contact_key = models.CharField(max_length=260)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coupon", "contact_key", "n"], name="coupon_guest_nth_once"),
        ]
