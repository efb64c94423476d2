"""Production settings for the bench, with the stock admin beside our own pages as its peer."""

from backoffice.settings import *  # noqa: F403

INSTALLED_APPS += ["django.contrib.admin"]  # noqa: F405
ROOT_URLCONF = "backoffice.bench.urls"
EXPORTS_PER_USER_AND_DAY = 1_000_000
LOGGING = {"level": "ERROR"}
