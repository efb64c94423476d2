"""Step 1 in the browser: a file or pasted e-mails, and how their consents are known."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from customers.importing import check_file
from customers.importing import runs as customer_runs
from customers.importing.example import example_file
from customers.importing.fields import ALTERNATIVES, import_fields
from customers.importing.kept import find_file
from customers.importing.profiling import Profile
from customers.models import ImportRun, RememberedMapping
from tests.customers.importing.pages import text_of

URL = reverse("customers:import")
BASIS = {"origin": "Form on our old website", "given_on": "2026-05-01", "wording": ""}


def upload(content=b"email\nanna@example.org\n", name="guests.csv"):
    return {"kind": "file", "file": SimpleUploadedFile(name, content)}


@pytest.fixture
def as_manager(client, manager, location):
    client.force_login(manager)
    return client


@pytest.fixture
def as_admin(client, admin, location):
    client.force_login(admin)
    return client


def test_a_file_is_kept_and_read(as_manager, work):
    response = as_manager.post(URL, upload(), follow=True)

    run = ImportRun.objects.get()
    assert response.redirect_chain[-1][0] == reverse("customers:import-run", args=[run.pk])
    assert (run.filename, run.size_bytes) == ("guests.csv", 23)
    run = work(run)
    assert as_manager.get(reverse("customers:import-run", args=[run.pk])).url.endswith("/columns/")


def test_pasted_emails_become_a_file_without_a_need_for_names(as_manager, work):
    as_manager.post(URL, {"kind": "text", "text": "Anna Sample <anna@example.org>; ben@example.org"})

    run = work(ImportRun.objects.get())
    assert (run.kind, run.profile["rows"], run.mapping["needs_name"]) == ("pasted", 2, False)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose a file first."),
        ({"kind": "file"}, "Choose a file first."),
        ({"kind": "text", "text": " ; ,\n"}, "Paste at least one e-mail."),
        ({"kind": "text"}, "Paste at least one e-mail."),
        (upload(b""), "This file is empty."),
        (upload(name="x" * 900 + ".csv", content=b""), "This file is empty."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(as_manager, data, sentence):
    response = as_manager.post(URL, {"kind": "file", **data})

    assert response.status_code == 422
    assert sentence in response.text
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(as_manager, settings):
    settings.TABLE_MAX_BYTES = 10

    response = as_manager.post(URL, upload())

    assert response.status_code == 422
    assert "This file is larger than" in response.text


def test_subscribing_keeps_where_when_and_which_wording(as_admin, work):
    as_admin.post(URL, upload() | {"subscribe": "yes", **BASIS, "wording": "I like news."})

    run = work(ImportRun.objects.get())
    assert run.mapping["subscribe_all"] is True
    assert run.mapping["consent"] == {
        "origin": "Form on our old website",
        "given_on": "2026-05-01",
        "wording": "I like news.",
    }


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"origin": " "}, "Say where it was given."),
        ({"given_on": ""}, "Say until when."),
        ({"given_on": "2999-01-01"}, "This lies in the future."),
        ({"given_on": "0020-01-01"}, "This is too long ago to be right."),
        ({"given_on": "soon"}, "Enter a valid date."),
        ({"origin": "x\x07"}, "characters that cannot be stored"),
        ({"origin": "x" * 201}, "at most 200 characters"),
    ],
)
def test_subscribing_without_evidence_is_refused(as_admin, changes, sentence):
    response = as_admin.post(URL, upload() | {"subscribe": "yes"} | BASIS | changes)

    assert response.status_code == 422
    assert sentence in response.text
    assert not ImportRun.objects.exists()


def test_who_may_not_grant_consents_cannot_subscribe_anybody(as_manager, work):
    page = as_manager.get(URL)
    as_manager.post(URL, upload() | {"subscribe": "yes"} | BASIS)

    assert "Subscribe automatically" not in page.text
    assert "Only an administrator can take consents over" in page.text
    run = work(ImportRun.objects.get())
    assert (run.mapping["consent"], run.mapping["subscribe_all"]) == (None, False)


def test_the_list_leads_to_the_import(as_manager):
    assert f'href="{URL}"' in as_manager.get(reverse("customers:list")).text


def test_waiters_do_not_see_the_way_to_the_import(client, staff):
    client.force_login(staff)
    assert f'href="{URL}"' not in client.get(reverse("customers:list")).text


# ---- A file that is kept while something else is missing ------------------------------------------


INCOMPLETE = {"subscribe": "yes", **BASIS, "origin": ""}


def files() -> list[str]:
    return [path.read_text() for path in Path(settings.MEDIA_ROOT, "imports").rglob("*") if path.is_file()]


def token_of(response) -> str:
    return re.search(r'name="kept" value="([^"]*)"', response.text)[1]


def test_a_chosen_file_need_not_be_chosen_again(as_admin, work):
    response = as_admin.post(URL, upload(name="list.csv") | INCOMPLETE)
    assert response.status_code == 422
    assert "<strong>list.csv</strong> (23 bytes) is here already." in text_of(response)
    again = {"kind": "file", "kept": token_of(response)}
    response = as_admin.post(URL, again | INCOMPLETE)
    assert "is here already" in response.text

    as_admin.post(URL, again | {"subscribe": "yes", **BASIS, "kept": token_of(response)})

    run = work(ImportRun.objects.get())
    assert (run.filename, run.profile["rows"], run.mapping["subscribe_all"]) == ("list.csv", 1, True)
    assert not list(Path(settings.MEDIA_ROOT).glob("imports/kept/*"))


def test_another_file_takes_the_place_of_the_kept_one(as_admin):
    first = as_admin.post(URL, upload(b"first") | INCOMPLETE)
    second = as_admin.post(URL, upload(b"second") | INCOMPLETE | {"kept": token_of(first)})
    assert files() == ["second"]

    as_admin.post(URL, upload(b"third", name="third.csv") | {"kept": token_of(second)})

    assert ImportRun.objects.get().filename == "third.csv"
    assert files() == ["third"]


def test_a_file_that_is_itself_at_fault_is_not_kept(as_admin):
    response = as_admin.post(URL, upload(b"") | INCOMPLETE)
    assert "is here already" not in as_admin.post(URL, upload(b"")).text + response.text
    assert files() == []


def test_a_kept_file_belongs_to_one_person_of_one_organisation(
    as_admin, client, manager, organisation, other_organisation, admin
):
    token = token_of(as_admin.post(URL, upload() | INCOMPLETE))
    assert find_file(token, organisation=organisation, person=admin)
    assert not find_file(token, organisation=other_organisation, person=admin)
    client.force_login(manager)

    response = client.post(URL, {"kind": "file", "kept": token})

    assert response.status_code == 422
    assert "The file is no longer here. Choose it once more." in response.text
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("token", ["x", "../../etc", "WyIuLi8iLCJ4Il0:1:x"])
def test_a_made_up_token_means_no_file(as_admin, token):
    assert as_admin.post(URL, {"kind": "file", "kept": token}).status_code == 422


def test_a_kept_file_that_nobody_came_back_for_goes_within_the_day(as_admin):
    as_admin.post(URL, upload(b"kept") | INCOMPLETE)
    customer_runs.clear_old_imports()
    assert files() == ["kept"]

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        customer_runs.clear_old_imports()

    assert files() == []


# ---- The example file -----------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["de", "es", "en"])
def test_the_example_is_understood_by_the_import(organisation, location, tmp_path, language, format):
    path = tmp_path / f"example.{format}"
    with translation.override(language):
        path.write_bytes(b"".join(example_file(format, language, organisation)))

    result = check_file(path, organisation=organisation)

    assert (result.error, result.rows, result.accepted, result.faults) == ("", 2, 2, [])
    assert result.ignored_columns == []
    said_otherwise = {*ALTERNATIVES, "modules"}
    assert set(result.mapping.columns.values()) == set(import_fields()) - said_otherwise
    assert result.counts.consents_without_origin == 3


@pytest.mark.parametrize("country", ["AT", "CH", "ES", "FR", "GB", "IT", "US", "LI"])
def test_the_example_fits_every_country(organisation, location, tmp_path, country):
    organisation.country = country
    organisation.save()
    path = tmp_path / "example.csv"
    path.write_bytes(b"".join(example_file("csv", "en", organisation)))

    assert check_file(path, organisation=organisation).accepted == 2


@pytest.mark.parametrize(
    ("format", "name"), [("csv", "example-customers.csv"), ("xlsx", "example-customers.xlsx")]
)
def test_the_example_is_a_download(as_manager, format, name):
    response = as_manager.get(reverse("customers:import-example", args=[format]))

    content = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == f'attachment; filename="example-customers.{format}"'
    if format == "csv":
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.values)
    assert len(rows) == 3
    assert rows[0][:2] == type(rows[0])(("First name", "Last name"))


def test_there_is_no_other_example(as_manager):
    assert as_manager.get(reverse("customers:import-example", args=["pdf"])).status_code == 404


@pytest.mark.parametrize("head", ["a@example.org,Anna", ""])
def test_columns_without_names_say_nothing_about_another_file(
    bring, check, organisation, manager, work, head
):
    """Two files without a header have the same columns, and pasted e-mails those of many a file."""
    if head:
        run = bring("b@example.org,Bea", head=head)
    else:
        run = work(
            customer_runs.start_paste(
                organisation=organisation, actor=manager, text="b@example.org", name="p"
            )
        )
    assert Profile.from_json(run.profile).header_line == (0 if head else 1)
    check(run, on_existing="overwrite", needs_name=False)

    assert not RememberedMapping.objects.exists()
