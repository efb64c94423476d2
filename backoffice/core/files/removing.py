"""Files that go when the change that drops them is committed; by being away, a storage keeps none of them."""

from datetime import timedelta

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from backoffice.core.files.storage import StorageAway

AGAIN = timedelta(minutes=10)
logger = structlog.get_logger(__name__)


def remove_file(name: str) -> None:
    """Remove a file of the default storage when the running transaction is committed."""
    transaction.on_commit(lambda: remove_now.call(name))


@task()
def remove_now(name: str) -> None:
    try:
        default_storage.delete(name)
    except StorageAway as error:
        logger.warning("file_not_removed", reason=str(error))
        remove_now.using(run_after=timezone.now() + AGAIN).enqueue(name)
