from datetime import timedelta

import pytest
from django.utils import timezone

from backoffice.jobs import running
from backoffice.jobs.models import Job
from backoffice.jobs.services import enqueue
from tests.jobs.handlers import HANDLERS


@pytest.fixture(autouse=True)
def _toys(settings):
    settings.JOB_HANDLERS = HANDLERS


@pytest.fixture
def make_job(organisation, manager):
    """Put a job into the queue; `rows` and others are its params."""

    def make_job(kind="toy.rows", **params):
        return enqueue(
            kind=kind,
            organisation=organisation,
            actor=manager,
            title="guests.csv",
            params={"rows": 30} | params,
        )

    return make_job


@pytest.fixture
def stop_requested():
    """The worker was asked to end."""
    running.stop_requested.set()
    yield
    running.stop_requested.clear()


def fresh(job) -> Job:
    return Job.objects.get(pk=job.pk)


def let_lapse(job) -> None:
    """As if the worker that holds it had died a while ago."""
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
