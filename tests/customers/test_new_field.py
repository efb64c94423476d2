"""A new field of a customer costs its column and its row in `customers.fields`; features follow its kind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from customers.field_kinds import STORED_KINDS, Group, Kind
from customers.fields import FIELDS
from customers.importing.fields import COMPUTED, import_fields
from customers.importing.reading import CustomerReader
from customers.listing.cells import CELLS
from customers.listing.search import SORTS

FOLDER = Path(__file__).parent / "new_field"


@pytest.mark.slow
def test_a_day_called_anniversary_is_found_everywhere():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider"]
    command += ["--ds", "tests.customers.new_field.settings", str(FOLDER / "checks.py")]

    done = subprocess.run(  # noqa: S603
        command, cwd=FOLDER.parents[2], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_stand_in_the_list(kind):
    assert kind in CELLS or kind is Kind.STATUS


def test_every_listed_field_sorts():
    assert {field.code for field in FIELDS if field.listed} <= set(SORTS)


def test_every_field_that_is_typed_has_a_place_on_the_form():
    assert {field.name for field in FIELDS if field.is_stored and field.group is Group.FIGURES} == set()


def test_every_field_that_no_rule_computes_is_read_from_files(organisation):
    from customers.importing.mapping import CustomerMapping

    names = [name for name in import_fields() if name not in COMPUTED]
    reader = CustomerReader(organisation, names, CustomerMapping(columns={name: name for name in names}))

    unread = [name for _header, name, parse, read in reader._columns if parse is None and read is None]
    assert unread == []
    assert {Kind.TEXT, Kind.DAY} <= STORED_KINDS
