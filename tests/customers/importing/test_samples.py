"""Every sample of a file that somebody might bring: the dry run, and what the import makes of it."""

import gc
import time
import tracemalloc
from collections import Counter
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backoffice.jobs.models import Job
from customers.importing import check_file, import_customers
from customers.models import Customer, CustomerTag, ImportRow, ImportRun
from tests.samples.base import GROUPS, Sample
from tests.samples.every import SAMPLES

MAX_SECONDS = 10
MAX_BYTES = 60 << 20
SMALL_BYTES = 64 << 10
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
# a check works in them and leaves nothing there; the last one may name a job that it lets go
OF_THE_RUN = ('"customers_import', '"orders_orderimport"', '"orders_productimport"', '"jobs_job"')
OF_THE_RUN += ('"customers_bulkaction"',)
WITH_CUSTOMERS = [sample for sample in SAMPLES if sample.customers]


def sample_name(sample: Sample) -> str:
    return f"{sample.group}/{sample.name}"


@pytest.fixture
def place(settings, tmp_path):
    """Write a sample into a folder, with its limits set."""

    def place(sample: Sample):
        for name, value in sample.limits.items():
            assert hasattr(settings, name)
            setattr(settings, name, value)
        path = tmp_path / sample.name
        path.write_bytes(sample.make())
        return path

    return place


def mapping_of(sample: Sample, path, organisation) -> dict | None:
    """The columns as they are recognised, with what a person would have chosen besides."""
    chosen = {"on_unreadable": "refuse"} | sample.chosen if sample.faults else sample.chosen
    if not chosen:
        return None
    found = check_file(path, organisation=organisation)
    return None if found.error else found.mapping.to_json() | chosen


@contextmanager
def in_little_memory(path):
    """Fails when Python holds more than MAX_BYTES. Small text cannot swell, and tracing takes long."""
    if path.suffix in (".csv", ".vcf") and path.stat().st_size < SMALL_BYTES:
        yield
        return
    gc.collect()
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.either
@pytest.mark.parametrize("sample", SAMPLES, ids=sample_name)
def test_a_sample_is_judged_as_it_should_and_nothing_is_written(sample, place, organisation, location):
    path = place(sample)
    mapping = mapping_of(sample, path, organisation)

    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries, in_little_memory(path):
        result = check_file(path, organisation=organisation, mapping=mapping)
    assert time.monotonic() - began < MAX_SECONDS

    assert (result.error_code, sample.says in result.error) == (sample.error, True), result.error
    counts = (result.accepted, result.rejected, result.duplicates)
    assert counts == (sample.accepted, sample.rejected, sample.duplicates), result.faults
    assert result.rows == sum(counts)
    found = [(fault.line, fault.column, fault.code) for fault in result.faults]
    assert found == [fault[:3] for fault in sample.faults]
    for fault, expected in zip(result.faults, sample.faults, strict=True):
        assert expected.says in fault.reason
    assert all(any(note in told for told in result.notes) for note in sample.notes), result.notes
    assert sample.ignored in (None, tuple(result.ignored_columns)), result.ignored_columns
    written = [query["sql"] for query in queries if query["sql"].startswith(WRITES)]
    assert [sql for sql in written if not any(table in sql for table in OF_THE_RUN)] == []
    assert not any(model.objects.exists() for model in (ImportRun, ImportRow, Job))


@pytest.mark.parametrize("sample", WITH_CUSTOMERS, ids=sample_name)
def test_a_sample_becomes_the_customers_that_it_means(sample, place, organisation, location):
    path = place(sample)
    mapping = mapping_of(sample, path, organisation)

    with path.open("rb") as file:
        result = import_customers(
            file,
            organisation=organisation,
            name=path.name,
            mapping=mapping,
            subscribe_origin=sample.origin,
        )

    assert (result.counts.accepted, result.counts.rejected) == (sample.accepted, sample.rejected)
    customers = Customer.objects.of(organisation).select_related("stats").order_by("pk")
    known = [
        {name: known_of(customer, name) for name in expected}
        for customer, expected in zip(customers, sample.customers, strict=True)
    ]
    assert known == list(sample.customers)


def known_of(customer: Customer, name: str):
    """A value of a customer as samples state it."""
    if name == "tags":
        tags = CustomerTag.objects.filter(customer=customer)
        return sorted(tags.values_list("tag__name", flat=True))
    source = customer if hasattr(customer, name) else customer.stats
    value = getattr(source, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_the_samples_cover_all_that_is_promised_of_files():
    by_group = Counter(sample.group for sample in SAMPLES)

    assert set(by_group) == set(GROUPS)
    assert min(by_group.values()) >= 2
    assert len(SAMPLES) >= 70
    assert len({sample_name(sample).casefold() for sample in SAMPLES}) == len(SAMPLES)


def test_a_sample_is_the_same_bytes_each_time():
    for sample in SAMPLES:
        if not callable(sample.content):
            continue
        assert sample.make() == sample.make(), sample.name
