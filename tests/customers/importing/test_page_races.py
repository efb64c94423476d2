"""Several presses at the same moment. PostgreSQL only: SQLite lets one writer in at a time."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from backoffice.jobs.models import Job
from backoffice.staff.models import Role
from backoffice.staff.roles import ensure_roles
from customers.models import ImportCorrection, ImportRun
from tests.factories import make_location, make_organisation, make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
PRESSES = 4
LINES = range(2, 2 + PRESSES)  # the first rows below a header


@pytest.fixture
def organisation(transactional_db):
    ensure_roles()  # flushing after each test empties the roles as well
    organisation = make_organisation()
    make_location(organisation)
    return organisation


@pytest.fixture
def location(organisation):
    return organisation.locations.get()


@pytest.fixture
def manager(organisation):
    return make_user(organisation, Role.MANAGER)


@pytest.fixture
def press(manager):
    """Post several times at once and return the answers; `{}` in arguments and fields counts the presses."""
    first = Client()
    first.force_login(manager)

    def press(name, *args, **fields) -> list:
        answers, barrier = [], Barrier(PRESSES)

        def post(number):
            client = Client()
            client.cookies = first.cookies
            url = reverse(f"customers:{name}", args=[str(text).format(number) for text in args])
            try:
                connection.ensure_connection()
                barrier.wait(timeout=10)
                answers.append(
                    client.post(url, {field: text.format(number) for field, text in fields.items()})
                )
            finally:
                connection.close()

        threads = [Thread(target=post, args=[number]) for number in LINES]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return answers

    return press


def test_an_import_starts_once(bring, check, press):
    run = check(bring("A,B,a@example.org,"))

    answers = press("import-start", run.pk)

    assert {answer["Location"] for answer in answers} == {f"/customers/import/{run.pk}/"}
    assert len(answers) == PRESSES
    assert Job.objects.filter(kind="customers.run_import").count() == 1


def test_an_import_is_undone_once(imported, press):
    run = imported("A,B,a@example.org,")

    answers = press("import-undo", run.pk)

    assert [answer.status_code for answer in answers] == [302] * PRESSES
    assert Job.objects.filter(kind="customers.undo_import").count() == 1


def test_corrections_at_once_leave_true_figures(bring, check, press):
    run = check(bring(*("A,B,nope," for _row in range(PRESSES))))

    answers = press("import-row", run.pk, "{}", c2="a{}@example.org")

    assert [answer.status_code for answer in answers] == [302] * PRESSES
    checked = ImportRun.objects.get(pk=run.pk).checked
    assert (checked["rows"], checked["created"], checked["refused"]) == (PRESSES, PRESSES, 0)
    assert ImportCorrection.objects.count() == PRESSES
