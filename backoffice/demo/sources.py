"""What the orders of the demo come from: a shop, a till and a platform that send, with thirty days of it."""

import json
from datetime import datetime, timedelta
from random import Random

from backoffice.core.text.periods import local_day
from customers.choices import Source
from orders.choices import SourceKind
from orders.models import ConnectedSource, SourceDay, SourceEvent
from orders.sources import save_source

_SENDERS = (  # kind, name, source, events a day, minutes since the last one
    (SourceKind.WOOCOMMERCE, "Webshop", Source.WEB, 38, 26 * 60),
    (SourceKind.LIGHTSPEED, "Kasse Altstadt", Source.STORE, 64, 3),
    (SourceKind.DELIVERECT, "Lieferplattform", Source.DELIVERY_PLATFORM, 21, 12),
)
_DAYS = 30


def connect_sources(organisation, *, now: datetime, admin, rng: Random) -> None:
    """One of them is silent, one has messages that could not be taken in."""
    for kind, name, code, per_day, minutes in _SENDERS:
        source = ConnectedSource(organisation=organisation, name=name, kind=kind, source=code)
        source.location = organisation.locations.order_by("pk").first()
        source.secret = f"demo-{kind}"
        save_source(source, actor=admin, changed=["name"])
        last = now - timedelta(minutes=minutes)
        seen = {"created_at": now - timedelta(days=90), "last_event_at": last}
        ConnectedSource.objects.filter(pk=source.pk).update(**seen)
        today = local_day(now, source.tz)
        SourceDay.objects.bulk_create(_days(source, today, local_day(last, source.tz), per_day, rng))
    _leave_open(source, now)


def _days(source, today, last, per_day: int, rng: Random):
    for back in range(_DAYS):
        day = today - timedelta(days=back)
        if day <= last:
            events = max(1, round(rng.gauss(per_day, per_day / 5)))
            errors = 3 if source.kind == SourceKind.DELIVERECT and back in (0, 3) else 0
            yield SourceDay(connected_source=source, day=day, events=events, errors=errors)


def _leave_open(source, now: datetime) -> None:
    """Cancellations of orders that never came."""
    for number in range(3):
        payload = {
            "channelOrderId": f"LFO-{4400 + number}",
            "status": 100,
            "items": [{"name": "Maronensuppe"}],
        }
        SourceEvent.objects.create(
            connected_source=source,
            event_id=f"demo-{number}",
            topic="cancellation",
            body=json.dumps(payload).encode(),
            received_at=now - timedelta(hours=number),
            state=SourceEvent.State.FAILED,
            code="unreadable",
            detail={"place": "_created"},
            attempts=1,
        )
