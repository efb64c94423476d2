"""`manage.py import_customers`: its switches, exit codes and files, and that nothing is written in vain."""

import csv
import json

import pytest
from django.core.management import CommandError, call_command

from backoffice.audit.models import AuditEntry
from customers.choices import Purpose
from customers.importing import check_file
from customers.models import ConsentEntry, Customer, CustomerTag, ImportEffect, ImportRun
from loyalty.models import PointsEntry
from tests.factories import make_customer
from tests.samples.houses import own_export
from tests.samples.workbooks import MAIN, cells, workbook
from tests.samples.workbooks import sheet as make_sheet

HEAD = "first_name,last_name,email,phone"
GOOD, BAD = "Zoë,Müller,zoe@example.org,0171 3920012", "Eva,Adler,nope,"


@pytest.fixture
def run(organisation, location, tmp_path, capsys):
    """Run the command on rows under HEAD (or another); returns its exit code and what it printed."""

    def run(*rows, switches=(), head=HEAD, name="guests.csv", content=None):
        path = tmp_path / name
        path.write_bytes(content or "\r\n".join([head, *rows]).encode())
        try:
            call_command("import_customers", str(path), "--organisation", organisation.slug, *switches)
        except SystemExit as ended:
            return ended.code, capsys.readouterr().out
        return 0, capsys.readouterr().out

    return run


def refused_rows(path) -> list[dict]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def nothing_is_written() -> bool:
    models = (Customer, ConsentEntry, PointsEntry, CustomerTag, ImportRun, ImportEffect, AuditEntry)
    return not any(model.objects.exists() for model in models)


def test_good_rows_come_in_and_leave_no_file_of_refused_ones(run, tmp_path):
    code, out = run(GOOD, "José,Peña,jose@example.org,")

    assert (code, Customer.objects.count()) == (0, 2)
    assert "Rows: 2; 2 new, 0 completed, 0 unchanged, 0 twice in the file, 0 refused" in out
    assert [path.name for path in tmp_path.iterdir()] == ["guests.csv"]
    assert run(GOOD, "José,Peña,jose@example.org,")[0] == 0
    assert Customer.objects.count() == 2


def test_a_refused_row_ends_with_1_and_lets_the_good_ones_in(run, tmp_path):
    code, out = run(GOOD, BAD)

    assert (code, Customer.objects.count()) == (1, 1)
    assert "Refused line 3, email “nope”:" in out
    (row,) = refused_rows(tmp_path / "guests.refused.csv")
    assert (row["refused_line"], row["refused_column"], row["refused_value"]) == ("3", "email", "nope")
    assert (row["first_name"], row["email"]) == ("Eva", "nope") and "has an @" in row["reason"]


def test_refused_rows_go_where_one_says(run, tmp_path):
    run(BAD, switches=["--refused", str(tmp_path / "elsewhere.csv")])

    assert [row["first_name"] for row in refused_rows(tmp_path / "elsewhere.csv")] == ["Eva"]
    assert not (tmp_path / "guests.refused.csv").exists()


def test_refused_rows_of_our_own_export_can_be_corrected_and_brought_again(run, tmp_path):
    content = own_export("en", labelled=False).replace(b"zoe@example.org", b"nope")
    assert run(content=content)[0] == 1

    corrected = (tmp_path / "guests.refused.csv").read_bytes().replace(b"nope", b"zoe@example.org")
    code, _out = run(content=corrected, name="again.csv")

    customer = Customer.objects.get()
    assert code == 0
    assert (customer.phone, customer.company, customer.postcode) == ("+491713920012", "=Löwe", "01067")


def test_a_dry_run_says_what_would_happen_and_writes_nothing(run):
    dry_code, dry = run(GOOD, BAD, switches=["--dry-run"])
    assert nothing_is_written()

    code, out = run(GOOD, BAD)

    assert dry_code == code == 1
    assert "Nothing was written." in dry and "Nothing was written." not in out
    assert [line for line in dry.splitlines() if line.startswith("Rows:")] == [
        line for line in out.splitlines() if line.startswith("Rows:")
    ]


def test_strict_writes_nothing_when_one_row_is_refused(run, tmp_path):
    head = f"{HEAD},tags,opening_points,marketing_communications"
    rows = [f"G,n{number},g{number}@example.org,,VIP,5,yes" for number in range(1_200)]
    switches = ["--strict", "--subscribe-origin", "Newsletter"]

    code, out = run(*rows, "Eva,Adler,nope,,,,", head=head, switches=switches)

    assert code == 1 and "Nothing was written." in out and "1 refused" in out
    assert nothing_is_written()
    assert len(refused_rows(tmp_path / "guests.refused.csv")) == 1

    assert run(*rows, head=head, switches=switches)[0] == 0
    assert (Customer.objects.count(), PointsEntry.objects.count()) == (1_200, 1_200)


@pytest.mark.parametrize("whole", [True, False])
def test_a_mapping_says_which_column_is_which(run, tmp_path, whole):
    columns = {"A": "first_name", "B": "email", "C": "", "D": "tags"}
    mapping = {"columns": columns, "tag": "2026", "country": "AT"} if whole else columns
    (tmp_path / "mapping.json").write_text(json.dumps(mapping))

    code, out = run(
        "Zoë,zoe@example.org,x,VIP", head="A,B,C,D", switches=["--mapping", str(tmp_path / "mapping.json")]
    )

    customer = Customer.objects.get()
    assert (code, customer.first_name, customer.email) == (0, "Zoë", "zoe@example.org")
    assert customer.tags_text == ("2026, VIP" if whole else "VIP")
    assert "Ignored columns: C" in out


@pytest.mark.parametrize(
    "mapping",
    ["nonsense", "[]", '{"columns": {"first_name": "shoe"}}', '{"columns": {}, "admin": true}', "{}"],
)
def test_a_mapping_that_is_none_is_refused_before_anything_is_written(run, tmp_path, mapping):
    (tmp_path / "mapping.json").write_text(mapping)

    with pytest.raises(CommandError):
        run(GOOD, switches=["--mapping", str(tmp_path / "mapping.json")])
    assert nothing_is_written()


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("complete", ("Zoe", "Löwe")), ("overwrite", ("Zoë", "Löwe")), ("skip", ("Zoe", ""))],
)
def test_customers_who_exist_are_treated_as_one_says(run, organisation, mode, expected):
    customer = make_customer(
        organisation, first_name="Zoe", last_name="", company="", phone="", email="zoe@example.org"
    )

    run("Zoë,,ZOE@example.org,,Löwe", head=f"{HEAD},company", switches=["--on-existing", mode])

    customer.refresh_from_db()
    assert (customer.first_name, customer.company) == expected
    assert customer.email == "zoe@example.org"


def test_consents_need_an_origin(run):
    rows, head = ["A,B,a@example.org,,yes", "C,D,c@example.org,,no"], f"{HEAD},marketing_communications"

    _code, out = run(*rows, head=head)
    assert "Consents: 1 not taken, no origin stated (--subscribe-origin)" in out
    assert not ConsentEntry.objects.exists()

    _code, out = run(*rows, head=head, switches=["--subscribe-origin", "Newsletter 2024"])
    assert "Consents: 1 granted" in out
    entry = ConsentEntry.objects.get()
    assert (entry.customer.email, entry.purpose, entry.origin) == (
        *("a@example.org", Purpose.MARKETING, "Newsletter 2024"),
    )


def test_a_file_that_is_no_list_leaves_nothing_behind(run, tmp_path):
    with pytest.raises(CommandError, match="This is a PDF"):
        run(content=b"%PDF-1.7", name="list.pdf")

    assert nothing_is_written()
    assert [path.name for path in tmp_path.iterdir()] == ["list.pdf"]


def test_a_workbook_that_breaks_off_is_refused_before_anything_is_written(run, tmp_path):
    people = [["first_name", "email"], *([f"G{n}", f"g{n}@example.org"] for n in range(700))]
    body = "".join(f'<row r="{number}">{cells(row, number)}</row>' for number, row in enumerate(people, 1))
    parts = {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}'}

    with pytest.raises(CommandError, match="damaged behind row 701"):
        run(content=workbook(make_sheet(), parts=parts), name="guests.xlsx")

    assert nothing_is_written()


def test_check_file_says_the_same_as_the_command(run, organisation, tmp_path):
    _code, _out = run(GOOD, BAD, "Z,M,ZOE@example.org,", switches=["--dry-run"])

    result = check_file(tmp_path / "guests.csv", organisation=organisation)

    assert (result.rows, result.accepted, result.rejected, result.duplicates) == (3, 1, 1, 1)
    assert [(fault.line, fault.column) for fault in result.faults] == [(3, "email")]


def test_what_somebody_chose_in_the_browser_for_customers_who_exist_does_not_hold_here(
    run, bring, check, organisation
):
    make_customer(organisation, first_name="Zoe", last_name="Mueller", email="zoe@example.org", phone="")
    check(bring(GOOD), on_existing="overwrite", names_only=True)

    code, out = run(GOOD, ",,other@example.org,")

    assert (code, Customer.objects.get().first_name) == (1, "Zoe")
    assert "1 completed" in out


def test_the_file_of_refused_rows_never_takes_the_place_of_the_file(run, tmp_path):
    path = tmp_path / "guests.csv"

    with pytest.raises(CommandError, match="--refused"):
        run(GOOD, BAD, switches=["--refused", str(path)])

    assert GOOD in path.read_text()
    assert nothing_is_written()
