"""The worker of RQ: takes numbers of rows from Redis, and does these."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job as Message
from rq.serializers import JSONSerializer

from backoffice.jobs.models import Job
from backoffice.jobs.rq_backend import DO_TASK, QUEUES
from backoffice.jobs.running import RunningJob, claim
from backoffice.jobs.services import carry_out

RETRY_SECONDS = 2
MAINTENANCE_SECONDS = 30  # then it also looks after the process that waits for delayed tasks
logger = structlog.get_logger(__name__)


class UnknownMessage(Exception):
    """Redis names a function that is not ours to call."""


class OwnMessage(Message):
    """Who can write to Redis can have rows done that wait anyway, and nothing else."""

    @property
    def func(self):
        if self.func_name != DO_TASK:
            raise UnknownMessage
        return super().func


class TaskWorker(SimpleWorker):
    """Works in this process, which keeps what it knows of a mail server that is away."""

    def __init__(self, *args, asked_to_end: Event, **how):
        self.asked_to_end = asked_to_end
        super().__init__(*args, **how)

    def request_stop(self, signum, frame):
        self.asked_to_end.set()
        try:
            super().request_stop(signum, frame)
        except RedisError:  # a worker that is busy notes the moment in Redis
            raise StopRequested from None


def work_for_redis(*, burst: bool = False) -> None:
    """Take tasks from Redis until SIGTERM, which ends it after the running one; delayed ones as well."""
    asked_to_end = Event()
    how = {
        "connection": Redis.from_url(settings.REDIS_URL),
        "serializer": JSONSerializer,
        "job_class": OwnMessage,
    }
    queues = [Queue(name, **how) for name in QUEUES]
    with suppress(StopRequested):
        _end_on_sigterm(asked_to_end)
        while not asked_to_end.is_set():
            try:
                worker = TaskWorker(
                    queues, asked_to_end=asked_to_end, maintenance_interval=MAINTENANCE_SECONDS, **how
                )
                worker.work(burst=burst, with_scheduler=True, logging_level=logging.WARNING)
            except RedisError as error:  # its first question, or one at the wrong moment
                logger.warning("worker_without_redis", reason=type(error).__name__)
            if burst:
                return
            asked_to_end.wait(RETRY_SECONDS)


def _end_on_sigterm(asked_to_end: Event) -> None:
    """Until RQ listens itself, which it does only once Redis has answered."""

    def end(signum, frame):
        asked_to_end.set()
        raise StopRequested

    signal.signal(signal.SIGTERM, end)


def do_task(job_id: int) -> None:
    """Do a short task that is due, unless somebody else has; a database that is away leaves it for later."""
    close_old_connections()
    if not Job.objects.ready().short().filter(pk=job_id).exists():
        return
    if running := claim(job_id):
        with _kept(running):
            carry_out(running)


@contextmanager
def _kept(running: RunningJob) -> Iterator[None]:
    """Renew the lease beside a task, which cannot say how far it is."""
    ended = Event()

    def keep() -> None:
        try:
            while not ended.wait(settings.JOB_LEASE_SECONDS / 3):
                running.keep()
        finally:
            connection.close()

    thread = Thread(target=keep, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
