import pytest

from backoffice.jobs.models import Job
from backoffice.jobs.services import run_job
from backoffice.outbox.choices import CHOSEN
from backoffice.outbox.subscribing import add_subscriber
from tests.outbox.receiver import Receiver


@pytest.fixture
def receiver(settings):
    settings.OUTGOING_PRIVATE = True
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def subscribe(organisation, admin, receiver):
    """Add a receiver of webhooks: `subscribe("customer.created")`, of everything without topics."""

    def subscribe(*topics, of=organisation, url=""):
        subscriber, _secret = add_subscriber(
            organisation=of,
            name="Newsletter",
            url=url or receiver.url,
            topics=[*topics] or [topic for topic, _label in CHOSEN],
            actor=admin,
        )
        return subscriber

    return subscribe


def work() -> None:
    """Do what waits in the queue, as a worker would."""
    while job_id := Job.objects.ready().values_list("pk", flat=True).first():
        run_job(job_id)
