"""The customers of one import in the list: whom it shows, what keeps it, whose imports it knows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.importing.runs import clear_old_imports
from customers.listing import filters
from customers.models import Customer, ImportEffect
from tests.customers.conftest import names
from tests.factories import make_customer, make_import

UNKNOWN = "It is not known (any more) whom this import brought."


@pytest.fixture
def run(organisation):
    """An import that brought Ann and Ben, Ann by two rows; Zoe came by herself."""
    ended = {"state": "done", "finished_at": timezone.now(), "counts": {"rows": 3}}
    run = make_import(organisation, filename="till.csv", **ended)
    for line, name in enumerate(["Ann", "Ben"], start=2):
        customer = make_customer(organisation, first_name=name, last_name="", source="import")
        ImportEffect.objects.create(run=run, line=line, customer=customer, created=True)
    ann = Customer.objects.get(first_name="Ann")
    ImportEffect.objects.create(run=run, line=9, customer=ann, changes={"city": ["", "Berlin"]})
    make_customer(organisation, first_name="Zoe", last_name="", source="import")
    return run


@pytest.mark.parametrize("few", [0, 20_000], ids=["many effects", "few effects"])
def test_the_list_shows_each_customer_of_an_import_once(open_list, run, monkeypatch, few):
    monkeypatch.setattr(filters, "FEW_ROWS", few)

    assert names(open_list(f"import={run.pk}&sort=name")) == ["Ann", "Ben"]


def test_a_chip_names_the_file_and_takes_the_filter_off(open_list, run):
    (chip,) = open_list(f"import={run.pk}&sort=name").context["chips"]

    assert (chip.label, chip.value, chip.remove_url) == ("Import", "till.csv", "/customers/?sort=name")


def test_sort_pages_export_selection_and_other_filters_keep_it(open_list, run, sign_in, admin):
    page = open_list(f"import={run.pk}")
    kept = f"import={run.pk}"
    downloaded = sign_in(admin).get(f"/customers/export.csv?{kept}&columns=first_name")
    dialog = sign_in(admin).get(f"/customers/filters/?{kept}")

    assert all(kept in heading.url for heading in page.context["headings"])
    assert all(kept in url for _size, url in page.context["pager"]["sizes"])
    assert ("import", str(run.pk)) in page.context["address"].fields()
    assert b"".join(downloaded.streaming_content).decode("utf-8-sig").split() == ["first_name", "Ben", "Ann"]
    assert f'<input type="hidden" name="import" value="{run.pk}">' in dialog.text
    assert "till.csv" not in dialog.text


@pytest.mark.parametrize("value", ["0", "x", "99999999999999999999", "-1", "1.5"])
def test_an_import_that_is_unknown_is_said(open_list, run, value):
    page = open_list(f"import={value}")

    assert f"Import: {UNKNOWN}" in page.text
    assert len(names(page)) == 3


def test_imports_of_others_are_unknown(open_list, run, other_organisation, sign_in, admin):
    foreign = make_import(other_organisation, filename="secret.csv", state="done")
    customer = make_customer(other_organisation, first_name="Secret")
    ImportEffect.objects.create(run=foreign, line=2, customer=customer, created=True)

    page = open_list(f"import={foreign.pk}")
    assert UNKNOWN in page.text
    assert "ecret" not in page.text
    assert sign_in(admin).get(f"/customers/export.csv?import={foreign.pk}").status_code == 400


def test_an_import_whose_effects_are_forgotten_is_unknown(open_list, run):
    run.finished_at = timezone.now() - timedelta(days=40)
    run.save()
    clear_old_imports()

    assert UNKNOWN in open_list(f"import={run.pk}").text
