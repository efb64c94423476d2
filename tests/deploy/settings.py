"""As in production, behind a proxy that ends TLS; the key and the database are those of the tests."""

import os

os.environ |= {"HTTPS": "true", "TRUSTED_PROXIES": "1"}

from tests.settings import *  # noqa: F403
