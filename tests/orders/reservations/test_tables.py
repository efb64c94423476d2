"""The tables of a location, for administrators."""

import pytest

from backoffice.audit.models import AuditEntry
from orders.models import DiningTable
from tests.orders.factories import make_table

NEW = "/reservations/tables/new/"


@pytest.fixture
def client(sign_in, admin, location):
    return sign_in(admin)


def test_a_table_is_added_and_changed(client, location):
    client.post(NEW, {"name": "4", "area": "Saal", "seats": "6"})
    table = DiningTable.objects.get()
    assert (table.location, table.name, table.seats) == (location, "4", 6)
    client.post(f"/reservations/tables/{table.pk}/", {"name": "4", "area": "", "seats": "2"})
    table.refresh_from_db()
    assert (table.area, table.seats, table.is_active) == ("", 2, False)
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"table.added", "table.changed"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": ""}, "required"),
        ({"name": "a\x00"}, "cannot be stored"),
        ({"name": "x" * 10_000}, "at most 40"),
        ({"name": "FENSTER"}, "a table of this name already"),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"seats": "9" * 400}, "less than or equal to 500"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client, location, fields, told):
    make_table(location, name="Fenster")
    response = client.post(NEW, {"name": "9", "area": "", "seats": "4"} | fields)
    assert told in response.content.decode().replace("Null characters are not allowed", "cannot be stored")
    assert DiningTable.objects.count() == 1


def test_table_9_stands_before_table_10(client, location):
    for name in ("10", "9", "1"):
        make_table(location, name=name, area="Saal")
    shown = client.get("/reservations/tables/").context["object_list"]
    assert [table.name for table in shown] == ["1", "9", "10"]


def test_a_table_out_of_use_is_not_offered(client, location):
    make_table(location, name="Old", is_active=False)
    make_table(location, name="New")
    page = client.get("/reservations/new/").content.decode()
    assert "New, 4 seats" in page
    assert "Old, 4 seats" not in page
