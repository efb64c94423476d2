"""Orders that come through the API: each key is a source, from its first order on."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import IntegrityError, transaction

from backoffice.api.models import ApiKey
from backoffice.core.database.prepared import Prepared
from customers.choices import Source
from orders.arrivals.counting import count_events
from orders.choices import SourceKind
from orders.models import ConnectedSource, SourceEvent


class SourceOff(Exception):
    """Nothing is taken of this source until somebody switches it on."""


def source_of_key(key: ApiKey) -> ConnectedSource:
    """The source that a key is; made with its first order."""
    if found := _of_key(key=key.pk):
        return found[0]
    made = ConnectedSource(
        organisation=key.organisation,
        location=key.location,
        name=key.name,
        slug=f"API-{key.pk}",  # in capitals: names of folders never come to that
        kind=SourceKind.API,
        source=Source.API,
        api_key=key,
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:  # its first two orders came at once
        return _of_key(key=key.pk)[0]
    return made


_of_key = Prepared(
    lambda key: ConnectedSource.objects.select_related("organisation", "location").filter(api_key=key)
)


@contextmanager
def arriving(source: ConnectedSource) -> Iterator[None]:
    """Around storing one order of a source: it is counted with it, or as an error without it.

    Raises SourceOff before anything is stored.
    """
    if not source.is_on:
        raise SourceOff
    try:
        with transaction.atomic():
            yield
            count_events(source, events=1)
    except Exception:
        count_events(source, events=1, errors=1)
        raise


def hold_back(source: ConnectedSource, *, number: str, body: bytes) -> None:
    """Keep an order as it was sent, to be worked on when somebody wants it. The very same again is kept once,
    another one under its number beside it: which of them counts is seen when they are worked on."""
    event = SourceEvent(
        connected_source=source,
        event_id=f"{number} {sha256(body).hexdigest()}",
        topic="order",
        body=body,
        state=SourceEvent.State.HELD,
        subject=number[:80],
    )
    try:
        with transaction.atomic():
            event.save(force_insert=True)
            count_events(source, events=1)
    except IntegrityError:
        return
