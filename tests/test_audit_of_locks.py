"""The audit of the locks: what it says when all is well, when something is known, when nobody answered."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

CLEAN = {"name": "django", "version": "5.2", "vulns": []}
FAULTY = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"]}]}
UNKNOWN = {"name": "polib", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (json.dumps({"dependencies": [CLEAN]}), 0, "1 dependencies, no known vulnerabilities"),
        (json.dumps({"dependencies": [CLEAN, FAULTY]}), 1, "pillow 1.0: PYSEC-1, mended in 2.0"),
        (json.dumps({"dependencies": [CLEAN, UNKNOWN]}), 2, "NOT AUDITED: 1 of 2"),
        (json.dumps({"dependencies": [FAULTY, UNKNOWN]}), 1, "NOT AUDITED: 1 of 2"),
        (json.dumps({"dependencies": []}), 2, "NOT AUDITED"),
        ("", 2, "NOT AUDITED: the database of vulnerabilities did not answer"),
    ],
)
def test_an_audit_that_was_none_does_not_look_like_one(tmp_path, answer, code, says):
    stand_in = tmp_path / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    stand_in.chmod(0o700)

    ended = subprocess.run(  # noqa: S603
        [sys.executable, settings.BASE_DIR / ".ci" / "audit"],
        env=os.environ | {"PIP_AUDIT": str(stand_in)},
        capture_output=True,
        text=True,
    )

    assert (ended.returncode, says in ended.stdout) == (code, True), ended.stdout + ended.stderr
