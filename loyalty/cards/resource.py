"""Cards as a file, one row each."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.files.exports import CellKind
from backoffice.core.files.resources import TableField, TableResource
from loyalty.choices import CardKind, CardState


def _status(today, state, customer):
    if state != CardState.ACTIVE:
        return str(state)
    return "linked" if customer else "free"


def _of(kind: CardKind):
    """What only cards of this kind hold."""
    return lambda today, of_card, value: value if of_card == kind else None


class CardResource(TableResource):
    """Points and gift value as the page shows them; what a card does not hold is empty."""

    title = _("Loyalty cards")
    table_fields = [
        TableField("card", _("Card number"), CellKind.TEXT, "number"),
        TableField("kind", _("Kind"), CellKind.TEXT),
        TableField("status", _("Status"), CellKind.TEXT, "state", "customer_id", make=_status),
        TableField("customer", _("Customer"), CellKind.INTEGER, "customer_id"),
        TableField("first_name", _("First name"), CellKind.TEXT, "customer__first_name"),
        TableField("last_name", _("Last name"), CellKind.TEXT, "customer__last_name"),
        TableField("batch", _("Batch"), CellKind.TEXT, "batch__name"),
        TableField(
            "points",
            _("Points"),
            CellKind.INTEGER,
            *("kind", "customer__stats__points"),
            make=_of(CardKind.POINTS),
        ),
        TableField("gift_balance", _("Balance at the till"), CellKind.MONEY, "reported_balance_cents"),
        TableField("reported_at", _("Reported"), CellKind.MOMENT),
        TableField("stamps", _("Stamps"), CellKind.INTEGER, "kind", "stamps", make=_of(CardKind.PUNCH)),
        TableField("created_at", pgettext_lazy("card", "Made"), CellKind.MOMENT),
    ]
