"""The worker process: takes tasks one after the other, with a caretaker thread beside them."""

import os
import time
from threading import Event, Thread

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django_tasks.utils import get_random_id
from django_tasks_db.management.commands.db_worker import Worker

from backoffice.jobs import caretaking
from backoffice.jobs.running import stop_requested
from backoffice.jobs.services import recover_jobs

POLL_SECONDS = 0.5
RETRY_SECONDS = 1
ROUND_SECONDS = 5.0
logger = structlog.get_logger(__name__)


class TaskWorker(Worker):
    """The queue's own worker, which also outlives its database and ends between two chunks."""

    def __init__(self):
        super().__init__(
            queue_names=["*"],
            interval=POLL_SECONDS,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_id(),
        )

    def work(self) -> None:
        """Run until a signal: the first ends after the running chunk, the second at once."""
        self.configure_signals()
        caretaker = Caretaker(self)
        caretaker.start()
        logger.info("worker_started", worker_id=self.worker_id)
        try:
            self.run()
        finally:
            caretaker.end()
        logger.info("worker_ended", worker_id=self.worker_id)

    def shutdown(self, signum, frame) -> None:
        if stop_requested.is_set():
            os._exit(1)  # like a kill: leases and heartbeats bring everything back
        # no exit from here: a task that was claimed a moment ago would stay claimed
        stop_requested.set()
        self.running = False

    def run(self) -> None:
        while self.running:
            try:
                return super().run()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("worker_without_database", exc_info=error)
                # a task whose end could not be stored belongs to a worker that is gone
                self.worker_id = get_random_id()
                connection.close()
                time.sleep(RETRY_SECONDS)


class Caretaker(Thread):
    """Says every few seconds that the worker is alive, and puts right what dead ones left behind.

    It has a database connection of its own and outlives every error, also a database that is away.
    """

    def __init__(self, worker: TaskWorker):
        super().__init__(name="caretaker", daemon=True)
        self._worker = worker
        self._ended = Event()

    def run(self) -> None:
        pause = min(ROUND_SECONDS, settings.JOB_LEASE_SECONDS / 3)
        try:
            self._round()
            while not self._ended.wait(pause):
                self._round()
            caretaking.sign_off(self._worker.worker_id)
        finally:
            connection.close()

    def end(self) -> None:
        """Sign off; a database that does not answer is not waited for."""
        self._ended.set()
        self.join(timeout=ROUND_SECONDS)

    def _round(self) -> None:
        try:
            close_old_connections()
            caretaking.beat(self._worker.worker_id)
            recover_jobs()
            caretaking.end_orphaned_tasks()
            caretaking.start_due_tasks()
        except Exception as error:
            logger.warning("caretaker_failed", exc_info=error)
            connection.close()
