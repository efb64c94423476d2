"""Step 3 in the browser's eyes: figures, tabs, rows, the way to the import, the file of faults."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.jobs.models import Job
from customers.importing import runs as customer_runs
from customers.models import Customer, ImportCorrection, ImportRun
from tests.customers.importing.pages import CONFLICT, HEADERS, figures, lines, tabs, text_of
from tests.factories import make_customer

# ---- What the page shows --------------------------------------------------------------------------


def test_tiles_and_tabs_say_what_the_check_found(bring, check, visit_check, rivals, organisation):
    make_customer(organisation, first_name="", last_name="Known", phone="", email="known@example.org")
    run = check(
        bring(
            "N,E,new@example.org,",
            "K,Known,known@example.org,",
            "N,E,NEW@example.org,",
            "A,B,nope,",
            CONFLICT,
        )
    )

    response = visit_check(run)

    assert figures(response) == {
        "Will be created": "1",
        "Will be completed": "1",
        "With hint": "0",
        "With fault": "2",
    }
    assert tabs(response) == {"review": "2", "faults": "2", "hints": "0", "duplicates": "1", "all": "5"}
    assert "1 fits two customers" in text_of(response)
    assert '<strong class="semi">3</strong> of 5 rows are imported' in text_of(response)
    assert "Import 2 customers" in text_of(response)


def test_a_placeholder_that_many_rows_share_is_pointed_out(bring, check, visit_check, correct):
    shared = [f"N{number},E,n{number}@example.org,069 90009301" for number in range(11)]
    run = check(bring("A,B,nope,", "A,B,a@example.org,", *shared))
    warning = "10 rows have the phone number or e-mail of line 4. If that value is a placeholder"

    assert warning in text_of(visit_check(run))
    correct(run, 2, c2="b@example.org")
    assert warning in text_of(visit_check(run))


def test_a_few_rows_of_one_customer_are_nothing_to_point_out(bring, check, visit_check):
    run = check(bring(*[f"N{number},E,n{number}@example.org,069 90009301" for number in range(10)]))

    assert "is a placeholder" not in text_of(visit_check(run))


@pytest.mark.parametrize(
    ("tab", "expected"),
    [("review", [5, 6]), ("faults", [5, 6]), ("duplicates", [4]), ("all", [2, 3, 4, 5, 6])],
)
def test_each_tab_shows_its_rows(bring, check, visit_check, rivals, tab, expected):
    run = check(
        bring("N,E,new@example.org,", "K,L,k@example.org,", "N,E,NEW@example.org,", "A,B,nope,", CONFLICT)
    )

    assert lines(visit_check(run, f"?tab={tab}")) == expected


@pytest.mark.parametrize(
    "query", ["?tab=nowhere", "?page=x", "?page=0", "?page=99999", "?page=²", "?page=-1"]
)
def test_an_address_that_does_not_exist_shows_what_does(bring, check, visit_check, query):
    run = check(bring("A,B,nope,"))

    assert lines(visit_check(run, query)) == [2]


@pytest.mark.parametrize(
    ("tab", "heading"),
    [("review", "Nothing to review"), ("faults", "No faults"), ("hints", "No hints")],
)
def test_an_empty_tab_says_so(bring, check, visit_check, tab, heading):
    run = check(bring("A,B,a@example.org,"))

    assert heading in text_of(visit_check(run, f"?tab={tab}"))


def test_pages_of_50_rows(bring, check, visit_check):
    run = check(bring(*(f"A,B,nope{number}," for number in range(120))))

    response = visit_check(run, "?tab=faults&page=2")

    assert lines(response) == list(range(52, 102))
    assert "<span> 51–100 of 120 rows </span>" in text_of(response)
    assert lines(visit_check(run, "?tab=all&page=3")) == list(range(102, 122))


def test_a_faulty_cell_is_a_field_with_its_reason(bring, check, visit_check):
    run = check(bring("Zoë,Z,nope,", "A,B,c@example.org,"))

    page = text_of(visit_check(run))

    assert 'aria-label="E-mail, line 2" aria-invalid="true" aria-describedby="r2c2-fault"' in page
    assert 'name="c2" form="fix-2" value="nope"' in page
    assert 'id="r2c2-fault">' in page
    assert page.count("aria-invalid") == 1


def test_a_column_with_a_fault_is_shown_and_others_are_not(bring, check, visit_check):
    head = "first_name,last_name,email,birthday,city"
    run = check(bring("A,B,a@example.org,31.02.1990,Berlin", head=head))

    labels = [label for _place, label in visit_check(run).context["check"].columns]

    assert "Birthday" in labels
    assert "City" not in labels


def test_a_row_that_is_no_row_says_where_to_put_it_right(bring, check, visit_check):
    run = check(bring("A,B,a@example.org,,one cell too many"))

    page = text_of(visit_check(run))

    assert "This can only be put right in the file." in page
    assert "aria-invalid" not in page


def test_what_comes_from_the_file_is_only_text(bring, check, visit_check):
    run = check(bring('<script>alert(1)</script>,"""><b>x",<img src=x>,=1+1'))

    page = visit_check(run).content.decode() + visit_check(run, "?tab=all").content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'value="=1+1"' in page


def test_a_very_long_cell_does_not_break_the_page(bring, check, visit_check):
    run = check(bring(f"{'x' * 10_000},B,a@example.org,", f"A,{'y' * 70},b@example.org,nope"))

    page = visit_check(run).content.decode()

    assert page.count("x" * 10_000) == 1  # in the field that corrects it
    assert "<textarea" in page
    assert "y" * 41 not in page.replace(f'title="{"y" * 70}"', "")


def test_consents_that_nobody_can_prove_are_named(bring, check, visit_check):
    head = "first_name,last_name,email,marketing_communications"
    run = check(bring("A,B,a@example.org,yes", "C,D,c@example.org,no", head=head))

    assert "1 consent in the file is left out: nobody has said" in text_of(visit_check(run))


@pytest.mark.parametrize("query", ["", "?tab=all"])
def test_the_page_costs_the_same_for_any_number_of_rows(bring, check, visit_check, organisation, query):
    for number in range(3):
        make_customer(organisation, first_name="", last_name="", email=f"m{number}@example.org", phone="")
        make_customer(organisation, first_name="", last_name="", email="", phone=f"+49171392001{number}")
    few = check(bring("A,B,m0@example.org,0171 3920010"))
    many = check(bring(*(f"A,B,m{number}@example.org,0171 392001{number}" for number in range(3))))
    visit_check(few)

    costs = []
    for run in (few, many):
        with CaptureQueriesContext(connection) as queries:
            visit_check(run, query)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_another_organisation_sees_nothing(bring, check, sign_in, outsider):
    run = check(bring("A,B,nope,"))
    client = sign_in(outsider)

    for name, args in [("import-check", [run.pk]), ("import-refused", [run.pk]), ("import-run", [run.pk])]:
        assert client.get(reverse(f"customers:{name}", args=args)).status_code == 404
    assert client.post(reverse("customers:import-row", args=[run.pk, 2]), {"c2": "x"}).status_code == 404
    assert ImportCorrection.objects.count() == 0


def test_an_import_elsewhere_leads_there(imported, bring, visit_check):
    assert visit_check(imported("A,B,a@example.org,"))["Location"].endswith("/")
    assert "columns" in visit_check(bring("A,B,a@example.org,"))["Location"]


# ---- From here to the import ----------------------------------------------------------------------


def start(client, run):
    return client.post(reverse("customers:import-start", args=[run.pk]))


def test_one_press_starts_and_a_second_only_leads_there(bring, check, sign_in, manager):
    run = check(bring("A,B,a@example.org,"))
    client = sign_in(manager)

    first, second = start(client, run), start(client, run)

    assert first["Location"] == second["Location"] == f"/customers/import/{run.pk}/"
    run.refresh_from_db()
    assert run.state == ImportRun.State.RUNNING
    assert Job.objects.filter(kind="customers.run_import").count() == 1


def test_an_import_that_would_do_nothing_does_not_start(bring, check, sign_in, manager, visit_check):
    run = check(bring("A,B,nope,"))
    assert "disabled" in text_of(visit_check(run))

    response = start(sign_in(manager), run)

    assert response["Location"] == f"/customers/import/{run.pk}/check/"
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_a_file_that_changes_nothing_says_so(bring, check, imported, visit_check):
    imported("A,B,a@example.org,")

    run = check(bring("A,B,a@example.org,"))

    assert "Nothing would change: you have these customers already." in text_of(visit_check(run))


# ---- The file of refused rows ---------------------------------------------------------------------


def refused(response, delimiter=","):
    content = b"".join(response.streaming_content)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_refused_rows_come_as_a_file_with_their_reasons(bring, check, visit_check, rivals):
    run = check(bring("=1+1,B,nope,", "C,D,c@example.org,", CONFLICT))

    response = visit_check(run, name="import-refused")

    head, first, second = refused(response)
    assert head == ["refused_line", "refused_column", "refused_value", "reason", *HEADERS]
    assert first[:3] == ["2", "email", "nope"]
    assert first[4] == "'=1+1"
    assert "one customer and the e-mail to another" in second[3]
    assert response["Content-Disposition"] == f'attachment; filename="refused-rows-{run.pk}.csv"'


def test_a_german_reader_gets_semicolons(bring, check, visit_check, manager):
    run = check(bring("A,B,nope,"))
    manager.language = "de"
    manager.save()

    assert refused(visit_check(run, name="import-refused"), ";")[1][0] == "2"


def test_the_file_is_there_after_the_import_too_and_is_logged(imported, visit_check, organisation):
    run = imported("A,B,nope,", "C,D,c@example.org,")

    assert len(refused(visit_check(run, name="import-refused"))) == 2
    entry = AuditEntry.objects.get(action="customers.refused_downloaded")
    assert (entry.organisation, entry.subject_id) == (organisation, run.pk)
    assert Customer.objects.count() == 1


def test_once_the_rows_are_deleted_there_is_no_file(imported, visit_check):
    run = imported("A,B,nope,", "C,D,c@example.org,")
    ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=40))
    customer_runs.clear_old_imports()

    assert visit_check(run, name="import-refused").status_code == 302


def test_every_row_says_what_becomes_of_it(bring, check, visit_check, organisation):
    make_customer(
        organisation, first_name="O", last_name="P", phone="", email="known@example.org", city="Ulm"
    )
    head = "first_name,last_name,email,city"
    run = check(
        bring("N,E,new@example.org,", "O,P,known@example.org,Bonn", "N,E,new2@example.org,", head=head)
    )

    page = text_of(visit_check(run, "?tab=all"))
    assert page.count("A new customer.") == 2
    assert page.count("nothing changes.") == 1
