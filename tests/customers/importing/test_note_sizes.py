"""A small file of bad rows stays small: what is noted of them grows with what stands in them."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.db.models import Sum, TextField
from django.db.models.functions import Cast, Length
from django.utils import timezone

from backoffice.imports.staging import Staging
from customers.importing import runs as customer_runs
from customers.importing.checked_rows import download_refused
from customers.importing.fields import MORE_PHONES
from customers.models import ImportRow

# long headers above short rows: each row must not repeat them
WIDE = ",".join(["email", *(f"{number:03d} {'h' * 300}" for number in range(199))])


def kept_bytes(run) -> int:
    """What the database and the folder of an import hold of its rows."""
    texts = [Length(Cast(name, TextField())) for name in ("cells", "faults", "hints")]
    noted = ImportRow.objects.filter(run=run).aggregate(sum=Sum(texts[0] + texts[1] + texts[2]))["sum"] or 0
    staged = (path for path in Staging(run.key).folder.iterdir() if path.name != "upload")
    return noted + sum(path.stat().st_size for path in staged)


@pytest.fixture
def refused_file(manager):
    def refused_file(run) -> list[list[str]]:
        chunks = download_refused(run, run.profile["headers"], actor=manager, delimiter=",")
        return list(csv.reader(io.StringIO(b"".join(chunks).decode("utf-8-sig"))))

    return refused_file


def test_short_rows_below_long_headers_are_noted_in_little(bring, check, refused_file):
    run = check(bring(*["x"] * 2_000, head=WIDE))

    assert run.checked["refused"] == 2_000
    assert kept_bytes(run) < 5 * run.size_bytes + 2_000 * 250
    rows = refused_file(run)[1:]
    assert len(rows) == 2_000
    assert {len(row) for row in rows} == {204}
    assert rows[-1][0] == "2001" and rows[-1][4] == "x"


def test_of_many_hints_about_a_row_the_first_are_named_and_the_others_counted(bring, check):
    numbers = ";".join(f"0171 39201{number} privat" for number in range(10, 49))
    run = check(bring(f"Anna,Berg,{numbers}", head="first_name,last_name,phone"))

    hints = ImportRow.objects.get(run=run).hints
    assert len(hints) == 6
    assert hints[-1] == "… and 34 more."


def test_of_many_faults_too_and_the_row_stays_whole_in_its_file(bring, check, refused_file):
    names = [f"p{number}" for number in range(20)]
    run = bring(",".join(["Anna", "Berg", *["x"] * 20]), head=",".join(["first_name", "last_name", *names]))
    mapping = dict.fromkeys(names, MORE_PHONES) | {"first_name": "first_name", "p0": "phone"}
    run = check(run, columns=mapping, on_unreadable="refuse")

    assert len(ImportRow.objects.get(run=run).faults) == 9
    row = refused_file(run)[1]
    assert row[3].endswith("… and 12 more.")
    assert row[4:] == ["Anna", "Berg", *["x"] * 20]


def test_what_an_earlier_version_noted_is_read(bring, check, refused_file, visit_check):
    run = check(bring("Anna,Berg,no address,"))
    fault = ["email", "no address", "This is no e-mail.", "email"]
    cells = {"first_name": "Anna", "last_name": "Berg", "email": "no address", "phone": ""}
    ImportRow.objects.filter(run=run).update(cells=cells, faults=[fault])

    assert refused_file(run)[1] == ["2", "email", "no address", fault[2], *cells.values()]
    assert fault[2] in visit_check(run).content.decode()


def test_notes_and_files_leave_with_their_import(bring, check):
    run = check(bring(*["x"] * 100))
    folder = Staging(run.key).folder
    assert ImportRow.objects.filter(run=run).count() == 100 and folder.exists()

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        customer_runs.clear_old_imports()

    assert not ImportRow.objects.exists()
    assert not folder.exists()
