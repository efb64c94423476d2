"""Fetching what was missed: orders that changed at the shop since a moment, by its API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.outgoing import NotReached
from backoffice.jobs.kinds import labelled
from backoffice.jobs.models import Job
from backoffice.jobs.running import JobFailed, RunningJob
from backoffice.jobs.services import enqueue
from orders.choices import SourceKind
from orders.models import ConnectedSource
from orders.sources.applying import NotPossible
from orders.sources.asking import ask
from orders.sources.formats import Part, format_of
from orders.sources.receiving import store_pulled
from orders.sources.words import sentence_of

PULLED = (SourceKind.WOOCOMMERCE, SourceKind.SHOPIFY)


def can_pull(source: ConnectedSource) -> bool:
    """Whether its vendor tells what was missed, and we have the key to its door."""
    return source.kind in PULLED and bool(source.sealed_token)


def start_pull(source: ConnectedSource, *, since: datetime, actor, url: str = "") -> Job:
    """Fetch in the background what changed since then; `url` is the page that shows what comes."""
    return enqueue(
        kind="orders.pull_source",
        organisation=source.organisation,
        actor=actor,
        title=_("Missed orders of %(source)s") % {"source": source.name},
        url=url,
        params={"source": source.pk, "since": since.astimezone(UTC).isoformat()},
    )


@labelled(gettext_lazy("Fetching missed orders"))
def pull_missed(running: RunningJob) -> None:
    """Each order becomes a message as if the shop had sent it: what we know already changes nothing."""
    sources = ConnectedSource.objects.select_related("organisation", "location")
    source = sources.get(pk=running.job.params["source"], organisation=running.job.organisation)
    started_at, counts = timezone.now(), running.job.counts or {"new": 0}
    try:
        for orders, since in _pages(source, running):
            counts["new"] += sum(store_pulled(source, order) for order in orders)
            done = running.job.done_count + len(orders)
            running.advance(done=done, cursor=since.isoformat(), counts=counts)
            running.give_way()
    except NotPossible as error:
        raise JobFailed(sentence_of(error.code, error.detail), code=error.code) from None
    except NotReached as error:
        raise JobFailed(str(error), code="not_reached") from None
    ConnectedSource.objects.filter(pk=source.pk).update(pulled_until=started_at)


def _pages(source: ConnectedSource, running: RunningJob) -> Iterator[tuple[list[Part], datetime]]:
    """Pages of orders, the oldest change first, each with the moment from which the next one goes on."""
    vendor = format_of(source.kind)
    since = datetime.fromisoformat(running.job.cursor or running.job.params["since"])
    page, before = 1, []
    while True:
        orders = ask(source, vendor.missed_path(since, page)).parts(vendor.MISSED)
        ids = [order.needed("id") for order in orders]
        if page > 1 and ids == before:  # it knows no pages, and all of one second do not fit into one
            return
        yield orders, since
        if len(orders) < vendor.MISSED_AT_ONCE:
            return
        # of the last second there may be more than came: it is asked for again
        last = max(vendor.changed_at(order) for order in orders) - timedelta(seconds=1)
        since, page, before = (last, 1, ids) if last > since else (since, page + 1, ids)
