"""The export of a till as rows of orders: sales with taxes, tips and what was taken back."""

import io
import tracemalloc

import pytest

from backoffice.core.files.tables import TableRefused, open_table
from tests.core.files.till_exports import Till


def rows(content: bytes) -> list[dict]:
    table = open_table(io.BytesIO(content), name="export.zip", also=["till"])
    try:
        return [{name: cell for name, cell in row.cells.items() if cell} for row in table.rows()]
    finally:
        table.close()


@pytest.fixture
def till():
    return Till()


def test_a_sale_with_its_taxes(till):
    till.sell("B-01", ("Schnitzel", 2, 29.0, 2), ("Riesling", 1, 7.5, 1), KUNDE_NAME="Änne Groß")
    first, second = rows(till.archive())
    assert first["order_id"] == "KASSE-1-312-B-01"
    assert first["placed_at"] == "2026-11-20T18:01:00+01:00"
    assert (first["item"], first["quantity"], first["line_total"]) == ("Schnitzel", "2", "29.00")
    assert (first["tax_rate"], second["tax_rate"]) == ("7", "19")
    assert (first["customer_name"], first["status"], first["source"]) == ("Änne Groß", "completed", "store")
    assert "status" not in second


def test_a_menu_of_food_and_drinks_has_two_rates(till):
    till.sell("B-01", ("Menü", 1, 20.0, {2: 14.0, 1: 6.0}))
    row = rows(till.archive())[0]
    assert (row["tax_rate"], row["second_tax_rate"], row["second_tax_pct"]) == ("7", "19", "30")


def test_tips_and_discounts_are_none_of_the_lines(till):
    till.sell(
        "B-01",
        ("Pils", 1, 4.9, 1),
        ("Stammgast", 1, -0.9, 1, "Rabatt"),
        ("Trinkgeld", 1, 1.5, 5, "TrinkgeldAN"),
    )
    only = rows(till.archive())
    assert [row["item"] for row in only] == ["Pils"]
    assert (only[0]["tip"], only[0]["discount"]) == ("1.50", "0.90")


def test_a_position_that_is_taken_back_leaves(till):
    till.sell("B-01", ("Pils", 3, 14.7, 1), ("Pils", -1, -4.9, 1), ("Brot", 1, 3.0, 2))
    assert [(row["item"], row["quantity"], row["line_total"]) for row in rows(till.archive())] == [
        ("Pils", "2", "9.80"),
        ("Brot", "1", "3.00"),
    ]


def test_a_reversal_voids_the_first(till):
    till.sell("B-01", ("Pils", 1, 4.9, 1))
    till.sell("B-02", ("Pils", -1, -4.9, 1), storno=True, of="B-01")
    only = rows(till.archive())
    assert [(row["order_id"], row["status"]) for row in only] == [("KASSE-1-312-B-01", "voided")]


def test_a_reversal_of_a_receipt_before_the_export_names_it(till):
    till.sell("B-02", ("Pils", -1, -4.9, 1), storno=True, of="B-01")
    only = rows(till.archive())
    assert [(row["order_id"], row["status"], row["line_total"]) for row in only] == [
        ("KASSE-1-312-B-01", "voided", "4.90")
    ]


@pytest.mark.parametrize("kind", ["AVTransfer", "AVBestellung", "AVTraining", "AVBelegabbruch", "AVSonstige"])
def test_what_is_no_sale_stays_out(till, kind):
    till.sell("B-01", ("Pils", 1, 4.9, 1), kind=kind)
    till.sell("B-02", ("Brot", 1, 3.0, 2))
    assert [row["item"] for row in rows(till.archive())] == ["Brot"]


def test_cash_that_was_fetched_is_no_order(till):
    till.sell("B-01", ("Bank", 1, -300.0, 5, "Geldtransit"))
    till.sell("B-02", ("Brot", 1, 3.0, 2))
    assert len(rows(till.archive())) == 1


def test_what_is_weighed_is_one_position(till):
    till.sell("B-01", ("Käse", 0.25, 4.99, 2))
    row = rows(till.archive())[0]
    assert (row["item"], row["quantity"], row["line_total"]) == ("Käse (0.25)", "1", "4.99")


def test_the_index_tells_the_columns(till):
    till.columns["lines.csv"] = [*reversed(till.columns["lines.csv"])]
    till.sell("B-01", ('Pils "groß"; hell', 1, 4.9, 1))
    assert rows(till.archive())[0]["item"] == 'Pils "groß"; hell'


def test_it_may_stand_in_a_folder(till):
    till.sell("B-01", ("Pils", 1, 4.9, 1))
    assert len(rows(till.archive("Export 2026/"))) == 1


def test_long_numbers_are_told_apart(till):
    till.number = "x" * 50
    till.sell(f"{'y' * 40}01", ("Pils", 1, 4.9, 1))
    till.sell(f"{'y' * 40}02", ("Pils", 1, 4.9, 1))
    numbers = {row["order_id"] for row in rows(till.archive())}
    assert len(numbers) == 2
    assert all(len(number) <= 80 for number in numbers)


@pytest.mark.parametrize(
    "index", [b"", b"<DataSet>", b"<DataSet/>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>']
)
def test_an_index_that_cannot_be_read_is_told(till, index):
    till.index = lambda: index
    with pytest.raises(TableRefused):
        rows(till.archive())


def test_an_export_without_a_receipt_is_told(till):
    with pytest.raises(TableRefused, match="holds no receipt"):
        rows(till.archive())


def test_it_comes_in_under_orders_alone(till):
    with pytest.raises(TableRefused, match="comes in under Orders"):
        open_table(io.BytesIO(till.archive()), name="export.zip")
    with pytest.raises(TableRefused, match="Rename it to"):
        open_table(io.BytesIO(till.archive()), name="export.xlsx", also=["till"])


def problems(content: bytes) -> list[str]:
    table = open_table(io.BytesIO(content), name="export.zip", also=["till"])
    try:
        return [row.problem for row in table.rows() if row.problem]
    finally:
        table.close()


@pytest.mark.parametrize("amount", ["4.9O", "1.234.5", "1e99", "NaN"])
def test_an_amount_that_cannot_be_read_is_never_nothing(till, amount):
    till.sell("B-01", ("Pils", 1, 4.9, 1))
    till.sell("B-02", ("Brot", 1, 3.0, 2))
    till.rows["lines_vat.csv"][0]["POS_BRUTTO"] = amount
    assert problems(till.archive()) == [f"The amount “{amount}” cannot be read."]
    assert [row.get("item") for row in rows(till.archive())] == [None, "Brot"]


def test_the_index_tells_how_numbers_are_written(till):
    till.sell("B-01", ("Bankett", 1, 0, 1))
    till.rows["lines_vat.csv"][0]["POS_BRUTTO"] = "1.234,50"
    index = till.index().replace(
        b"<Name>POS_BRUTTO</Name><AlphaNumeric/>", b"<Name>POS_BRUTTO</Name><Numeric/>"
    )
    grouped = b"<DecimalSymbol>,</DecimalSymbol><DigitGroupingSymbol>.</DigitGroupingSymbol>"
    index = index.replace(b"<DecimalSymbol>,</DecimalSymbol>", grouped)
    till.index = lambda: index
    assert rows(till.archive())[0]["line_total"] == "1234.50"


@pytest.mark.slow
def test_memory_does_not_grow_with_the_receipts(till):
    def peak(count):
        for number in range(count):
            till.sell(f"B-{number:05}", ("Pils", 1, 4.9, 1), ("Brot", 1, 3.0, 2))
        content = io.BytesIO(till.archive())
        tracemalloc.start()
        table = open_table(content, name="export.zip", also=["till"])
        assert sum(1 for _row in table.rows()) >= 2 * count
        table.close()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    small, large = peak(3_000), peak(15_000)
    assert large < small * 1.6
