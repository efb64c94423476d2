"""Who delivers: added, renamed, archived, back again."""

from datetime import UTC, datetime

import pytest

from backoffice.audit.models import AuditEntry
from orders.models import Driver
from tests.factories import make_customer
from tests.orders.factories import make_delivery, make_driver


@pytest.fixture
def client_of_manager(sign_in, manager, location):
    return sign_in(manager)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_a_driver_is_added_and_renamed(client_of_manager, organisation, manager):
    client_of_manager.post("/deliveries/drivers/new/", {"name": "  Emre  Yildiz "})
    driver = Driver.objects.get()
    assert (driver.name, driver.organisation) == ("Emre Yildiz", organisation)

    client_of_manager.post(f"/deliveries/drivers/{driver.pk}/", {"name": "Emre Yıldız"})
    driver.refresh_from_db()
    assert driver.name == "Emre Yıldız"
    assert actions() == ["driver.added", "driver.changed"]
    assert AuditEntry.objects.first().actor == manager
    assert not AuditEntry.objects.exclude(details={}).exists()  # the log knows no names


@pytest.mark.parametrize("archived_at", [None, datetime(2026, 1, 1, tzinfo=UTC)])
@pytest.mark.parametrize("typed", ["Ömer", "ömer", "ÖMER"])
def test_a_name_is_there_once_in_whatever_case(client_of_manager, organisation, archived_at, typed):
    make_driver(organisation, name="Ömer", archived_at=archived_at)
    other = make_driver(organisation, name="Lukas")
    for address in ("new/", f"{other.pk}/"):
        response = client_of_manager.post(f"/deliveries/drivers/{address}", {"name": typed})
        assert response.status_code == 422
        assert "There is a driver with this name already" in response.content.decode()
    assert sorted(Driver.objects.values_list("name", flat=True)) == ["Lukas", "Ömer"]
    assert actions() == []


def test_a_driver_may_be_spelt_anew(client_of_manager, organisation):
    driver = make_driver(organisation, name="emre")
    client_of_manager.post(f"/deliveries/drivers/{driver.pk}/", {"name": "Emre"})
    assert Driver.objects.get().name == "Emre"


def test_the_database_holds_a_name_once_when_two_add_it_at_once(client_of_manager, organisation, monkeypatch):
    make_driver(organisation, name="Emre")
    monkeypatch.setattr("orders.deliveries.drivers._is_taken", lambda driver: False)
    response = client_of_manager.post("/deliveries/drivers/new/", {"name": "EMRE"})
    assert response.status_code == 422
    assert "There is a driver with this name already" in response.content.decode()


def test_another_house_may_have_the_same_name(client_of_manager, other_organisation):
    make_driver(other_organisation, name="Emre")
    client_of_manager.post("/deliveries/drivers/new/", {"name": "Emre"})
    assert Driver.objects.count() == 2


def test_a_dialog_is_told_where_to_go_and_what_is_wrong(client_of_manager):
    headers = {"HX-Request": "true"}
    wrong = client_of_manager.post("/deliveries/drivers/new/", {"name": ""}, headers=headers)
    assert wrong.status_code == 422 and b"<dialog" in wrong.content
    right = client_of_manager.post("/deliveries/drivers/new/", {"name": "Emre"}, headers=headers)
    assert right.headers["HX-Redirect"] == "/deliveries/drivers/"


def test_an_archived_driver_keeps_deliveries_and_comes_back_by_undo(client_of_manager, organisation):
    driver = make_driver(organisation, name="Emre")
    customer = make_customer(organisation)
    make_delivery(customer, placed_at=datetime(2026, 3, 2, 11, tzinfo=UTC), driver=driver)

    archive = f"/deliveries/drivers/{driver.pk}/archive/"
    page = client_of_manager.post(archive, follow=True).content.decode()
    assert "Emre is archived." in page and f"/deliveries/drivers/{driver.pk}/restore/" in page
    shown = client_of_manager.get(f"/deliveries/?period=all&driver={driver.pk}").context["page"].rows
    assert [row.driver for row in shown] == ["Emre"]

    client_of_manager.post(archive)  # again: nothing more to do, nothing more in the log
    client_of_manager.post(f"/deliveries/drivers/{driver.pk}/restore/")
    driver.refresh_from_db()
    assert driver.archived_at is None
    of_drivers = [action for action in actions() if action.startswith("driver.")]
    assert of_drivers == ["driver.archived", "driver.restored"]


def test_archived_ones_come_last(client_of_manager, organisation):
    make_driver(organisation, name="Anton", archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    make_driver(organisation, name="Zora")
    shown = client_of_manager.get("/deliveries/drivers/").context["drivers"]
    assert [driver.name for driver in shown] == ["Zora", "Anton"]


def test_staff_sees_deliveries_but_no_drivers_page(sign_in, staff, location):
    client = sign_in(staff)
    page = client.get("/deliveries/").content.decode()
    assert "/deliveries/drivers/" not in page and "/deliveries/export" not in page
    assert client.get("/deliveries/drivers/").status_code == 403
