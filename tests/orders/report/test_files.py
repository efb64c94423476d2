"""The report as a file: what it shows, every receipt once."""

import csv
import io
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from backoffice.audit.models import ExportRun
from orders.correcting import refund_order
from tests.factories import make_customer, make_order

NOON = datetime(2026, 3, 10, 11, 0, tzinfo=UTC)


@pytest.fixture
def download(organisation, sign_in, manager):
    customer = make_customer(organisation, first_name="=Anna", last_name="Müller")
    make_order(customer, cents=3_000, tip_cents=150, placed_at=NOON, source="web")
    refund_order(make_order(customer, cents=2_000, placed_at=NOON), amount_cents=500, reason="x")
    client = sign_in(manager)

    def download(ending, query="period=all"):
        response = client.get(f"/orders/export.{ending}?{query}")
        return b"".join(response.streaming_content) if response.streaming else response

    return download


def test_csv_has_a_row_per_receipt_and_what_counts(download):
    rows = list(csv.DictReader(io.StringIO(download("csv").decode("utf-8-sig"))))
    assert [(row["total"], row["refunded"], row["counted"], row["tip"]) for row in rows] == [
        ("20.00", "5.00", "15.00", "0.00"),
        ("30.00", "0.00", "30.00", "1.50"),
    ]
    assert rows[0]["customer"] == "'=Anna Müller"
    assert rows[0]["day"] == "2026-03-10"


def test_xlsx_holds_numbers_and_dates(download):
    sheet = load_workbook(io.BytesIO(download("xlsx"))).active
    head, *rows = sheet.iter_rows(values_only=True)
    row = dict(zip(head, rows[1], strict=True))
    assert (row["total"], row["tip"]) == (30, 1.5)
    assert row["placed_at"].year == 2026


def test_the_file_honours_the_filter_and_is_logged(download, manager):
    assert len(download("csv", "period=all&source=web").decode().splitlines()) == 2
    run = ExportRun.objects.get()
    assert (run.kind, run.actor, run.query, run.rows_count) == (
        "receipts",
        manager,
        "period=all&source=web",
        1,
    )


def test_a_filter_that_cannot_be_read_gives_no_file(download):
    assert download("csv", "period=nonsense").status_code == 400
