"""For worker processes that tests start: the test database, short leases and the toys."""

from tests.jobs.handlers import HANDLERS
from tests.settings import *  # noqa: F403

JOB_HANDLERS = HANDLERS
