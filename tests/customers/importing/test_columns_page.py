"""Step 2 in the browser: what each column is, how days and consents are meant, how the file is read."""

import pytest
from django.urls import reverse

from customers.importing import runs as customer_runs
from customers.importing.mapping import ConsentBasis
from customers.models import ImportRun, RememberedMapping
from tests.customers.importing.pages import text_of
from tests.factories import make_location

HEAD = "Vorname,Nachname,Mail,Tel,Geboren,Newsletter,KdNr_intern"
ROW = "Lotte,Lavendel,lotte@example.org,0171 3920063,03/05/1990,ja,10044"
CHOICES = {
    **{"field_0": "first_name", "field_1": "last_name", "field_2": "email", "field_3": "phone"},
    **{"field_4": "birthday", "day_4": "dmy", "field_5": "", "field_6": ""},
    **{"on_existing": "complete", "needs_name": "on", "country": "DE"},
}
PROVEN = {
    "field_5": "marketing_communications",
    "proof": "yes",
    "origin": "Old till",
    "given_on": "2026-05-01",
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def run(bring):
    return bring(ROW, head=HEAD)


@pytest.fixture
def as_manager(client, manager):
    client.force_login(manager)
    return client


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def url(run, name="columns"):
    return reverse(f"customers:import-{name}", args=[run.pk])


def kept(run):
    run.refresh_from_db()
    return run.mapping


def test_columns_are_shown_with_values_field_and_recognition(as_manager, run):
    text = text_of(as_manager.get(url(run)))

    assert "1 row · 7 columns · Comma · UTF-8 · header in line 1" in text
    assert "lotte@example.org" in text
    assert '<option value="phone" selected>' in text
    assert "KdNr_intern" in text
    assert "is left out" in text
    assert "6 of 7 columns are taken over" in text


def test_the_mapping_is_kept_and_the_check_begins(as_manager, run):
    response = as_manager.post(url(run), CHOICES)

    assert response.url == url(run, "run")
    mapping = kept(run)
    assert mapping["columns"]["Mail"] == "email"
    assert mapping["columns"]["Newsletter"] == ""
    assert mapping["day_orders"] == {"Geboren": "dmy"}
    assert run.job.kind == "customers.check_import"
    assert RememberedMapping.objects.count() == 1


def test_all_options_arrive(as_manager, organisation, location, run):
    other = make_location(organisation, name="Neustadt")
    options = {
        **{"on_existing": "overwrite", "names_only": "on", "country": "AT"},
        **{"tag": "Import Nov 26", "location": other.pk},
    }
    as_manager.post(url(run), {**CHOICES, **options, "needs_name": ""})

    mapping = kept(run)
    assert mapping["on_existing"] == "overwrite"
    assert mapping["names_only"] is True
    assert mapping["needs_name"] is False
    assert mapping["country"] == "AT"
    assert mapping["tag"] == "Import Nov 26"
    assert mapping["location_id"] == other.pk


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"field_1": "first_name"}, "“Vorname” is mapped to this field already."),
        ({"day_4": ""}, "Say what comes first."),
        ({"field_2": "", "field_3": ""}, "No column holds phone numbers or e-mails."),
        ({"field_2": "password"}, "Select a valid choice."),
        ({"country": "XX"}, "Select a valid choice."),
        ({"on_existing": "delete"}, "Select a valid choice."),
        ({"tag": "x" * 41}, "at most 40 characters"),
        ({"tag": "a\x00b"}, "Null characters are not allowed."),
        ({"field_4": "joined", "day_4": "ymd"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_begins(as_manager, run, changes, sentence):
    before = run.job_id
    response = as_manager.post(url(run), CHOICES | changes)

    assert response.status_code == 422
    assert sentence in response.text
    run.refresh_from_db()
    assert run.job_id == before


def test_another_organisations_location_is_refused(as_manager, location, other_organisation, run):
    make_location(run.organisation, name="Neustadt")
    foreign = make_location(other_organisation, name="Fuera")

    assert as_manager.post(url(run), CHOICES | {"location": foreign.pk}).status_code == 422


def test_a_list_without_names_is_taken_on_purpose_only(as_manager, bring, work):
    run = bring("a@example.org", head="email")
    choices = {"field_0": "email", "on_existing": "complete", "country": "DE"}

    as_manager.post(url(run), choices | {"needs_name": "on"})
    run.refresh_from_db()
    assert work(run).checked["refused"] == 1

    as_manager.post(url(run), choices)
    run.refresh_from_db()
    assert work(run).checked["created"] == 1


# ---- Consents -------------------------------------------------------------------------------------


def test_consents_need_a_word_about_their_evidence(as_admin, run):
    page = as_admin.get(url(run)).text
    response = as_admin.post(url(run), CHOICES | {"field_5": "marketing_communications"})

    assert "Counts as a yes" in page
    assert "“ja” (1 row)" in page
    assert response.status_code == 422
    assert "Say whether the consents of this file can be proven." in response.text


def test_evidence_is_kept_with_the_mapping(as_admin, run):
    as_admin.post(url(run), CHOICES | PROVEN)

    assert kept(run)["consent"] == {"origin": "Old till", "given_on": "2026-05-01", "wording": ""}
    assert run.mapping["subscribe_all"] is False
    assert RememberedMapping.objects.get().mapping["consent"] is None


@pytest.mark.parametrize("missing", ["origin", "given_on"])
def test_proof_without_evidence_is_none(as_admin, run, missing):
    response = as_admin.post(url(run), CHOICES | PROVEN | {missing: ""})

    assert response.status_code == 422
    assert kept(run)["consent"] is None


def test_without_evidence_they_stay_out(as_admin, run):
    as_admin.post(url(run), CHOICES | PROVEN | {"proof": "no"})

    assert run.job_id != ImportRun.objects.get().job_id
    assert kept(run)["consent"] is None


def test_a_manager_cannot_take_consents_over(as_manager, run):
    page = as_manager.get(url(run)).text
    response = as_manager.post(url(run), CHOICES | PROVEN | {"subscribe_all": "on"})

    assert "only an administrator can take them over" in page
    assert response.status_code == 302
    assert kept(run)["consent"] is None
    assert run.mapping["subscribe_all"] is False


def test_what_was_said_with_the_file_is_shown_again(as_admin, organisation, location, admin, work):
    content = b"email\na@example.org\n"
    run = customer_runs.start_upload(
        organisation=organisation,
        actor=admin,
        name="a.csv",
        size=len(content),
        chunks=[content],
        consent=ConsentBasis("Till form"),
    )
    text = as_admin.get(url(work(run))).text

    assert 'value="Till form"' in text
    assert 'name="subscribe_all"' in text


# ---- Choices that change what is asked ------------------------------------------------------------


def test_a_choice_shows_what_follows_from_it_without_starting(as_admin, run):
    response = as_admin.post(url(run), CHOICES | PROVEN | {"field_4": ""}, headers=HTMX)

    assert "Where the consent was given" in response.text
    assert "What comes first" not in response.text
    assert "<html" not in response.text
    assert 'id="columns-taken" hx-swap-oob="true"' in response.text
    assert "HX-Request" in response["Vary"]
    assert kept(run)["columns"]["Mail"] == "email"
    assert ImportRun.objects.get().job.kind == "customers.read_import"


# ---- How the file is read -------------------------------------------------------------------------


def test_the_file_can_be_read_differently(as_manager, run, work):
    response = as_manager.post(
        url(run, "read"), {"reading-delimiter": ";", "reading-encoding": "cp1252", "reading-header_line": "0"}
    )
    run.refresh_from_db()
    assert response.url == url(run, "run")
    run = work(run)

    assert run.profile["headers"] == ["#1"]
    assert (run.profile["delimiter"], run.profile["header_line"]) == (";", 0)


@pytest.mark.parametrize(
    "changes", [{"reading-delimiter": "x"}, {"reading-encoding": "ebcdic"}, {"reading-header_line": "-1"}]
)
def test_a_way_of_reading_that_does_not_exist_is_refused(as_manager, run, changes):
    before = run.job_id
    response = as_manager.post(url(run, "read"), changes)

    assert response.status_code == 422
    run.refresh_from_db()
    assert run.job_id == before


def test_what_was_said_of_consents_survives_reading_again(as_admin, run, work):
    as_admin.post(url(run), CHOICES | PROVEN)
    run.refresh_from_db()
    run = work(run)
    as_admin.post(url(run, "read"), {"reading-header_line": "1"})
    run.refresh_from_db()

    assert work(run).mapping["consent"]["origin"] == "Old till"


# ---- Where the import stands ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["columns", "read"])
def test_after_the_import_there_is_nothing_to_map(as_manager, imported, name):
    run = imported("Lotte,Lavendel,lotte@example.org,")
    response = as_manager.post(url(run, name), CHOICES)

    assert response.url == url(run, "run")
    run.refresh_from_db()
    assert run.state == ImportRun.State.DONE


def test_pressing_twice_starts_one_check(as_manager, run):
    as_manager.post(url(run), CHOICES)
    first = ImportRun.objects.get().job_id
    response = as_manager.post(url(run), CHOICES)

    assert response.url == url(run, "run")
    assert ImportRun.objects.get().job_id == first


def test_a_known_file_is_recognised_by_its_headers(as_manager, run, bring):
    as_manager.post(url(run), CHOICES | {"field_6": "tax_id"})
    again = bring(ROW, head=HEAD)

    text = as_manager.get(url(again)).text
    assert again.mapping["columns"]["KdNr_intern"] == "tax_id"
    assert "as last time" in text


def test_hostile_headers_and_values_are_text(as_manager, bring):
    head = 'email,<script>alert(1)</script>,"""><img src=x>"'
    text = as_manager.get(url(bring("a@example.org,<b>x</b>,=1+1", head=head))).text

    assert "<script>alert" not in text
    assert "<img src=x>" not in text
    assert "<b>x</b>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_file_with_many_columns_has_a_page(as_manager, bring):
    head = ",".join(["email", *(f"c{number}" for number in range(199))])
    run = bring("a@example.org" + "," * 199, head=head)

    text = as_manager.get(url(run)).text
    assert "field_199" in text
