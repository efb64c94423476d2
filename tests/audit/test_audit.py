"""The activity log is added to, never changed, and knows the request."""

import pytest

from backoffice.audit.models import AuditEntry
from backoffice.audit.services import audit


def test_an_entry_names_subject_organisation_and_request(client, admin, location):
    client.force_login(admin)

    response = client.post(
        f"/settings/locations/{location.pk}/",
        {"name": "Neu", "country": "DE", "timezone": "Europe/Berlin"},
    )

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_type, entry.subject_id) == (
        "location.changed",
        "location",
        location.pk,
    )
    assert (entry.organisation, entry.actor) == (location.organisation, admin)
    assert entry.details == {"fields": ["name"]}
    assert entry.request_id == response["X-Request-Id"]


def test_outside_of_a_request_the_system_did_it(location):
    entry = audit(action="location.counted", subject=location, number=3)

    assert (entry.actor, entry.details) == (None, {"number": 3})


@pytest.mark.parametrize(
    "attempt",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.update(action="x"),
        lambda entry: AuditEntry.objects.all().delete(),
    ],
)
def test_entries_cannot_be_changed_or_removed(location, attempt):
    entry = audit(action="location.counted", subject=location)

    with pytest.raises(TypeError):
        attempt(entry)


def test_each_request_has_its_own_id_whatever_the_client_says(client, db):
    first = client.get("/healthz", headers={"X-Request-Id": "forged"})["X-Request-Id"]
    second = client.get("/healthz", headers={"X-Request-Id": "forged"})["X-Request-Id"]

    assert len({first, second, "forged"}) == 3
