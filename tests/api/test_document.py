"""The document against a running server: all that schemathesis knows to check, and our own (TRUST §3)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from customers.invariants import broken_invariants
from loyalty.points import PointsLine, add_lines
from tests.factories import make_customer
from tests.orders.factories import MORNING, make_programme, make_table

pytestmark = [pytest.mark.slow, pytest.mark.either, pytest.mark.django_db(transaction=True)]
HERE = Path(__file__).parent
SECONDS = 90


@pytest.fixture
def key(organisation, location, till):
    make_programme(organisation)
    make_table(location)
    customer = make_customer(organisation)
    add_lines(organisation, [PointsLine(customer.pk, "adjusted", 100_000, MORNING)])
    return till().text


@pytest.mark.timeout(200)
def test_the_document_is_true(server, key, organisation, tmp_path):
    command = [Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml"]
    command += ["run", f"{server.url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {key}"]
    command += ["--checks", "all", "--max-time", str(SECONDS), "--max-examples", "25", "--no-color"]
    command += ["--generation-deterministic"]
    here = {"PYTHONPATH": str(settings.BASE_DIR), "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks"}

    run = subprocess.run(  # noqa: S603
        command, cwd=tmp_path, env=os.environ | here, capture_output=True, text=True
    )

    assert run.returncode == 0, run.stdout[-8_000:] + run.stderr[-2_000:]
    assert not list(broken_invariants(organisation))
