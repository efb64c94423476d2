"""Figures as DESIGN §8 writes them in three languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from backoffice.core.text.formats import Formats, country_names

TZ = ZoneInfo("Europe/Berlin")
DE, ES, EN = (Formats(language, "EUR", TZ) for language in ("de", "es", "en"))


@pytest.mark.parametrize(
    ("cents", "german", "spanish", "english"),
    [
        (123456, "1.234,56\u00a0€", "1234,56\u00a0€", "€1,234.56"),
        (1234567, "12.345,67\u00a0€", "12.345,67\u00a0€", "€12,345.67"),
        (5, "0,05\u00a0€", "0,05\u00a0€", "€0.05"),
        (-310, "\u22123,10\u00a0€", "\u22123,10\u00a0€", "\u2212€3.10"),
    ],
)
def test_money(cents, german, spanish, english):
    assert (DE.money(cents), ES.money(cents), EN.money(cents)) == (german, spanish, english)


def test_an_unknown_amount_is_empty():
    assert DE.money(None) == ""


def test_numbers_and_shares():
    assert [one.number(4218) for one in (DE, ES, EN)] == ["4.218", "4218", "4,218"]
    assert [one.share(458, 1000) for one in (DE, ES, EN)] == ["45,8\u00a0%", "45,8\u00a0%", "45.8%"]
    assert DE.share(1, 0) == ""


def test_days_and_moments_are_local():
    moment = datetime(2026, 11, 12, 23, 30, tzinfo=UTC)

    assert [one.day(date(2026, 11, 12)) for one in (DE, ES, EN)] == [
        "12.11.2026",
        "12/11/2026",
        "12 Nov 2026",
    ]
    assert DE.moment(moment) == "13.11.2026, 00:30"
    assert DE.moment(None) == ""


def test_other_currencies():
    assert Formats("en", "GBP", TZ).money(1250) == "£12.50"
    assert Formats("de", "CHF", TZ).money(1250) == "12,50\u00a0CHF"


def test_countries_have_names_in_each_language():
    assert country_names("de")["DE"] == "Deutschland"
    assert country_names("es")["DE"] == "Alemania"
    assert "EU" not in country_names("en")
    names = list(country_names("de").values())
    assert names.index("Oman") < names.index("Österreich") < names.index("Pakistan")
