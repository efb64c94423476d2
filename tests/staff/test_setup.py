"""`manage.py setup` starts an installation without asking anything."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from backoffice.staff.models import Membership, Organisation

pytestmark = pytest.mark.django_db


def run(**options):
    out = io.StringIO()
    call_command("setup", organisation="Gasthaus Lindenhof", email="Ada@Example.org", stdout=out, **options)
    return out.getvalue()


def test_it_prints_a_link_that_sets_the_password(client):
    link = re.search(r"/password/new/\S+", run())[0]

    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "my own long passphrase", "password2": "my own long passphrase"})
    client.post("/login/", {"login": "ada@example.org", "password": "my own long passphrase"})

    assert client.get("/settings/locations/").status_code == 200


def test_it_makes_organisation_location_and_administrator():
    run(country="ES", timezone="Europe/Madrid", currency="EUR", language="es")

    organisation = Organisation.objects.get()
    membership = Membership.objects.get()
    assert (organisation.slug, organisation.country, organisation.language) == (
        "gasthaus-lindenhof",
        "ES",
        "es",
    )
    assert organisation.locations.get().timezone == "Europe/Madrid"
    assert (membership.role, membership.user.email) == ("admin", "ada@example.org")


def test_a_second_one_of_the_same_name_gets_its_own_address():
    run()
    run()

    assert set(Organisation.objects.values_list("slug", flat=True)) == {
        "gasthaus-lindenhof",
        "gasthaus-lindenhof-2",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Europe/Atlantis"},
        {"email": "nobody"},
        {"currency": "EUX"},
        {"currency": "DEM"},
        {"currency": ""},
        {"country": "QQ"},
        {"organisation": "\u3164"},
    ],
)
def test_nonsense_is_refused_and_leaves_nothing_behind(wrong):
    with pytest.raises(CommandError):
        call_command("setup", **{"organisation": "A", "email": "a@example.org"} | wrong)

    assert not Organisation.objects.exists()


@pytest.mark.parametrize("currency", ["eur", "CHF", "JPY", "CLP", "HUF", "KWD"])
def test_currencies_that_people_pay_with_are_known(currency):
    run(currency=currency)
    assert Organisation.objects.get().currency == currency.upper()
