"""Production settings for the bench, with the stock admin beside our own pages as its peer."""

from backoffice import env
from backoffice.settings import *  # noqa: F403

INSTALLED_APPS += ["django.contrib.admin"]  # noqa: F405
ROOT_URLCONF = "tests.bench.urls"
EXPORTS_PER_USER_AND_DAY = 1_000_000
BENCH_ROWS = env.number("BENCH_ROWS", 5_000)  # customers in the file that is imported
LOGGING = {"level": "ERROR"}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    synchronous = env.text("BENCH_SYNCHRONOUS", "FULL")
    DATABASES["default"]["OPTIONS"]["init_command"] += f"PRAGMA synchronous={synchronous};"  # noqa: F405
