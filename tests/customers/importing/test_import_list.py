"""The imports of an organisation, newest first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice.imports.pages.base import PER_PAGE
from customers.models import ImportRun
from tests.customers.importing.pages import state_of, text_of


def test_the_list_names_file_person_state_and_figures(imported, bring, check, sign_in, manager):
    imported("A,B,a@example.org,", "C,D,nope,")
    check(bring("E,F,e@example.org,", name="<b>second</b>.csv"))

    page = text_of(sign_in(manager).get("/customers/import/runs/"))

    assert page.index("&lt;b&gt;second&lt;/b&gt;.csv") < page.index("guests.csv")
    assert "not imported yet" in page
    assert "1 new, 0 completed, 1 skipped" in page
    assert "Mara Manager" in page


def test_an_empty_list_says_how_to_begin(sign_in, manager):
    assert "No import yet" in text_of(sign_in(manager).get("/customers/import/runs/"))


@pytest.mark.parametrize("before", ["x", "-1", "²", "9" * 30])
def test_a_place_that_does_not_exist_begins_at_the_newest(imported, sign_in, manager, before):
    imported("A,B,a@example.org,")

    response = sign_in(manager).get("/customers/import/runs/", {"before": before})

    assert len(response.context["rows"]) == 1


def test_the_list_has_pages_and_costs_the_same_for_any_number(organisation, manager, sign_in):
    client, costs = sign_in(manager), []
    client.get("/customers/import/runs/")
    for _step in range(2):
        for number in range(PER_PAGE):
            ImportRun.objects.create(
                organisation=organisation, actor=manager, key=f"{_step}-{number}", created_at=timezone.now()
            )
        with CaptureQueriesContext(connection) as queries:
            response = client.get("/customers/import/runs/")
        costs.append(len(queries))

    assert costs[0] == costs[1]
    older = client.get("/customers/import/runs/", {"before": response.context["older"]})
    numbers = [row.run.pk for page in (response, older) for row in page.context["rows"]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 2 * PER_PAGE
    assert older.context["older"] is None


def test_another_organisation_finds_no_import(imported, sign_in, outsider):
    run = imported("A,B,a@example.org,")
    client = sign_in(outsider)

    for name in ("run", "undo", "cancel", "refused"):
        assert client.get(reverse(f"customers:import-{name}", args=[run.pk])).status_code == 404
    for name in ("start", "continue", "cancel", "undo", "again"):
        assert client.post(reverse(f"customers:import-{name}", args=[run.pk])).status_code == 404
    assert client.get("/customers/import/runs/").context["rows"] == []
    assert state_of(run) == ImportRun.State.DONE
