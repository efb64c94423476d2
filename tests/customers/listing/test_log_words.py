"""Filters of the list in the log of exports."""

import pytest
from django.http import QueryDict
from django.utils import translation

from customers.listing.log_words import filter_words
from customers.models import Tag
from tests.factories import make_import


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", []),
        ("sort=name&size=25", []),
        ("q=Anna&source=web&source=store", [("Suchen", "Anna"), ("Quelle", "Webseite, Laden")]),
        ("marketing=yes&status=all", [("Marketing", "Ja"), ("Status", "Alle")]),
        ("spend_min=1.000&joined_from=2026-03-01", None),
        ("tag=VIP&tag=Gone", [("Tag", "VIP, Gone")]),
        ("source=moon", [("Quelle", "moon")]),
    ],
)
def test_a_filter_is_said_in_the_language_of_the_reader(organisation, location, query, words):
    Tag.objects.create(organisation=organisation, name="VIP")
    with translation.override("de"):
        (said,) = filter_words([QueryDict(query)], organisation)

    if words is None:
        assert [value for _label, value in said] == ["01.03.2026", "1.000,00\xa0€"]
    else:
        assert said == words


def test_a_selection_is_said_by_its_number(organisation):
    assert filter_words([QueryDict("selected=1200")], organisation) == [[("Selected", "1,200")]]


def test_an_import_is_named_as_long_as_it_is_known_and_never_one_of_others(organisation, other_organisation):
    own = make_import(organisation, filename="till.csv")
    foreign = make_import(other_organisation, filename="secret.csv")
    queries = [QueryDict(f"import={run.pk}&q=x") for run in (own, foreign)]

    said = filter_words(queries, organisation)

    assert said == [[("Search", "x"), ("Import", "till.csv")], [("Search", "x"), ("Import", str(foreign.pk))]]
