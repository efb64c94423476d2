"""The consent ledger has one writer (TRUST I4)."""

import re
from pathlib import Path

from django.conf import settings

WRITES = re.compile(r"ConsentEntry\.objects\.(create|bulk_create|update_or_create|get_or_create)")
FLAGS = re.compile(r"update\([^)]*(marketing|system|contact)_consent")


def test_only_the_consent_service_writes_the_ledger_and_its_switches():
    writers = set()
    for app in ("backoffice", "customers", "orders", "loyalty"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            text = path.read_text()
            if WRITES.search(text) or FLAGS.search(text):
                writers.add(path.relative_to(settings.BASE_DIR).as_posix())

    assert writers == {"customers/consent/ledger.py"}
