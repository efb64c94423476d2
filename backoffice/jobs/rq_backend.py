"""Short tasks through Redis: the row stays the truth, and RQ hands its number to whoever is free at once.

A task is stored like any other, in the running transaction, its arguments sealed. After the commit its number
goes to Redis, and a worker of RQ (`manage.py rqworker`) takes the row by it. Redis never sees a letter, and
whatever it loses is still in the table: what waits longer than HANDED_ON is done by `manage.py worker`.
"""

import time
from datetime import datetime, timedelta
from functools import lru_cache

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from backoffice.jobs.backend import QueueBackend

QUEUES = ("stammgast", "stammgast-later")  # the second one for tasks of a priority below that of mail
DO_TASK = "backoffice.jobs.rq_worker.do_task"
AWAY_SECONDS = 5.0  # a Redis that did not answer holds up no further page for so long
_PATIENCE_SECONDS = 1
logger = structlog.get_logger(__name__)


class RedisAway:
    """What this process knows of a Redis that does not answer; `until` is by the monotonic clock."""

    def __init__(self):
        self.until = 0.0


redis_away = RedisAway()


class RqBackend(QueueBackend):
    """As QueueBackend; what is committed is handed on."""

    def enqueue(self, task: Task, args, kwargs):
        result = super().enqueue(task, args, kwargs)
        queue = QUEUES[task.priority < 0]
        transaction.on_commit(lambda: hand_on(int(result.id), queue, task.run_after))
        return result


def hand_on(job_id: int, queue_name: str, due_at: datetime | None = None) -> bool:
    """Tell the workers of RQ of a row, at once or when it is due; False when Redis does not answer."""
    if time.monotonic() < redis_away.until:
        return False
    try:
        queue = Queue(queue_name, connection=_redis(settings.REDIS_URL), serializer=JSONSerializer)
        job = queue.create_job(DO_TASK, args=(job_id,), timeout=-1, result_ttl=0, failure_ttl=0, ttl=None)
        if due_at and due_at > timezone.now():
            queue.schedule_job(job, due_at + timedelta(seconds=1))  # RQ counts in whole seconds
        else:
            queue.enqueue_job(job)
    except RedisError as error:
        redis_away.until = time.monotonic() + AWAY_SECONDS
        logger.warning("redis_away", reason=type(error).__name__)
        return False
    return True


def somebody_listens() -> bool:
    """Whether Redis answers and a worker of RQ waits there."""
    try:
        redis = _redis(settings.REDIS_URL)
        return any(Worker.count(queue=Queue(name, connection=redis)) for name in QUEUES[:1])
    except RedisError:
        return False


@lru_cache
def _redis(url: str) -> Redis:
    patience = {"socket_connect_timeout": _PATIENCE_SECONDS, "socket_timeout": _PATIENCE_SECONDS}
    return Redis.from_url(url, **patience)
