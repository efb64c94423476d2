"""Codes of cards and coupons."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CardKind(models.TextChoices):
    POINTS = "points", _("Points")
    GIFT = "gift", pgettext_lazy("card", "Gift")
    PUNCH = "punch", pgettext_lazy("card", "Punch")
    ID = "id", pgettext_lazy("card", "ID")


class CardState(models.TextChoices):
    ACTIVE = "active", _("active")
    BLOCKED = "blocked", pgettext_lazy("card", "blocked")
    REPLACED = "replaced", pgettext_lazy("card", "replaced")


class CardEventKind(models.TextChoices):
    CREATED = "created", pgettext_lazy("card", "created")
    LINKED = "linked", pgettext_lazy("card", "linked")
    UNLINKED = "unlinked", pgettext_lazy("card", "unlinked")
    REPLACED = "replaced", pgettext_lazy("card", "replaced")
    BLOCKED = "blocked", pgettext_lazy("card", "blocked")
    UNBLOCKED = "unblocked", pgettext_lazy("card", "unblocked")
    FREE_GIVEN = "free_given", pgettext_lazy("card", "a free one given")


class CouponKind(models.TextChoices):
    PERCENT = "percent", pgettext_lazy("coupon", "Percent")
    AMOUNT = "amount", pgettext_lazy("coupon", "Amount")
    PRODUCT = "product", pgettext_lazy("coupon", "Product free")
    DELIVERY = "delivery", pgettext_lazy("coupon", "Free delivery")
