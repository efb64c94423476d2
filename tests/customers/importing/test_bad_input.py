"""Whatever is posted to a page of an import, in whatever state it is: an answer, and figures that add up."""

from itertools import cycle

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice.jobs.models import Job
from customers.importing.outcomes import Fate
from customers.models import ImportRun
from tests.customers.importing.pages import HTMX
from tests.factories import make_import

pytestmark = pytest.mark.slow  # all of it together

BAD = ["", "x" * 10_000, "a\x00b", "9" * 30, "phone"]
COLUMNS = {
    **{"field_0": "first_name", "field_1": "email", "field_2": "birthday", "day_2": "dmy"},
    **{"field_3": "marketing_communications", "proof": "yes", "origin": "o", "given_on": "2026-01-01"},
    **{"on_existing": "complete", "country": "DE", "tag": "t", "wording": "w", "subscribe_all": "on"},
}
PASTE = {"kind": "text", "text": "a@example.org", "subscribe": "yes", "origin": "o", "given_on": "2026-01-01"}
READING = {"reading-encoding": "utf-8", "reading-delimiter": ",", "reading-header_line": "1"}
GETS = ["run", "check", "columns", "refused", "undo", "cancel"]
POSTS = ["start", "continue", "again", "cancel", "undo", "read", "columns", "discard"]


@pytest.fixture
def post(sign_in, admin):
    """Post fields with each of them wrong or missing; yields what was answered."""
    client = sign_in(admin)

    def post(url, good):
        kinds = cycle([{}, HTMX])
        for name in good:
            yield client.post(url, {key: good[key] for key in good if key != name}, headers=next(kinds))
            for bad in BAD:
                yield client.post(url, good | {name: bad}, headers=next(kinds))

    return post


def test_the_mapping(bring, post):
    run = bring("A,nope,03/05/1990,ja", head="first_name,email,birthday,newsletter")
    for answer in post(reverse("customers:import-columns", args=[run.pk]), COLUMNS):
        assert answer.status_code in (200, 302, 422)
        # so that the next one finds it as it was
        ImportRun.objects.update(state=ImportRun.State.UPLOADED)
        Job.objects.update(status=Job.Status.DONE, finished_at=timezone.now())


def test_the_first_step(post, location):
    for answer in post(reverse("customers:import"), PASTE):
        assert answer.status_code in (302, 422)
    assert ImportRun.objects.count() == Job.objects.filter(kind="customers.read_import").count()


def test_the_way_of_reading(bring, post, work):
    run = bring("A,B,a@example.org,")
    for answer in post(reverse("customers:import-read", args=[run.pk]), READING):
        assert answer.status_code in (200, 302, 422)
        assert "unexpected" not in work(ImportRun.objects.get()).job.error


def test_a_row(bring, check, post):
    head = "first_name,last_name,email,phone,newsletter"
    run = check(bring("A,B,nope,,vielleicht", "C,D,c@example.org,x,", head=head))
    fields = dict.fromkeys(["c0", "c2", "c4", "decision", "columns", "tab", "page", "c9999"], "")
    for line in (2, 10**29):
        for answer in post(reverse("customers:import-row", args=[run.pk, line]), fields):
            assert answer.status_code in ((200, 302) if line == 2 else (404,))
    checked = ImportRun.objects.get().checked
    assert sum(checked[fate] for fate in Fate.values) == checked["rows"] == 2
    assert min(checked.values()) >= 0


KINDS = ["customers.read_import", "customers.check_import", "customers.run_import", "customers.undo_import"]
JOBS = [(kind, status) for kind in KINDS for status in ("queued", "failed", "done")]


@pytest.mark.parametrize(("kind", "status"), [*JOBS, (None, None)])
@pytest.mark.parametrize("state", ImportRun.State.values)
def test_each_page_in_each_state(organisation, location, sign_in, admin, state, kind, status):
    now, client = timezone.now(), sign_in(admin)
    ended = None if status == "queued" else now
    job = status and Job.objects.create(
        organisation=organisation, kind=kind, title="t", status=status, finished_at=ended
    )
    has_ended = state in ("done", "stopped", "undone")
    run = make_import(
        organisation, state=state, job=job, started_at=now, finished_at=now if has_ended else None
    )

    places = set()
    for name in GETS:
        url = reverse(f"customers:import-{name}", args=[run.pk])
        answer = client.get(url)
        assert answer.status_code in (200, 302)
        if answer.status_code == 302:
            places.add(answer.url)
        assert client.get(url, headers=HTMX).status_code in (200, 286, 302)
    for place in places:
        assert client.get(place, follow=True).status_code == 200
    for name in POSTS:
        url = reverse(f"customers:import-{name}", args=[run.pk])
        assert client.post(url).status_code in (302, 404, 422)
