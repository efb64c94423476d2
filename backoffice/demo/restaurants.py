"""The two invented restaurants, the people who work there, and what they promise their customers."""

from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice.demo.menus import Menu, menu_of
from backoffice.demo.reading import read
from backoffice.staff.models import Location, Membership, Organisation, Role, User
from backoffice.staff.roles import ensure_roles
from loyalty.models import Programme
from orders.models import Product

PASSWORD = "stammgast-demo-2026"  # noqa: S105 printed by `make demo`; the customers are invented


class Person(NamedTuple):
    name: str
    email: str
    role: str
    language: str


class House(NamedTuple):
    """One organisation to be: locations with how many of ten customers have them as theirs."""

    name: str
    slug: str
    country: str
    timezone: str
    language: str
    locations: dict[str, int]
    people: list[Person]
    menu: Menu
    points_per_order: int
    receipt_head: str


def _house(entry: dict) -> House:
    people = [Person(**person | {"role": Role(person["role"])}) for person in entry["people"]]
    return House(**entry | {"people": people, "menu": menu_of(entry["slug"])})


HOUSES = [_house(entry) for entry in read("restaurants")["restaurants"]]


def open_house(house: House) -> Organisation:
    """Store organisation, locations, people, menu and loyalty programme."""
    ensure_roles()
    organisation = Organisation.objects.create(
        name=house.name,
        slug=house.slug,
        country=house.country,
        timezone=house.timezone,
        language=house.language,
    )
    for name in house.locations:
        Location.objects.create(
            organisation=organisation,
            name=name,
            country=house.country,
            timezone=house.timezone,
            receipt_head=house.receipt_head,
        )
    for person in house.people:
        _employ(organisation, person)
    for dish in (dish for dishes in house.menu for dish in dishes):
        Product.objects.create(
            organisation=organisation,
            name=dish.name,
            category=dish.category,
            price_cents=dish.price_cents,
            cost_cents=dish.cost_cents,
            tax_rate=dish.tax_rate,
        )
    Programme.objects.create(
        organisation=organisation,
        points_per_euro=Decimal(1),
        points_per_order=house.points_per_order,
        minimum_points=50,
        expires_after_months=24,
    )
    return organisation


def _employ(organisation: Organisation, person: Person) -> None:
    user = User.objects.create_user(
        email=person.email, password=PASSWORD, name=person.name, language=person.language
    )
    group = Group.objects.get(name=person.role)
    user.membership = Membership.objects.create(user=user, organisation=organisation, group=group)
    user.last_login = timezone.now()  # or they would all seem to be invited still
    user.save(update_fields=["membership", "last_login"])


def people_of(house: House) -> list[User]:
    return list(User.objects.filter(email__in=[person.email for person in house.people]).order_by("pk"))
