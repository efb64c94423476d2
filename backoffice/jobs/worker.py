"""The worker process: does what is due, one after the other, with a caretaker thread beside it."""

import os
import signal
import time
from threading import Event, Thread

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils.crypto import get_random_string

from backoffice.core.files.working import clear_copies
from backoffice.jobs import caretaking, watchdog
from backoffice.jobs.models import Job
from backoffice.jobs.running import RunningJob, claim_next, stop_requested
from backoffice.jobs.services import carry_out, recover_jobs

POLL_SECONDS = 0.5
RETRY_SECONDS = 1
ROUND_SECONDS = 5.0
TIDY_SECONDS = 3600
logger = structlog.get_logger(__name__)


class Lane:
    """Does what is due of one kind, one after the other; it outlives a database that goes away.

    `kind` is a name of JobQuerySet: `long` or `left_over`.
    """

    def __init__(self, kind: str):
        self._kind = kind
        self.held: RunningJob | None = None

    def run(self) -> None:
        while not stop_requested.is_set():
            try:
                close_old_connections()
                if not self.run_next():
                    time.sleep(POLL_SECONDS)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("worker_without_database", exc_info=error)
                connection.close()
                time.sleep(RETRY_SECONDS)

    def run_next(self) -> bool:
        """Do what is due next; False when nothing is."""
        self.held = claim_next(getattr(Job.objects.ready(), self._kind)())
        try:
            if self.held:
                carry_out(self.held)
            return self.held is not None
        finally:
            self.held = None  # what could not be stored is left to its lease


class Worker:
    """Takes work from the queue until a signal: the first ends it after the running chunk, the second at
    once. Mail and other short tasks have a lane of their own: a mail server that hangs holds up no import,
    and a long file no mail.
    """

    def __init__(self):
        self.worker_id = get_random_string(32)
        self.jobs, self.tasks = GuardedLane("long"), Lane("left_over")

    def work(self) -> None:
        for wish in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wish, _end)
        watchdog.guard(settings.JOB_SILENT_SECONDS)
        caretaker = Caretaker(self)
        caretaker.start()
        tasks = Thread(target=self._run_tasks, name="tasks", daemon=True)
        tasks.start()
        logger.info("worker_started", worker_id=self.worker_id)
        try:
            self.jobs.run()
            tasks.join()
        finally:
            caretaker.end()
        logger.info("worker_ended", worker_id=self.worker_id)

    def _run_tasks(self) -> None:
        try:
            self.tasks.run()
        finally:
            connection.close()

    def run_next(self) -> bool:
        """Do what is due next of either kind; False when nothing is."""
        return self.tasks.run_next() or self.jobs.run_next()


class GuardedLane(Lane):
    """That of long jobs: one that says nothing for JOB_SILENT_SECONDS ends the process."""

    def run_next(self) -> bool:
        watchdog.sign_of_life()
        try:
            return super().run_next()
        finally:
            watchdog.rest()


def _end(signum, frame) -> None:
    if stop_requested.is_set():
        os._exit(1)  # like a kill: leases bring everything back
    # no exit from here: what was claimed a moment ago would wait for its lease to lapse
    stop_requested.set()


class Caretaker(Thread):
    """Says every few seconds that the worker is alive, and puts right what dead ones left behind.

    It has a database connection of its own and outlives every error, also a database that is away.
    """

    def __init__(self, worker: Worker):
        super().__init__(name="caretaker", daemon=True)
        self._worker = worker
        self._ended = Event()
        self._tidy_at = 0.0

    def run(self) -> None:
        pause = min(ROUND_SECONDS, settings.JOB_LEASE_SECONDS / 3)
        try:
            self._round()
            while not self._ended.wait(pause):
                self._round()
            caretaking.sign_off(self._worker.worker_id)
        finally:
            connection.close()

    def _tidy(self) -> None:
        """What each host does for itself: no other one sees its disk."""
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            clear_copies()

    def end(self) -> None:
        """Sign off; a database that does not answer is not waited for."""
        self._ended.set()
        self.join(timeout=ROUND_SECONDS)

    def _round(self) -> None:
        try:
            close_old_connections()
            caretaking.beat(self._worker.worker_id)
            if held := self._worker.tasks.held:
                held.keep()
            recover_jobs()
            caretaking.start_due_tasks()
            self._tidy()
        except Exception as error:
            logger.warning("caretaker_failed", exc_info=error)
            connection.close()
