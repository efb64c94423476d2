"""The examples of the docs and the README do what they say, as they stand."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from backoffice.api.docs import EXAMPLES
from customers.models import Customer
from orders.models import Order

FOLDER = settings.BASE_DIR / "backoffice" / "api" / "examples"
PROGRAMS = {".py": [sys.executable], ".sh": ["sh", "-e"]}


def run(name, server, key) -> str:
    path = FOLDER / name
    here = {"STAMMGAST_URL": server.url, "STAMMGAST_KEY": key}
    command = [*PROGRAMS[path.suffix], path]
    ran = subprocess.run(command, env=os.environ | here, capture_output=True, text=True)  # noqa: S603
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_examples_do_what_they_say(server, till, location):
    if shutil.which("curl") is None:
        pytest.skip("curl is missing")
    key = till().text
    for _again in range(2):
        run("order.sh", server, key)
        said = run("orders.py", server, key)

    assert Customer.objects.get().first_name == "Paula"
    assert Order.objects.get(external_id="2026-000117").status == "completed"
    assert Order.objects.count() == 4
    assert said.splitlines()[0] == "2026-000118 200 stored"
    assert said.splitlines()[-1].endswith("Paula +491713920087")


@pytest.mark.django_db
def test_the_docs_show_them_whole(client):
    page = client.get(reverse("api-docs")).content.decode()

    assert {path.name for path in FOLDER.iterdir()} == set(EXAMPLES)
    for name in EXAMPLES:
        assert escape((FOLDER / name).read_text()) in page


@pytest.mark.either
def test_the_readme_shows_the_first_one_whole():
    assert (FOLDER / "order.sh").read_text() in (settings.BASE_DIR / "README.md").read_text()
