"""The settings of tests with the admin site switched on, and databases of their own."""

import os

os.environ["ADMIN_SITE"] = "true"
os.environ["PYTEST_XDIST_TESTRUNUID"] = f"a{os.getpid()}"

from tests.settings import *  # noqa: F403
