"""What becomes of a message: tried again, given up, a webhook switched off; and the worker killed in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from pytest_django import Settings
from standardwebhooks import Webhook as Verifier

from deployments import jobs, pipeline
from deployments.models import Delivery, Event, Webhook
from deployments.pipeline.webhooks.announcing import JOB
from deployments.pipeline.webhooks.calling import Call, Outcome
from deployments.pipeline.webhooks.delivering import call_of, enqueue_lost, settle
from tests.pipeline.receiving import receiving, status
from tests.vocabulary import a_webhook, an_actor, an_agent, published

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
FAILED, GOOD, GONE = Outcome(500, 12, "oh no"), Outcome(200, 9, "thanks"), Outcome(410, 3)


def a_delivery() -> Delivery:
    agent = an_agent()
    a_webhook(agent.workspace)
    published(agent)
    return Delivery.objects.select_related("webhook__workspace").get()


def tried(delivery: Delivery, outcome: Outcome, now: datetime) -> datetime | None:
    again = settle(delivery.pk, delivery.round, outcome, now)
    delivery.refresh_from_db()
    return again


def test_a_good_answer_ends_it_and_a_failure_is_tried_again_later_and_later_for_three_days() -> None:
    delivery, began = a_delivery(), timezone.now()
    now, pauses = began, []
    while (again := tried(delivery, FAILED, now)) is not None:
        assert (delivery.state, delivery.next_at, delivery.status) == ("waiting", again, 500)
        pauses.append(again - now)
        now = again

    assert len(pauses) == 9
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=5)
    assert timedelta(days=3) <= now - began <= timedelta(days=4)
    assert (delivery.state, delivery.tries, delivery.answer) == ("given_up", 10, "oh no")
    assert call_of(delivery.pk, 1, now) is None

    delivery.webhook.refresh_from_db()
    assert not delivery.webhook.on
    stopped = Event.objects.get(kind=Event.Kind.WEBHOOK_STOPPED)
    assert (stopped.by, stopped.channel, stopped.message) == (None, "self", "Nothing reached it for three days.")


def test_what_succeeds_in_between_keeps_a_webhook_on() -> None:
    delivery, now = a_delivery(), timezone.now()
    tried(delivery, FAILED, now)
    other = pipeline.send_test(delivery.webhook, by=an_actor(delivery.webhook.workspace))
    assert tried(other, GOOD, now + timedelta(days=1)) is None
    tried(delivery, FAILED, now + timedelta(days=3))

    assert Webhook.objects.get().on
    assert (other.state, other.took_ms, other.answer) == ("delivered", 9, "thanks")


def test_410_switches_off_at_once_and_what_waited_is_not_sent() -> None:
    delivery, now = a_delivery(), timezone.now()
    other = pipeline.send_test(delivery.webhook, by=an_actor(delivery.webhook.workspace))

    assert tried(delivery, GONE, now) is None

    webhook = Webhook.objects.get()
    assert (webhook.on, webhook.stopped_because) == (False, "It answered 410: gone.")
    assert call_of(other.pk, 1, now) is None
    other.refresh_from_db()
    assert (other.state, other.problem) == ("given_up", "The webhook was switched off.")
    pipeline.change_webhook(webhook, on=True, by=an_actor(webhook.workspace))
    assert Webhook.objects.get().stopped_because == ""


def test_the_job_of_an_earlier_round_does_nothing() -> None:
    delivery, now = a_delivery(), timezone.now()
    again = pipeline.redeliver(delivery, by=an_actor(delivery.webhook.workspace))

    assert call_of(delivery.pk, 1, now) is None
    assert settle(delivery.pk, 1, GOOD, now) is None
    again.refresh_from_db()
    assert again.state == "waiting"
    assert isinstance(call_of(delivery.pk, 2, now), Call)


def test_another_secret_key_is_noticed_before_anything_is_signed_with_it(settings: Settings) -> None:
    delivery = a_delivery()
    settings.SECRET_KEY = "another one " * 5

    outcome = call_of(delivery.pk, 1, timezone.now())

    assert isinstance(outcome, Outcome)
    assert "Rotate the secret" in outcome.problem


def test_a_message_whose_job_was_lost_gets_another_and_others_do_not() -> None:
    delivery, now = a_delivery(), timezone.now()
    assert enqueue_lost(now + timedelta(days=1)) == 0
    ProcrastinateJob.objects.all().delete()
    assert enqueue_lost(now) == 0

    assert enqueue_lost(now + timedelta(hours=1)) == 1

    [job] = ProcrastinateJob.objects.all()
    assert job.args == {"delivery": str(delivery.pk), "round": 1}


@pytest.mark.django_db(transaction=True)
def test_the_worker_killed_in_the_middle_loses_no_message(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]

    def slow_and_failing_at_first(asked: BaseHTTPRequestHandler) -> None:
        time.sleep(0.2)
        status(500 if len(receiver.received) == 1 else 204)(asked)

    with receiving(slow_and_failing_at_first) as receiver:
        agent = an_agent()
        _, secret = a_webhook(agent.workspace, receiver.address)
        for _ in range(30):
            published(agent)
        with_a_worker(lambda: len(receiver.received) >= 5)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
        with suppress(AlreadyEnqueued):
            app.configure_task("begin_again_what_was_cut_short").defer(timestamp=0)
        with_a_worker(lambda: not Delivery.objects.filter(state="waiting").exists())

    assert Delivery.objects.filter(state="delivered").count() == 30
    assert set(receiver.ids) == {each.message_id for each in Delivery.objects.all()}
    assert len({body for _, body in receiver.received}) == 30
    for headers, body in receiver.received:
        assert Verifier(secret).verify(body, headers)["type"] == "deployment.published"


@pytest.mark.django_db(transaction=True)
def test_a_webhook_that_does_not_answer_holds_up_no_other(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.0/8")]
    enough = threading.Event()
    # Twice as many wait for an answer as a worker has under way at once.
    messages = 80

    with receiving(lambda asked: enough.wait(60) and None) as slow, receiving() as quick:
        agent = an_agent()
        both = [a_webhook(agent.workspace, address)[0] for address in (slow.address, quick.address)]
        for _ in range(messages):
            for webhook in both:
                pipeline.send_test(webhook, by=an_actor(agent))
        delivered = Delivery.objects.filter(webhook=both[1], state="delivered")
        with_a_worker(lambda: delivered.count() == messages)
        asked = len(slow.received)
        enough.set()

    assert delivered.count() == len(quick.received) == messages
    assert 0 < asked < messages / 2


def test_what_finds_an_address_busy_comes_back_a_little_later_each_time() -> None:
    began = timezone.now()
    job = Job(id=1, status="doing", queue="default", lock=None, queueing_lock=None, task_name=JOB)
    decide = jobs.deliver_webhook.get_retry_exception

    pauses = []
    with time_machine.travel(began, tick=False):
        for attempts in (0, 1, 5, 50):
            again = decide(jobs._BusyError("https://ci.example"), job.evolve(attempts=attempts))
            assert again is not None
            assert again.retry_decision.retry_at is not None
            pauses.append((again.retry_decision.retry_at - began).total_seconds())

    assert pauses == [0.5, 1, 16, 60]


def with_a_worker(done: Callable[[], bool]) -> None:
    """A worker of the test's own database until this is so; then it is killed."""
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "work"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "SLIPWAY_WEBHOOK_NETWORKS": "127.0.0.0/8"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 120
        while not done() and time.monotonic() < until:
            assert worker.poll() is None, worker.stderr and worker.stderr.read()
            time.sleep(0.02)
    finally:
        worker.kill()
        worker.communicate()
