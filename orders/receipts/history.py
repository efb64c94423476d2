"""What happened to an order and who did it, newest first."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.audit.models import AuditEntry
from backoffice.core.text.formats import Formats
from orders.choices import OrderStatus
from orders.models import Order, OrderVoid

# by action: sentence, tone, icon
_ACTIONS = {
    "order.recorded": (gettext_lazy("Order taken"), "neutral", "plus"),
    "order.accepted": (gettext_lazy("Accepted"), "neutral", "check"),
    "order.ready": (gettext_lazy("Ready"), "neutral", "dish"),
    "order.out": (gettext_lazy("Out for delivery"), "neutral", "truck"),
    "order.completed": (gettext_lazy("Completed"), "ok", "check"),
    "order.moved": (gettext_lazy("Given to another customer"), "warn", "user"),
    "order.receipt_sent": (gettext_lazy("Receipt sent by e-mail"), "neutral", "mail"),
    "order.noted": (gettext_lazy("Note changed"), "neutral", "note"),
}
# those whose own counter-entry says more
_TOLD_OTHERWISE = ("order.voided", "order.refunded")


@dataclass(frozen=True)
class HistoryLine:
    """A line as text; `who` is empty for what a source reported."""

    text: str
    at: datetime
    moment: str
    who: str
    tone: str
    icon: str

    @property
    def iso(self) -> str:
        return self.at.isoformat()

    @property
    def detail(self) -> str:
        return f"{self.moment} · {self.who}" if self.who else self.moment


def order_history(order: Order, formats: Formats) -> list[HistoryLine]:
    """Its own moments, the log and the counter-entries. One or two queries, the refunds are read before."""
    lines = [_placed(order, formats)]
    if order.delivered_at:
        lines.append(_line(_("Delivered"), order.delivered_at, "", "ok", "check", formats))
    entries = AuditEntry.objects.filter(
        organisation=order.organisation, subject_type="order", subject_id=order.pk
    )
    for entry in entries.exclude(action__in=_TOLD_OTHERWISE).select_related("actor"):
        text, tone, icon = _ACTIONS.get(entry.action, (entry.action, "neutral", "log"))
        who = str(entry.actor or _("System"))
        lines.append(_line(str(text), entry.occurred_at, who, tone, icon, formats))
    voids = OrderVoid.objects.filter(order=order).select_related("actor")
    for void in voids if order.status == OrderStatus.VOIDED else ():
        text = _("Voided: %(reason)s") % {"reason": void.reason}
        lines.append(
            _line(text, void.occurred_at, str(void.actor or _("System")), "bad", "x-circle", formats)
        )
    for refund in order.refunds.all():
        words = {"amount": formats.money(refund.amount_cents), "reason": refund.reason}
        text, who = _("Refunded %(amount)s: %(reason)s") % words, str(refund.actor or _("System"))
        lines.append(_line(text, refund.occurred_at, who, "warn", "undo", formats))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _placed(order: Order, formats: Formats) -> HistoryLine:
    text = _("Placed, source: %(source)s") % {"source": order.get_source_display()}
    return _line(text, order.placed_at, "", "neutral", "receipt", formats)


def _line(text, at, who, tone, icon, formats) -> HistoryLine:
    return HistoryLine(text, at, formats.moment(at), who, tone, icon)
