"""Rows that hold what no database takes: told, kept to look at, and the others come in."""

import pytest

from customers.models import ImportRow

BROKEN = ["Zo\x00ë", "Zoë \ufffd", "Zo\x07ë"]


@pytest.mark.parametrize("name", BROKEN)
def test_a_row_with_broken_text_is_shown_and_stops_no_other(imported, name):
    run = imported(f"{name},Müller,z@example.org,", "Eva,Adler,eva@example.org,")

    row = ImportRow.objects.get(run=run)
    assert (run.counts["refused"], run.counts["created"]) == (1, 1)
    assert row.outcome == ImportRow.Outcome.FAULT
    assert "z@example.org" in row.cells
