"""An import as a person walks through it: read, checked, corrected, taken in."""

import pytest
from django.core.exceptions import ValidationError

from backoffice.imports import runs
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from customers.figures.counters import stored_counters, stored_daily, true_counters, true_daily
from customers.importing import jobs as working
from customers.importing import runs as customer_runs
from customers.importing import walking
from customers.importing.correcting import NotCorrectable, correct_row
from customers.importing.mapping import CustomerMapping
from customers.importing.profiling import Profile
from customers.models import Customer, ImportCorrection, ImportEffect, ImportRow, ImportRun
from tests.factories import make_customer


def rows_of(run, *outcomes):
    rows = ImportRow.objects.filter(run=run).order_by("line")
    return [row.line for row in rows if row.outcome in outcomes]


def test_reading_finds_out_what_the_file_is(bring):
    run = bring("Zoë;Müller;z@example.org;0171 3920012", head="Vorname;Nachname;E-Mail;Handy")

    profile = Profile.from_json(run.profile)
    assert (run.state, run.kind, run.problem) == ("uploaded", "csv", "")
    assert (profile.rows, profile.encoding, profile.delimiter) == (1, "utf-8", ";")
    fields = [run.mapping["columns"][header] for header in profile.headers]
    assert fields == ["first_name", "last_name", "email", "phone"]
    assert profile.values["Vorname"] == ["Zoë"]


def test_a_file_that_is_no_table_says_why_and_can_be_replaced(bring):
    run = bring(head="%PDF-1.7 nothing of use")

    assert "PDF" in run.problem
    assert run.job.status == Job.Status.FAILED
    assert run.job.error == run.problem


def test_the_check_counts_and_writes_no_customer(bring, check, organisation):
    make_customer(organisation, first_name="Old", last_name="", phone="", email="old@example.org")
    make_customer(organisation, first_name="A", last_name="", phone="+491713920013", email="")
    run = check(
        bring(
            "New,One,new@example.org,",
            "Old,One,old@example.org,",
            "No,Mail,nope,",
            "New,,NEW@example.org,",
            "Two,Guests,old@example.org,0171 3920013",
        )
    )

    counts = run.checked
    assert run.state == ImportRun.State.CHECKED
    assert [
        counts[name] for name in ("rows", "created", "completed", "refused", "duplicates", "conflicts")
    ] == [*(5, 1, 1, 1, 1, 1)]
    assert Customer.objects.count() == 2
    assert rows_of(run, "fault") == [4]
    assert ImportRow.objects.get(run=run, outcome="duplicate").other_line == 2
    conflict = ImportRow.objects.get(run=run, outcome="conflict")
    assert set(conflict.rivals) == {"phone", "email"}


def test_the_import_does_what_the_check_said(imported, organisation):
    run = imported(*(f"G,n{number},g{number}@example.org," for number in range(1_200)), "No,Mail,nope,")

    assert run.state == ImportRun.State.DONE
    assert run.counts == run.checked
    assert Customer.objects.count() == run.counts["created"] == 1_200
    assert stored_counters(organisation) == true_counters(organisation)
    assert stored_daily(organisation) == true_daily(organisation)


def test_a_corrected_cell_is_checked_at_once_and_taken_in(bring, check, take_in):
    run = check(bring("A,B,nope,", "C,D,c@example.org,"))

    assert correct_row(run, 2, cells={"email": "still no"}).outcome == ImportRow.Outcome.FAULT
    row = correct_row(run, 2, cells={"email": "a@example.org"})

    run.refresh_from_db()
    assert row.outcome == ImportRow.Outcome.CORRECTED
    assert (run.checked["created"], run.checked["refused"], run.checked["rows"]) == (2, 0, 2)
    take_in(run)
    assert Customer.objects.filter(email="a@example.org").exists()


def test_a_correction_outlives_another_check(bring, check):
    run = check(bring("A,B,nope,"))
    correct_row(run, 2, cells={"email": "a@example.org"})
    run.refresh_from_db()

    run = check(run, on_existing="overwrite")

    assert run.checked["created"] == 1


def test_a_correction_sees_the_other_rows_of_the_file(bring, check):
    run = check(bring("A,B,a@example.org,", "A,B,nope,", "A,B,e@example.org,"))

    assert correct_row(run, 3, cells={"email": "A@example.org"}).other_line == 2
    assert correct_row(run, 3, cells={"email": "e@example.org"}).other_line == 4
    run.refresh_from_db()
    assert (run.checked["duplicates"], run.checked["refused"]) == (1, 0)


@pytest.mark.parametrize(
    ("decision", "phone", "email"),
    [("phone", "+491713920013", ""), ("email", "", "old@example.org"), ("skip", None, None)],
)
def test_a_person_decides_which_of_two_customers_a_row_means(
    bring, check, take_in, organisation, decision, phone, email
):
    make_customer(organisation, first_name="M", last_name="", phone="", email="old@example.org", company="")
    make_customer(organisation, first_name="P", last_name="", phone="+491713920013", email="", company="")
    run = check(
        bring("X,Y,old@example.org,0171 3920013,Firma", head="first_name,last_name,email,phone,company")
    )

    row = correct_row(run, 2, decision=decision)
    run.refresh_from_db()
    take_in(run)

    changed = Customer.objects.filter(company="Firma")
    if decision == "skip":
        assert row.outcome == ImportRow.Outcome.FAULT
        assert not changed
    else:
        assert (changed.get().phone, changed.get().email) == (phone, email)
    assert Customer.objects.count() == 2


def test_only_a_checked_import_takes_corrections_and_only_of_its_columns(bring, check, take_in):
    run = check(bring("A,B,nope,"))
    correct_row(run, 2, cells={"organisation": "1", "email": "a@example.org"})
    assert ImportCorrection.objects.get().cells == {"email": "a@example.org"}
    run.refresh_from_db()
    take_in(run)

    with pytest.raises(NotCorrectable):
        correct_row(run, 2, cells={"email": "b@example.org"})


@pytest.mark.parametrize(
    ("mode", "company", "tags"),
    [("complete", "Old", "VIP"), ("overwrite", "New", "VIP"), ("skip", "Old", "")],
)
def test_customers_who_exist_are_completed_overwritten_or_left(imported, organisation, mode, company, tags):
    make_customer(
        organisation, first_name="A", last_name="", email="a@example.org", phone="", company="Old", city=""
    )

    run = imported(
        "A,B,a@example.org,,New,Bonn,VIP",
        head="first_name,last_name,email,phone,company,city,tags",
        on_existing=mode,
    )

    customer = Customer.objects.get()
    assert (customer.company, customer.tags_text) == (company, tags)
    assert customer.city == ("" if mode == "skip" else "Bonn")
    assert run.counts["unchanged" if mode == "skip" else "completed"] == 1


def test_an_overwritten_customer_keeps_the_email(imported, organisation):
    make_customer(organisation, first_name="A", last_name="", email="a@example.org", phone="+491713920012")

    run = imported("A,B,other@example.org,0171 3920012", on_existing="overwrite")

    assert Customer.objects.get().email == "a@example.org"
    assert ImportRow.objects.get(run=run).hints


def test_names_alone_are_refused_or_created_once(bring, check, take_in):
    refused = check(bring("Anna,Müller,,", "Anna,Müller,,"))
    assert refused.checked["refused"] == 2

    run = take_in(check(refused, names_only=True))
    again = take_in(check(bring("Anna,Müller,,"), names_only=True))

    assert (run.counts["created"], run.counts["duplicates"]) == (1, 1)
    assert again.counts["unchanged"] == 1
    assert Customer.objects.count() == 1


def test_pasted_emails_need_nothing_else(organisation, location, manager, work, check, take_in):
    text = 'anna@example.org; Ben Beispiel <ben@example.org>\n"Müller, Cleo" <cleo@example.org>, nonsense'
    run = work(customer_runs.start_paste(organisation=organisation, actor=manager, text=text, name="Pasted"))

    run = check(run)
    assert (run.checked["created"], run.checked["refused"]) == (3, 1)
    take_in(run)

    names = dict(Customer.objects.values_list("email", "sort_name"))
    assert names == {
        "anna@example.org": "",
        "ben@example.org": "beispiel ben",
        "cleo@example.org": "muller cleo",
    }


def test_a_column_with_days_that_can_be_read_two_ways_is_asked_about(bring, check):
    head = "first_name,last_name,email,birthday"
    run = bring("A,B,a@example.org,03/05/1990", head=head)

    with pytest.raises(ValidationError) as error:
        check(run)
    assert error.value.code == "day_order"
    assert check(run, day_orders={"birthday": "dmy"}).checked["created"] == 1


def test_a_day_over_twelve_far_down_answers_for_the_whole_column(bring):
    rows = [f"A,B{number},a{number}@example.org,03/05/1990" for number in range(300)]

    run = bring(*rows, "A,C,c@example.org,31/05/1990", head="first_name,last_name,email,birthday")

    assert run.mapping["day_orders"] == {"birthday": "dmy"}


def test_a_mapping_is_remembered_for_files_with_these_headers(bring, check, other_organisation):
    head = "A,B,C"
    run = bring("Anna,Müller,anna@example.org", head=head)
    columns = {"A": "first_name", "B": "last_name", "C": "email"}
    check(run, columns=columns, on_existing="overwrite", tag="Import")

    again = bring("Bea,Beer,bea@example.org", head=head)

    assert (again.mapping["columns"], again.mapping["on_existing"]) == (columns, "overwrite")
    assert again.mapping["tag"] == ""


def test_a_killed_import_continues_behind_the_last_chunk(bring, check, work, monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 3)
    run = check(bring(*(f"G,n{number},g{number}@example.org," for number in range(10))))
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    stored, calls = working.store, []

    def die_on_third(*args):
        calls.append(1)
        stored(*args)
        if len(calls) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(working, "store", die_on_third)
    with pytest.raises(KeyboardInterrupt):
        run_job(run.job_id)
    assert Customer.objects.count() == 6

    monkeypatch.setattr(working, "store", stored)
    Job.objects.filter(pk=run.job_id).update(status="queued", leased_until=None)
    run = work(run)

    assert run.counts == run.checked
    assert Customer.objects.count() == ImportEffect.objects.count() == 10


def test_a_cancelled_import_keeps_what_is_in_and_can_go_on(bring, check, work, monkeypatch):
    monkeypatch.setattr(walking, "CHUNK", 3)
    run = check(bring(*(f"G,n{number},g{number}@example.org," for number in range(10))))
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    stored = working.store

    def cancel_after_store(*args):
        stored(*args)
        if Customer.objects.count() == 6:
            runs.cancel(run, actor=run.actor)

    monkeypatch.setattr(working, "store", cancel_after_store)
    run = work(run)
    assert (run.state, run.job.status) == (ImportRun.State.STOPPED, Job.Status.CANCELLED)
    assert Customer.objects.count() == run.counts["created"] == 3

    monkeypatch.setattr(working, "store", stored)
    runs.start_import(run, actor=run.actor)
    run.refresh_from_db()
    run = work(run)

    assert (run.state, Customer.objects.count()) == (ImportRun.State.DONE, 10)
    assert run.counts == run.checked


def test_steps_cannot_be_taken_twice_or_out_of_order(bring, check, take_in):
    run = bring("A,B,a@example.org,")
    with pytest.raises(runs.NotPossible):
        runs.start_import(run, actor=run.actor)
    run = check(run)
    runs.start_import(run, actor=run.actor)
    with pytest.raises(runs.NotPossible):
        runs.start_import(run, actor=run.actor)
    with pytest.raises(runs.NotPossible):
        customer_runs.start_check(run, CustomerMapping.from_json(run.mapping), actor=run.actor)


def test_what_stands_beside_a_phone_is_shown_before_the_import(bring, check, take_in, visit_check):
    run = check(bring("Zoë,Muster,,0171 3920087 privat", "Ada,Muster,,0171 3920088"))

    row = ImportRow.objects.get(run=run)
    assert (row.line, row.hints) == (2, ["Beside a phone number stood “privat”. It is not kept."])
    assert "stood “privat”" in visit_check(run, "?tab=hints").content.decode()
    take_in(run)
    assert set(Customer.objects.values_list("phone", flat=True)) == {"+491713920087", "+491713920088"}
