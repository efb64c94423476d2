"""Codes and uses of a coupon as files."""

from collections.abc import Iterator

from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.audit.exports import give_out
from backoffice.audit.models import ExportRun
from backoffice.core.files.exports import CellKind
from backoffice.core.files.layouts import Layout
from backoffice.core.files.resources import TableField, TableResource
from loyalty.models import Coupon


class CouponResource(TableResource):
    """One row per coupon of the list."""

    title = _("Coupons")
    table_fields = [
        TableField("code", _("Code"), CellKind.TEXT),
        TableField("kind", _("Kind"), CellKind.TEXT),
        TableField("percent", _("Per cent"), CellKind.INTEGER),
        TableField("amount", _("Amount"), CellKind.MONEY, "amount_cents"),
        TableField("product", _("Product"), CellKind.TEXT, "product__name"),
        TableField("minimum_order", _("Minimum order"), CellKind.MONEY, "minimum_cents"),
        TableField("starts_on", _("Valid from"), CellKind.DAY),
        TableField("ends_on", _("Valid until"), CellKind.DAY),
        TableField("uses", _("Uses"), CellKind.INTEGER, "uses_count"),
        TableField("max_uses", _("Uses in all"), CellKind.INTEGER),
        TableField("max_uses_per_customer", _("Uses per customer"), CellKind.INTEGER),
        TableField("is_active", pgettext_lazy("coupons", "Running"), CellKind.BOOLEAN),
        TableField("archived_at", pgettext_lazy("coupons", "Archived"), CellKind.MOMENT),
    ]


class CouponCodeResource(TableResource):
    """One row per single-use code, and when it was used."""

    table_fields = [
        TableField("code", _("Code"), CellKind.TEXT, "code"),
        TableField("created_at", _("Made"), CellKind.MOMENT, "created_at"),
        TableField("used_at", _("Used"), CellKind.MOMENT, "used_at"),
    ]
    title = _("Coupon codes")


class CouponUseResource(TableResource):
    """One row per use, those that were given back too."""

    table_fields = [
        TableField(
            "code",
            _("Code"),
            CellKind.TEXT,
            "code__code",
            "coupon__code",
            make=lambda _day, own, all_: own or all_,
        ),
        TableField("used_at", _("Used"), CellKind.MOMENT, "occurred_at"),
        TableField("order_id", _("Order"), CellKind.TEXT, "order__external_id"),
        TableField("customer", _("Customer"), CellKind.INTEGER, "customer_id"),
        TableField("amount", _("Amount"), CellKind.MONEY, "amount_cents"),
        TableField("released_at", _("Given back"), CellKind.MOMENT, "released_at"),
    ]
    title = _("Coupon uses")


RESOURCES = {"codes": CouponCodeResource, "uses": CouponUseResource}
_KINDS = {"codes": ExportRun.Kind.COUPON_CODES, "uses": ExportRun.Kind.COUPON_USES}


def export_of(coupon: Coupon, what: str, *, actor, layout: Layout) -> Iterator[bytes]:
    """Yield a file of `codes` or `uses`, the oldest first. Raises TooManyExports."""
    used_at = Max("uses__occurred_at", filter=Q(uses__released_at=None))
    rows = coupon.codes.annotate(used_at=used_at) if what == "codes" else coupon.uses.all()
    organisation = coupon.organisation
    export = RESOURCES[what]().export(
        rows.order_by("pk"),
        currency=organisation.currency,
        export_fields=layout.columns,
        tz=organisation.tz,
    )
    return give_out(
        export,
        organisation=organisation,
        actor=actor,
        kind=_KINDS[what],
        layout=layout,
        query=f"coupon={coupon.code}",
    )
