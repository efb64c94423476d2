"""Products added, changed, sold out for a day, archived."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.audit.services import audit
from orders.models import Product

_EDITED = (
    *("name", "name_key", "category", "price_cents", "cost_cents", "tax_rate", "second_tax_rate"),
    *("second_tax_pct", "allergens", "is_available", "is_delivery_fee", "edited_at"),
)


@transaction.atomic
def save_product(product: Product, *, changed: list[str], actor) -> Product:
    """Store a new or changed product. Raises ValidationError when another has its name. Receipts keep what
    was true when they were written."""
    action = "product.changed" if product.pk else "product.added"
    product.edited_at = timezone.now()
    try:
        with transaction.atomic():
            product.save(update_fields=_EDITED if product.pk else None)
    except IntegrityError:
        raise ValidationError({"name": _("There is a product with this name already.")}) from None
    audit(action=action, subject=product, actor=actor, fields=changed)
    return product


@transaction.atomic
def set_sold_out(product: Product, *, day: date | None, actor) -> bool:
    """There is none left on this day, or there is again (None). Whether that changed anything."""
    others = Product.objects.filter(pk=product.pk).exclude(sold_out_on=day)
    if not others.update(sold_out_on=day, edited_at=timezone.now()):
        return False
    audit(action="product.sold_out" if day else "product.available", subject=product, actor=actor)
    return True


@transaction.atomic
def set_archived(product: Product, *, is_archived: bool, actor) -> bool:
    """Take it out of the list, or back into it; reports keep it. Whether that changed anything."""
    now = timezone.now()
    others = Product.objects.filter(pk=product.pk, archived_at__isnull=is_archived)
    if not others.update(archived_at=now if is_archived else None, edited_at=now):
        return False
    audit(action="product.archived" if is_archived else "product.restored", subject=product, actor=actor)
    return True
