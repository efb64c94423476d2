"""Production settings with fast hashing, mail in memory and a time zone far from any restaurant."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "true")

from backoffice.settings import *  # noqa: F403

DEBUG = False
TIME_ZONE = "Pacific/Auckland"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Each run has its own database, so that two runs on one machine do not meet.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:8]
_DATABASE = DATABASES["default"]  # noqa: F405
_DATABASE["TEST"] = {"NAME": f"test_stammgast_{_RUN}"}
if _DATABASE["ENGINE"].endswith("sqlite3"):
    # A file, because threads do not see each other's locks in memory; not synced, as it is thrown away.
    _DATABASE["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"stammgast-{_RUN}.sqlite3")}
    _DATABASE["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    # A killed test leaves nothing that must be kept; workers are killed, the server where a test asks.
    _SYNCHRONOUS = os.environ.get("SYNCHRONOUS_COMMIT", "off")
    _DATABASE.setdefault("OPTIONS", {})["options"] = f"-c synchronous_commit={_SYNCHRONOUS}"

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
if not S3_BUCKET:  # noqa: F405 - a process of a test about buckets has one
    STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
# Uploads of one test process, thrown away by the system.
if "MEDIA_ROOT" not in os.environ:
    MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="stammgast-media-"))
    INBOX_DIR = MEDIA_ROOT / "inbox"
