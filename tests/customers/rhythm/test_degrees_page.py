"""Settings > Loyalty degrees."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from orders.visits.keeping import refresh_due
from tests.factories import make_customer, make_order

URL = "/settings/degrees/"


@pytest.fixture
def page(sign_in, admin):
    return sign_in(admin)


def post(page, **changes):
    return page.post(URL, {"occasional": "2", "regular": "4", "champion": "10"} | changes)


def test_customers_have_the_new_degree_within_a_minute(page, organisation):
    customer = make_customer(organisation)
    make_order(customer)
    make_order(customer, placed_at=timezone.now() - timedelta(days=8))

    assert post(page, occasional="3").status_code == 302
    refresh_due()

    customer.stats.refresh_from_db()
    assert customer.stats.degree == 1
    assert AuditEntry.objects.get(action="degrees.changed").details["visits"]["occasional"] == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occasional": "1"}, "occasional"),
        ({"regular": "2"}, "regular"),
        ({"champion": "4"}, "champion"),
        ({"champion": "400"}, "champion"),
        ({"champion": ""}, "champion"),
        ({"regular": "vier"}, "regular"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(page, organisation, changes, field):
    response = post(page, **changes)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    organisation.refresh_from_db()
    assert (organisation.occasional_from, organisation.champion_from) == (2, 10)


def test_saving_the_same_again_reads_nobody_anew(page, organisation):
    post(page)

    assert not AuditEntry.objects.filter(action="degrees.changed").exists()
