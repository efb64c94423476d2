"""Our own export of a whole restaurant, into an empty organisation and out again."""

import csv
import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from backoffice.core.files.exports import CellKind, Column, CsvDialect, write_xlsx
from backoffice.core.files.layouts import Layout
from backoffice.demo import building
from backoffice.staff.models import Organisation
from customers.exporting.files import export_customers
from customers.importing import import_customers
from customers.importing.fields import COMPUTED
from customers.invariants import broken_invariants
from customers.models import Customer
from loyalty.models import PointsEntry
from orders.recording.bulk import record_orders
from tests.factories import make_location, make_organisation

CSV = Layout("csv", CsvDialect(";", ","))
XLSX = Layout("xlsx", CsvDialect(";", ","))
SOME_ORDERS = 300
LABELLED = Layout("csv", CsvDialect(";", ","), labelled=True)


@pytest.fixture
def demo(db, monkeypatch):
    """Build the demo with so many customers, of whom some have ordered; its first restaurant."""

    def record_some(organisation, events):
        return record_orders(organisation, islice(events, SOME_ORDERS))

    monkeypatch.setattr(building, "record_orders", record_some)  # what orders say is not read anyway

    def demo(customers: int) -> Organisation:
        building.build(customers=customers, seed=5)
        return Organisation.objects.get(slug="lindenhof")

    return demo


def export(organisation, layout: Layout) -> bytes:
    customers = Customer.objects.of(organisation).order_by("email_key", "phone", "sort_name")
    return b"".join(export_customers(customers, organisation=organisation, actor=None, layout=layout))


def rows_of(content: bytes) -> list[dict[str, str]]:
    """Without the ids of that organisation, and what follows there from orders and points."""
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    return [{name: value for name, value in row.items() if name not in COMPUTED} for row in rows]


def move(here: Organisation, layout: Layout) -> Organisation:
    """Take the customers of one organisation into an empty one like it."""
    there = make_organisation(country=here.country, timezone=here.timezone, language=here.language)
    make_location(there)
    result = import_customers(
        io.BytesIO(export(here, layout)), organisation=there, subscribe_origin="Moved house"
    )
    assert (result.counts.rejected, result.counts.duplicates) == (0, 0), result.faults
    assert result.counts.created == Customer.objects.of(here).count()
    assert PointsEntry.objects.filter(customer__organisation=here).exists()
    assert not PointsEntry.objects.filter(customer__organisation=there).exists()
    return there


@pytest.mark.slow
def test_five_thousand_customers_come_out_as_they_went_in(demo):
    here = demo(5_000)

    there = move(here, CSV)

    before, after = rows_of(export(here, CSV)), rows_of(export(there, CSV))
    assert len(before) == 5_000
    assert after == before
    assert list(broken_invariants(there)) == []


@pytest.mark.slow
def test_a_thousand_customers_survive_other_layouts(demo):
    here = demo(1_000)
    before = rows_of(export(here, CSV))

    for layout in (XLSX, LABELLED):
        there = move(here, layout)
        assert rows_of(export(there, CSV)) == before, layout


def test_no_program_that_cuts_parts_of_a_second_shows_the_one_before():
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    moments = [(midnight + timedelta(seconds=second),) for second in range(0, 86_400, 7)]
    book = b"".join(write_xlsx([Column("at", "at", CellKind.MOMENT)], moments, title="x", tz=ZoneInfo("UTC")))

    (sheet,) = [name for name in zipfile.ZipFile(io.BytesIO(book)).namelist() if "/sheet" in name]
    content = zipfile.ZipFile(io.BytesIO(book)).read(sheet).decode()
    serials = [float(value) % 1 for value in re.findall(r"<v>(4\d{4}(?:\.\d+)?)</v>", content)]

    shown = [int(serial * 86_400 + 1e-5) for serial in serials]  # a double is that exact
    assert shown == list(range(0, 86_400, 7))
