"""A file of orders that several hosts work on: each brings its rows together by the column that counts."""

import pytest

from backoffice.imports import runs
from orders.models import OrderLine

HEAD = "Belegnummer;Tisch;Datum;Artikel;Menge;Einzelpreis"
ROWS = [
    "A1;T1;2026-03-02 12:00;Pils;1;4,90",
    "A2;T1;2026-03-02 12:00;Limo;1;3,90",
    "A3;T2;2026-03-02 12:30;Saft;1;2,90",
]


@pytest.mark.django_db
def test_a_host_whose_copy_is_of_another_choice_makes_a_new_one(bring, check, work, bucket, hosts):
    hosts("a")
    run = check(bring(*ROWS, head=HEAD))
    assert run.checked["orders"] == 3
    hosts("b")
    columns = run.mapping["columns"] | {"Belegnummer": "", "Tisch": "order_id"}
    run = check(run, columns=columns)
    assert run.checked["orders"] == 2
    hosts("a")
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    assert work(run).state == "done"
    assert sorted(OrderLine.objects.values_list("order__external_id", flat=True)) == ["T1", "T1", "T2"]
