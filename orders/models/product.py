from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import fold_case


def product_key(name: str) -> str:
    """What makes two names one product."""
    return fold_case(name, 240)


class Product(models.Model):
    """Something on the menu. An order line keeps its own copy of name, price and tax.

    `tax_rate` is per cent (7.00, 19.00); of a menu of food and drinks `second_tax_pct` per cent of the price
    bear `second_tax_rate`. Without `cost_cents` the cost is unknown, not 0. `allergens` are codes of
    Allergen. `sold_out_on` is the one day (location's time zone) on which there is no more of it.
    A product that `is_delivery_fee` is added to each delivery by itself, at most one is. `edited_at` is when
    somebody last kept it by hand; a product without came with orders and goes with them.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=240)
    category = models.CharField(_("category"), max_length=60, blank=True)
    price_cents = models.BigIntegerField(_("price"))
    cost_cents = models.BigIntegerField(_("cost"), null=True, blank=True)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=2, null=True, blank=True)
    second_tax_rate = models.DecimalField(
        _("second tax rate"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    second_tax_pct = models.PositiveSmallIntegerField(_("share at the second rate"), null=True, blank=True)
    allergens = models.JSONField(_("allergens"), default=list, blank=True)
    is_available = models.BooleanField(_("on the menu"), default=True)
    sold_out_on = models.DateField(null=True)
    archived_at = models.DateTimeField(null=True)
    is_delivery_fee = models.BooleanField(_("delivery fee"), default=False, db_default=False)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        permissions = [("sell_out_product", "Can mark products as sold out")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name_key"], name="product_name_unique"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(is_delivery_fee=True), name="product_delivery_fee_once"
            ),
            models.CheckConstraint(condition=Q(price_cents__gte=0), name="product_price_not_negative"),
            models.CheckConstraint(
                condition=Q(second_tax_rate__isnull=True, second_tax_pct__isnull=True)
                | Q(tax_rate__isnull=False, second_tax_rate__isnull=False, second_tax_pct__range=(1, 99)),
                name="product_taxes_complete",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_key = product_key(self.name)
        super().save(*args, **kwargs)
