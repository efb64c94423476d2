"""The admin site is off; switched on, it keeps to what `checks` say. That needs settings of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def test_it_is_off_by_default(client):
    assert client.get("/admin/").status_code == 404


@pytest.mark.slow
def test_switched_on_it_keeps_its_promises():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider"]
    command += ["--ds", "tests.admin_site.settings", str(FOLDER / "checks.py")]

    done = subprocess.run(  # noqa: S603
        command, cwd=FOLDER.parents[1], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
