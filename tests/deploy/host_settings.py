"""As on a host of several: real files in MEDIA_ROOT, and nothing that a pooler would refuse."""

from backoffice.settings import STORAGES as REAL_STORAGES
from tests.settings import *  # noqa: F403

STORAGES = STORAGES | {"default": REAL_STORAGES["default"]}  # noqa: F405
DATABASES["default"]["OPTIONS"] = {}  # noqa: F405
