"""The process refuses to start where it would be unsafe."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backoffice.safe_start import refuse_unsafe_start

SECRET = "aB3-dE6_gH9.jK2-mN5_pQ8.sT1-vW4_yZ7.bC0-eF3_hI6.kL9-nO2_"
SAFE = {"DEBUG": "false", "SECRET_KEY": SECRET, "ALLOWED_HOSTS": "backoffice.example.org"}
UNENCRYPTED = {"debug": False, "secret_key": SECRET, "https": False}


def check(tmp_path, *options, **environment):
    kept = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", *options]
    return subprocess.run(  # noqa: S603
        command, cwd=settings.BASE_DIR, env=kept | environment, capture_output=True, text=True, check=False
    )


def test_production_settings_pass_the_deployment_check(tmp_path):
    result = check(tmp_path, "--deploy", "--fail-level", "WARNING", **SAFE)

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
        (SAFE | {"SECRET_KEY": "x" * 60}, "SECRET_KEY to random characters"),
        (SAFE | {"ALLOWED_HOSTS": ""}, "Set ALLOWED_HOSTS"),
        (SAFE | {"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=* answers to any name"),
        (SAFE | {"ALLOWED_HOSTS": "backoffice.example.org,*"}, "ALLOWED_HOSTS=* answers to any name"),
        (SAFE | {"HTTPS": "false"}, "HTTPS is off and backoffice.example.org is public"),
        ({"DEBUG": "perhaps"}, "DEBUG must be true or false"),
        ({"REQUIRE_SECOND_FACTOR": "admin"}, "REQUIRE_SECOND_FACTOR must be one of"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "DATABASE_URL must name"),
        ({"REPLICA_URL": "postgres://localhost/x"}, "REPLICA_URL is for PostgreSQL"),
        ({"DATABASE_POOLED": "true"}, "DATABASE_POOLED is for PostgreSQL"),
        ({"DATABASE_URL": "postgres://localhost/x", "REPLICA_URL": "sqlite:///x"}, "REPLICA_URL must name"),
    ],
)
def test_an_unsafe_start_is_refused_with_a_sentence(tmp_path, environment, reason):
    result = check(tmp_path, **environment)

    assert result.returncode != 0
    assert reason in result.stderr


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "192.168.1.20", "10.0.0.4", "[fd00::4]"])
def test_an_own_network_may_do_without_encryption(host):
    refuse_unsafe_start(hosts=[host], **UNENCRYPTED)


@pytest.mark.parametrize("host", ["example.org", ".example.org", "8.8.8.8", "[2a00::1]", "10.example"])
def test_a_public_name_may_not(host):
    with pytest.raises(ImproperlyConfigured, match="passwords would travel in the open"):
        refuse_unsafe_start(hosts=["localhost", host], **UNENCRYPTED)


@pytest.mark.parametrize("key", ["a" * 60, "ab" * 30, "123456789" * 7])
def test_a_key_of_a_few_characters_is_no_secret(key):
    with pytest.raises(ImproperlyConfigured, match="random characters"):
        refuse_unsafe_start(debug=False, secret_key=key, hosts=["example.org"], https=True)


def test_packages_for_several_hosts_are_loaded_only_where_they_are_set(tmp_path):
    ask = (
        "import sys, django; django.setup(); from django.core.files.storage import default_storage as files;"
        "from django_tasks import default_task_backend as tasks; files.exists('x'); tasks.supports_defer;"
        "print(sorted({'boto3', 'storages', 'redis', 'rq'} & set(sys.modules)))"
    )
    kept = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
    }
    several = {"S3_BUCKET": "b", "S3_ENDPOINT_URL": "http://127.0.0.1:9", "TASKS_BACKEND": "rq"}
    for environment, loaded in ((kept, "[]"), (kept | several, "['boto3', 'redis', 'rq', 'storages']")):
        ask = ask.replace("files.exists('x')", "files.is_shared") if environment != kept else ask
        command = [sys.executable, "-c", ask]
        told = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)  # noqa: S603
        assert told.stdout.strip() == loaded, told.stderr
