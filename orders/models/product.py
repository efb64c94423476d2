from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.text.text import fold_case


def product_key(name: str) -> str:
    """What makes two names one product."""
    return fold_case(name, 240)


class Product(models.Model):
    """Something on the menu. An order line keeps its own copy of name, price and tax.

    `tax_rate` is per cent (7.00, 19.00). Without `cost_cents` the cost is unknown, not 0.
    """

    organisation = models.ForeignKey("staff.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=240)
    category = models.CharField(_("category"), max_length=60, blank=True)
    price_cents = models.BigIntegerField(_("price"))
    cost_cents = models.BigIntegerField(_("cost"), null=True, blank=True)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=2, null=True, blank=True)
    is_available = models.BooleanField(_("available"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name_key"], name="product_name_unique"),
            models.CheckConstraint(condition=Q(price_cents__gte=0), name="product_price_not_negative"),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_key = product_key(self.name)
        super().save(*args, **kwargs)
