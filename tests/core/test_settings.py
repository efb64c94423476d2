"""The process refuses to start where it would be unsafe."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SAFE = {"DEBUG": "false", "SECRET_KEY": "x1" * 30, "ALLOWED_HOSTS": "backoffice.example.org"}


def check(tmp_path, *options, **environment):
    kept = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", *options]
    return subprocess.run(  # noqa: S603
        command, cwd=settings.BASE_DIR, env=kept | environment, capture_output=True, text=True, check=False
    )


def test_production_settings_pass_the_deployment_check(tmp_path):
    secret = {"SECRET_KEY": "aB3-dE6_gH9.jK2-mN5_pQ8.sT1-vW4_yZ7.bC0-eF3_hI6.kL9-nO2_"}

    result = check(tmp_path, "--deploy", "--fail-level", "WARNING", **SAFE | secret)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        (
            {"DEBUG": "true", "ALLOWED_HOSTS": "backoffice.example.org"},
            "ALLOWED_HOSTS is public",
        ),
        (SAFE | {"SECRET_KEY": ""}, "Set SECRET_KEY"),
        (SAFE | {"SECRET_KEY": "short"}, "Set SECRET_KEY"),
        (SAFE | {"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must name"),
    ],
)
def test_an_unsafe_start_is_refused_with_a_sentence(tmp_path, environment, reason):
    result = check(tmp_path, **environment)

    assert result.returncode != 0
    assert reason in result.stderr
