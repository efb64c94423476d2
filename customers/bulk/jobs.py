"""The two jobs of a bulk action: done and undone in chunks, each complete or absent."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from backoffice.jobs.kinds import labelled
from backoffice.jobs.running import JobFailed, RunningJob
from customers.bulk import running as bulk
from customers.models import BulkAction


@labelled(_("Change of many customers"))
def run_bulk(running: RunningJob) -> None:
    _in_chunks(running, bulk.customers_of, bulk.do_chunk, is_undo=False)


@labelled(_("Undo of a change of many customers"))
def undo_bulk(running: RunningJob) -> None:
    _in_chunks(running, bulk.customers_changed_by, bulk.undo_chunk, is_undo=True)


def _in_chunks(running: RunningJob, choose, step, *, is_undo: bool) -> None:
    """Goes on behind the last customer of the last chunk: whoever was changed is not asked again."""
    actions = BulkAction.objects.select_related("organisation", "location", "actor")
    action = actions.get(pk=running.job.params["action"], organisation=running.job.organisation_id)
    after, done = running.job.cursor or [0, 0]
    try:
        customers = choose(action)
    except bulk.ListUnreadable as error:
        raise JobFailed(str(error)) from None
    while ids := bulk.next_ids(customers, after):
        running.give_way()
        with transaction.atomic():
            step(action, ids)
            after, done = ids[-1], done + len(ids)
            running.advance(done=done, cursor=[after, done])
    bulk.log_whole(action, is_undo=is_undo)
