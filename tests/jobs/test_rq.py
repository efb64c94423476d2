"""Short tasks through a real Redis and real workers: none is lost, none is sent that was rolled back."""

import time
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from backoffice.core import mail
from backoffice.jobs import rq_worker
from backoffice.jobs.models import HANDED_ON, Job, WorkerHeartbeat
from backoffice.jobs.rq_backend import QUEUES, hand_on
from backoffice.jobs.rq_worker import UnknownMessage, do_task, work_for_redis
from backoffice.jobs.worker import Worker
from tests.core.test_mail import mailbox  # noqa: F401
from tests.jobs.test_mail_workers import _nothing_else_is_due, serve_mail  # noqa: F401
from tests.jobs.test_worker import start, wait_for  # noqa: F401
from tests.redis_servers import needs_redis, redis_server  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), needs_redis]


@pytest.fixture(autouse=True)
def _server_is_not_known_to_be_away(monkeypatch):
    monkeypatch.setattr(mail, "server_away", mail.ServerAway())


def send(to="anna@example.org") -> None:
    EmailMessage("Your table", "Dear Anna", "house@example.org", [to]).send()


def everything_in(redis) -> bytes:
    """All keys with what they hold, as somebody who steals Redis reads them."""
    return b"".join(key + (redis.dump(key) or b"") for key in redis.keys("*"))


def is_sent() -> bool:
    return Job.objects.get().status == "done"


def test_redis_is_told_after_the_commit_and_of_a_number_alone(redis_server, mailbox):  # noqa: F811
    with transaction.atomic():
        send()
        assert redis_server.client.llen("rq:queue:stammgast") == 0
    assert redis_server.client.llen("rq:queue:stammgast") == 1
    stolen = everything_in(redis_server.client)
    assert b"anna" not in stolen and b"house@" not in stolen and b"sealed" not in stolen
    assert b"do_task" in stolen


def test_what_is_rolled_back_sends_nothing(redis_server, mailbox):  # noqa: F811
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        send()
        raise ZeroDivisionError
    assert redis_server.client.keys("*") == [] and not Job.objects.exists()


def test_a_worker_of_rq_sends_it_and_leaves_nothing_in_redis(redis_server, mailbox):  # noqa: F811
    send()
    work_for_redis(burst=True)
    assert [message.rcpt_tos for message in mailbox.messages] == [["anna@example.org"]]
    assert is_sent() and Job.objects.get().params == {}
    assert not redis_server.client.keys("rq:job:*")


def test_while_rq_works_the_other_worker_leaves_its_tasks_alone(redis_server, mailbox):  # noqa: F811
    send()
    assert Worker().run_next() is False
    Job.objects.update(due_at=timezone.now() - HANDED_ON)
    assert Worker().run_next() is True
    work_for_redis(burst=True)  # the number is still in Redis
    assert len(mailbox.messages) == 1


def test_without_redis_a_page_works_and_the_task_is_done_a_little_later(redis_server, mailbox):  # noqa: F811
    redis_server.stop()
    started = time.monotonic()
    for _ in range(20):
        send()
    assert time.monotonic() - started < 3
    Job.objects.update(due_at=timezone.now() - HANDED_ON)
    while Worker().run_next():
        pass
    assert len(mailbox.messages) == 20


def test_a_task_for_later_waits_in_redis_and_not_only_there(redis_server, mailbox):  # noqa: F811
    with transaction.atomic():
        mail.deliver.using(run_after=timezone.now() + timedelta(hours=1)).enqueue("", "a@b.c", ["d@e.f"], 1)
    assert redis_server.client.zcard("rq:scheduled:stammgast") == 1
    do_task(Job.objects.get().pk)  # a clock that goes wrong does not send it early
    assert Job.objects.get().status == "queued"


def test_a_message_that_names_another_function_is_refused(redis_server, mailbox):  # noqa: F811
    message = rq_worker.OwnMessage.create("os.system", ["true"], connection=redis_server.client)
    with pytest.raises(UnknownMessage):
        message.func  # noqa: B018
    hand_on(10**9, QUEUES[0])
    work_for_redis(burst=True)  # of a row that is gone


def test_readiness_tells_of_redis_and_turns_nobody_away(redis_server, client):  # noqa: F811
    WorkerHeartbeat.objects.create(worker_id="w", seen_at=timezone.now())
    answer = client.get("/readyz").json()
    assert answer["redis"] is False and answer["status"] == "degraded"
    assert client.get("/readyz").status_code == 200


@pytest.mark.slow
def test_a_refused_mail_is_tried_again_when_it_is_due(redis_server, serve_mail, start, monkeypatch):  # noqa: F811
    """The first attempt finds no server; the next one comes by the scheduler of RQ."""
    first = start("rqworker")
    send()
    wait_for(lambda: Job.objects.filter(status="done").exists())
    waiting = Job.objects.get(status="queued")
    assert waiting.due_at > timezone.now() + timedelta(seconds=30)
    first.terminate()
    assert first.wait(timeout=30) == 0
    server = serve_mail(0)
    start("rqworker")  # which has not heard that the server is away
    soon = timezone.now() + timedelta(seconds=2)
    Job.objects.filter(pk=waiting.pk).update(due_at=soon)
    hand_on(waiting.pk, QUEUES[0], soon)
    wait_for(lambda: server.messages)
    assert server.messages[0]["To"] == "anna@example.org"


@pytest.mark.slow
def test_a_worker_killed_while_it_sends_loses_nothing(redis_server, serve_mail, start):  # noqa: F811
    """The lease of its row runs out; `manage.py worker` brings it back and sends it."""
    server = serve_mail(20)
    first = start("rqworker")
    send()
    wait_for(lambda: server.messages)
    first.kill()
    first.wait()
    start("worker")
    wait_for(lambda: is_sent(), seconds=60)
    assert len(server.messages) == 2 and server.messages[0]["Message-ID"] == server.messages[1]["Message-ID"]


@pytest.mark.slow
def test_a_worker_outlives_a_redis_that_comes_back_empty(redis_server, serve_mail, start):  # noqa: F811
    server = serve_mail(0)
    worker = start("rqworker")
    send()
    wait_for(lambda: len(server.messages) == 1)
    redis_server.stop()
    redis_server.start()
    send("bert@example.org")
    wait_for(lambda: len(server.messages) == 2, seconds=60)
    assert worker.poll() is None


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.0, 3.0])
def test_a_worker_ends_in_peace_while_redis_is_away(redis_server, start, seconds):  # noqa: F811
    worker = start("rqworker")
    wait_for(lambda: redis_server.client.smembers("rq:workers"))
    redis_server.stop()
    time.sleep(seconds)
    worker.terminate()
    assert worker.wait(timeout=30) == 0
