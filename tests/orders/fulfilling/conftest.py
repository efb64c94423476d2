from uuid import uuid4

import pytest
from django.utils import timezone

from orders.extensions import Wish
from orders.fulfilling import Placement, PlacementLine
from orders.models import Product


@pytest.fixture
def soup(organisation):
    return Product.objects.create(organisation=organisation, name="Kürbissuppe", price_cents=850, tax_rate=7)


@pytest.fixture
def fee(organisation):
    return Product.objects.create(
        organisation=organisation, name="Lieferung", price_cents=200, tax_rate=19, is_delivery_fee=True
    )


@pytest.fixture
def placement(location, soup):
    """Two soups to be picked up by nobody in particular, now; with what a test says otherwise."""

    def make(*, coupon="", points=0, **fields) -> Placement:
        defaults = {
            "location": location,
            "service_type": "pickup",
            "lines": (PlacementLine(soup.pk, 2),),
            "now": timezone.now(),
            "token": uuid4(),
            "wish": Wish(coupon, points),
        }
        return Placement(**defaults | fields)

    return make
