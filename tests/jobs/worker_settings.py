"""For worker processes that tests start: the test database, short leases and the toys."""

from tests.jobs.handlers import HANDLERS
from tests.settings import *  # noqa: F403

JOB_HANDLERS = HANDLERS
# The test plays the mail server, which it names by EMAIL_HOST and EMAIL_PORT.
DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
