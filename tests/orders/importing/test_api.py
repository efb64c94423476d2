"""Files of orders over HTTP: CSV, XLSX and exports of tills, as the body itself."""

import pytest

from backoffice.api.keys import make_key
from orders.models import ConnectedSource, Order, OrderImport
from orders.sources.connecting import switch_source
from orders.sources.folders import take_files
from tests.core.files.till_exports import Till
from tests.factories import make_user
from tests.orders.sources.senders import work

pytestmark = pytest.mark.usefixtures("location")
HEAD = "Belegnummer;Datum;Artikel;Menge;Einzelpreis;Telefon\n"
CSV = f"{HEAD}1;01.10.2026 18:30;Pils;2;4,90;0171 3920012\n".encode()


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def post(client, organisation, admin):
    text = make_key(organisation=organisation, name="Till", scopes=["orders:write"], actor=admin)[1]
    client.headers = {"Authorization": f"Bearer {text}"}

    def send(body, name="orders.csv", **headers):
        return client.post(
            f"/api/v1/orders/files?name={name}",
            body,
            content_type="application/octet-stream",
            headers=client.headers | headers,
        )

    return send


def in_a_minute():
    work()
    take_files()
    work()


def test_a_list_comes_in_by_itself(post, client):
    sent = post(CSV)
    assert (sent.status_code, sent.json()["state"]) == (202, "uploaded")
    in_a_minute()
    answer = client.get(f"/api/v1/orders/files/{sent.json()['id']}", headers=client.headers).json()
    assert (answer["state"], answer["recorded"], answer["refused"]) == ("done", 1, 0)
    assert Order.objects.get().customer.phone == "+491713920012"


def test_the_export_of_a_till_comes_in_twice_and_once(post):
    till = Till()
    till.sell("B-01", ("Pils", 1, 4.9, 1))
    for _again in range(2):
        assert post(till.archive(), "export.zip").status_code == 202
        in_a_minute()
    assert Order.objects.get().total_cents == 490
    assert [run.counts["repeated"] for run in OrderImport.objects.order_by("pk")] == [0, 1]


def test_what_a_file_leaves_open_waits(post, client):
    sent = post(CSV.replace(b"Belegnummer", b"Zahl A")).json()
    in_a_minute()
    answer = client.get(f"/api/v1/orders/files/{sent['id']}", headers=client.headers).json()
    assert (answer["state"], answer["waits_for_answers"]) == ("uploaded", True)


def test_what_is_no_table_is_told(post, client):
    sent = post(b"%PDF-1.7 no", "orders.csv").json()
    in_a_minute()
    answer = client.get(f"/api/v1/orders/files/{sent['id']}", headers=client.headers).json()
    assert "PDF" in answer["problem"]


def test_size_and_name_are_looked_at_first(post, settings):
    assert post(b"").status_code == 422
    assert post(CSV, "%00").status_code == 422
    settings.TABLE_MAX_BYTES = 10
    assert post(CSV).status_code == 413
    assert not OrderImport.objects.exists()


def test_a_key_that_is_off_takes_no_file(post, admin):
    post(CSV)
    switch_source(ConnectedSource.objects.get(), is_on=False, actor=admin)
    assert post(CSV).json()["code"] == "source_off"


def test_others_do_not_see_it(post, client, other_organisation):
    stranger = make_user(other_organisation, role="admin")
    sent = post(CSV).json()
    text = make_key(organisation=other_organisation, name="x", scopes=["orders:write"], actor=stranger)[1]
    answer = client.get(f"/api/v1/orders/files/{sent['id']}", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 404
