"""Files that a till puts into its folder come in by themselves; what they leave open waits for a person."""

import os
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from backoffice.audit.models import AuditEntry
from backoffice.imports import runs
from backoffice.imports.models import UNDO_DAYS
from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from customers.models import Customer
from orders.importing.mapping import OrderMapping
from orders.importing.runs import start_check
from orders.models import ConnectedSource, Order, OrderImport
from orders.sources.connecting import save_source
from orders.sources.folders import take_files
from tests.factories import make_location

HEAD = "Belegnummer;Datum;Artikel;Menge;Einzelpreis;Kunde;Telefon"
ANNA = "1;01.10.2026 18:30;Pils;2;4,90;Anna Müller;0171 3920012"
LONG_AGO = 3600


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.INBOX_DIR = tmp_path / "media", tmp_path / "inbox"


@pytest.fixture
def folder(organisation, location, admin):
    blank = ConnectedSource(
        organisation=organisation, name="Kasse Altstadt", source="store", location=location
    )
    return save_source(blank, actor=admin, changed=["name"])


def put(folder, name, *rows, head=HEAD, age=LONG_AGO):
    file = folder.path / name
    file.write_bytes("\r\n".join([head, *rows]).encode())
    os.utime(file, (time.time() - age,) * 2)
    return file


def look() -> None:
    """One round of the clock, and the work that it leaves for workers."""
    take_files()
    for job in Job.objects.filter(kind__startswith="orders.", finished_at=None):
        run_job(job.pk)


def orders() -> set[str]:
    return set(Order.objects.values_list("external_id", flat=True))


def test_a_file_comes_in_by_itself_with_its_customers(folder):
    file = put(folder, "2026-10-01.csv", ANNA)
    look()
    look()
    assert orders() == {"1"}
    assert Customer.objects.get().first_name == "Anna"
    assert Order.objects.get().source == "store"
    assert not file.exists()
    assert [path.name for path in (folder.path / "taken").glob("*/*")] == ["2026-10-01.csv"]

    look()
    assert OrderImport.objects.count() == 1


def test_orders_go_to_the_location_of_their_folder(folder, organisation):
    second = make_location(organisation, name="Neustadt")
    ConnectedSource.objects.update(location=second, source="web")
    put(folder, "a.csv", ANNA)
    look()
    look()
    assert Order.objects.values_list("location__name", "source").get() == ("Neustadt", "web")


def test_a_file_that_is_still_written_waits(folder):
    put(folder, "a.csv", ANNA, age=5)
    look()
    assert not OrderImport.objects.exists()


def test_one_that_could_not_be_put_aside_is_not_taken_twice(folder):
    file = put(folder, "a.csv", ANNA)
    content = file.read_bytes()
    look()
    file.write_bytes(content)  # as if the worker had died before it was put aside
    os.utime(file, (time.time() - LONG_AGO,) * 2)
    look()
    assert OrderImport.objects.count() == 1
    assert not file.exists()


def state_shown(client) -> str:
    (row,) = client.get(reverse("orders:sources")).context["rows"]
    return row.health.word


def test_what_a_file_leaves_open_is_asked_once(folder, admin, sign_in):
    head = HEAD.replace("Belegnummer", "Zahl A")
    put(folder, "a.csv", ANNA, head=head)
    look()
    look()
    run = OrderImport.objects.select_related("job").get()
    assert (run.state, orders()) == ("uploaded", set())
    assert state_shown(sign_in(admin)) == "Needs you"

    columns = run.mapping["columns"] | {"Zahl A": "order_id"}
    start_check(run, OrderMapping.from_json(run.mapping | {"columns": columns}), actor=admin)
    run.refresh_from_db()
    run_job(run.job_id)
    run.refresh_from_db()
    runs.start_import(run, actor=admin)
    put(folder, "b.csv", ANNA.replace("1;01", "2;02"), head=head)
    look()
    assert state_shown(sign_in(admin)) == "In order"  # it was read, and is taken in with the next look
    look()
    assert orders() == {"1", "2"}
    assert state_shown(sign_in(admin)) == "In order"


def test_a_bad_file_is_told_and_holds_up_no_other(folder, sign_in, admin):
    (folder.path / "0.csv").touch()
    os.utime(folder.path / "0.csv", (time.time() - LONG_AGO,) * 2)
    put(folder, "1.csv", ANNA)
    look()
    look()
    assert orders() == {"1"}
    page = sign_in(admin).get(reverse("orders:sources")).content.decode()
    assert "0.csv: Diese Datei ist leer" in page

    (folder.path / "0.csv").unlink()
    look()
    assert not ConnectedSource.objects.get().problem


def test_a_later_file_does_not_hide_one_that_waits(folder, admin, sign_in):
    put(folder, "a.csv", ANNA, head=HEAD.replace("Belegnummer", "Zahl A"))
    look()
    put(folder, "b.csv", ANNA)
    look()
    look()
    assert orders() == {"1"}
    client = sign_in(admin)
    assert state_shown(client) == "Needs you"
    assert "a.csv" in client.get(reverse("orders:sources")).text


@pytest.mark.parametrize("name", [b"K\xe4se.csv", b"a" * 251 + b".csv"], ids=["bytes", "long"])
def test_any_name_comes_in_and_is_put_aside(folder, name):
    file = put(folder, "plain.csv", ANNA)
    file.rename(folder.path / os.fsdecode(name))
    look()
    look()
    assert orders() == {"1"}
    assert folder.imports.get().filename == name.decode(errors="replace")[-200:]
    assert [os.fsencode(path.name) for path in (folder.path / "taken").glob("*/*")] == [name]


def test_links_lead_nowhere(folder, tmp_path):
    secret = put(folder, "secret.csv", ANNA)
    secret.rename(tmp_path / "secret.csv")
    (folder.path / "a.csv").symlink_to(tmp_path / "secret.csv")
    os.utime(folder.path / "a.csv", (time.time() - LONG_AGO,) * 2, follow_symlinks=False)
    look()
    assert not OrderImport.objects.exists()


def test_a_folder_that_is_off_takes_nothing(folder):
    ConnectedSource.objects.update(is_on=False)
    put(folder, "a.csv", ANNA)
    look()
    assert not OrderImport.objects.exists()


def test_files_put_aside_go_with_the_undo(folder, time_machine):
    put(folder, "a.csv", ANNA)
    look()
    assert list((folder.path / "taken").iterdir())
    time_machine.move_to(timezone.now() + timedelta(days=UNDO_DAYS + 2))
    take_files()
    assert not list((folder.path / "taken").iterdir())


def test_it_is_connected_on_a_page(sign_in, admin, organisation, location):
    client = sign_in(admin)
    for _once in range(2):
        client.post(
            reverse("orders:source-new", args=["folder"]),
            {"name": "Kasse Süd", "source": "store", "location": location.pk},
        )
    assert [folder.path.name for folder in ConnectedSource.objects.order_by("pk")] == [
        "kasse-sud",
        "kasse-sud-2",
    ]
    assert all(folder.path.is_dir() for folder in ConnectedSource.objects.all())
    page = client.get(reverse("orders:sources")).content.decode()
    assert "Waits for its first file" in page
    edit = reverse("orders:source-edit", args=[ConnectedSource.objects.first().pk])
    assert str(ConnectedSource.objects.first().path) in client.get(edit).content.decode()

    folder = ConnectedSource.objects.first()
    client.post(
        reverse("orders:source-edit", args=[folder.pk]),
        {"name": "Kasse Nord", "source": "store", "location": location.pk},
    )
    folder.refresh_from_db()
    assert (folder.name, folder.slug, folder.is_on) == ("Kasse Nord", "kasse-sud", False)
    client.post(reverse("orders:source-remove", args=[folder.pk]))
    assert ConnectedSource.objects.count() == 1
    actions = AuditEntry.objects.filter(action__startswith="orders.source").order_by("pk")
    assert [entry.action.removeprefix("orders.source_") for entry in actions] == [
        *("added", "added", "changed", "removed")
    ]


def test_a_location_of_another_house_is_refused(sign_in, admin, location, other_organisation):
    foreign = make_location(other_organisation)
    answer = sign_in(admin).post(
        reverse("orders:source-new", args=["folder"]),
        {"name": "Till", "source": "store", "location": foreign.pk},
    )
    assert "location" in answer.context["form"].errors
    assert not ConnectedSource.objects.exists()


def test_a_disk_that_refuses_is_told(organisation, admin, settings, tmp_path):
    settings.INBOX_DIR = tmp_path / "file"
    settings.INBOX_DIR.touch()
    with pytest.raises(ValidationError, match="could not make the folder"):
        save_source(ConnectedSource(organisation=organisation, name="Till"), actor=admin, changed=[])
    assert not ConnectedSource.objects.exists()
