"""The settings of tests, with one more field of customers and databases of their own."""

import os

os.environ["PYTEST_XDIST_TESTRUNUID"] = f"f{os.getpid()}"

from tests.settings import *  # noqa: F403

INSTALLED_APPS = ["tests.customers.new_field", *INSTALLED_APPS]  # noqa: F405
