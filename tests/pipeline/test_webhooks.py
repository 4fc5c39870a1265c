"""Webhooks: who may change them, what is written with a release, and that it is written once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks import Webhook as Receiver
from standardwebhooks import WebhookVerificationError

from deployments import pipeline
from deployments.models import Agent, Delivery, Event, Role, Webhook, Workspace
from deployments.pipeline import Refused
from deployments.pipeline.clearing import clear_expired
from deployments.pipeline.webhooks.announcing import JOB
from deployments.pipeline.webhooks.signing import headers_of
from tests.vocabulary import (
    BROKEN,
    a_webhook,
    a_workspace,
    an_actor,
    an_agent,
    edited,
    live,
    promoted,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db


def told(workspace: Workspace) -> list[str]:
    return list(Delivery.objects.filter(webhook__workspace=workspace).order_by("pk").values_list("told", flat=True))


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name=JOB, status="todo").count()


def verify(secret: str, delivery: Delivery, now: datetime) -> Any:
    return Receiver(secret).verify(delivery.body, headers_of(delivery, now))


def test_each_act_of_a_release_is_one_message_and_one_job() -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    first = live(agent)
    live(agent)
    rolled_back(agent, "live", "Lorries are quoted as cars")
    with pytest.raises(Refused):
        promoted(first, "live", by=an_actor(agent, Role.EDITOR).person)

    rounds = ["published", "promoted", "promoted"]
    assert told(agent.workspace) == [*rounds, *rounds, "rolled_back", "refused"]
    assert jobs() == 8
    assert set(Delivery.objects.values_list("webhook", flat=True)) == {webhook.pk}


def test_a_message_says_what_happened_in_the_words_of_history() -> None:
    agent = an_agent(name="Night ferry")
    a_webhook(agent.workspace)
    first, second = live(agent), published(agent, "Winter timetable")
    placed = promoted(second, "live", "Carefully", at=datetime(2026, 11, 3, 9, tzinfo=UTC) + timedelta(days=900))

    message = json.loads(Delivery.objects.newest_first()[0].body)

    assert message["type"] == "deployment.promoted"
    assert message["timestamp"] == placed.started_at.isoformat().replace("+00:00", "Z")
    assert message["data"] == {
        "event": agent.events.latest("pk").pk,
        "workspace": agent.workspace.slug,
        "agent": agent.slug,
        "agent_name": "Night ferry",
        "environment": "live",
        "deployment": str(placed.pk),
        "version": {
            "hash": second.version.hash,
            "number": 2,
            "description": "Winter timetable",
            "published_at": second.version.published_at.isoformat().replace("+00:00", "Z"),
            "published_by": second.version.author_email,
        },
        "replaced": first.version.hash,
        "promoted_from": "sandbox",
        "hotfix": True,
        "by": {"name": "Ana Admin", "email": placed.by.email},
        "channel": "web",
        "api_key": None,
        "message": "Carefully",
        "refusal": None,
        "address": None,
    }


def test_a_refusal_says_why() -> None:
    agent = an_agent()
    a_webhook(agent.workspace, tells=["refused"])
    draft = edited(agent, BROKEN)
    with pytest.raises(Refused):
        pipeline.publish(agent, state=draft.state, by=an_actor(agent))

    [delivery] = Delivery.objects.all()

    message = json.loads(delivery.body)
    assert message["type"] == "deployment.refused"
    assert message["data"]["refusal"]["act"] == "published"
    assert message["data"]["refusal"]["code"] == "draft_invalid"


def test_only_webhooks_of_the_workspace_that_are_on_and_want_it_are_told() -> None:
    agent = an_agent()
    wanted, _ = a_webhook(agent.workspace, tells=["published", "rolled_back"])
    a_webhook(agent.workspace, tells=["promoted"])
    off, _ = a_webhook(agent.workspace)
    pipeline.change_webhook(off, on=False, by=an_actor(agent))
    a_webhook(a_workspace())

    published(agent)

    assert list(Delivery.objects.values_list("webhook", flat=True)) == [wanted.pk]


def test_a_webhook_costs_a_placement_nothing_where_there_is_none(django_assert_num_queries: Any) -> None:
    agent = an_agent()
    live(agent)
    second = published(agent)
    count = len(_queries_of_promotion(agent, second))
    a_webhook(agent.workspace, tells=["rolled_back"])
    third = published(agent)

    assert len(_queries_of_promotion(agent, third)) == count


def _queries_of_promotion(agent: Agent, placed: Any) -> list[Any]:

    with CaptureQueriesContext(connection) as queries:
        promoted(placed, "pre-release")
    return list(queries)


def test_what_is_undone_leaves_no_message_and_no_job() -> None:

    agent = an_agent()
    a_webhook(agent.workspace)
    with transaction.atomic():
        published(agent)
        assert jobs() == 1
        transaction.set_rollback(True)

    assert told(agent.workspace) == []
    assert jobs() == 0


@pytest.mark.django_db(transaction=True)
def test_forty_publications_at_once_are_forty_messages_each_with_one_job() -> None:
    workspace = a_workspace()
    a_webhook(workspace, tells=["published"])
    agents = [an_agent(workspace) for _ in range(40)]

    def publish(agent: Agent) -> str:
        try:
            return str(published(agent).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        placed = set(pool.map(publish, agents))

    messages = [json.loads(body)["data"]["deployment"] for body in Delivery.objects.values_list("body", flat=True)]
    assert sorted(messages) == sorted(placed)
    enqueued = [job.args["delivery"] for job in ProcrastinateJob.objects.filter(task_name=JOB)]
    assert sorted(enqueued) == sorted(str(pk) for pk in Delivery.objects.values_list("pk", flat=True))


def test_the_secret_signs_is_not_kept_and_after_a_rotation_both_sign_for_a_day() -> None:
    agent, now = an_agent(), timezone.now()
    webhook, secret = a_webhook(agent.workspace)
    published(agent)
    delivery = Delivery.objects.select_related("webhook").get()
    assert verify(secret, delivery, now)["type"] == "deployment.published"
    assert secret.startswith("whsec_")
    assert all(secret[6:40] not in str(value) for value in Webhook.objects.values_list().get())

    another = pipeline.rotate_secret(webhook, by=an_actor(agent), at=now)

    assert another != secret
    delivery = Delivery.objects.select_related("webhook").get()
    assert verify(another, delivery, now)
    assert verify(secret, delivery, now)
    webhook.refresh_from_db()
    after = now + timedelta(days=1)
    signatures = headers_of(delivery, after)["webhook-signature"].split()
    assert len(signatures) == 1
    assert signatures == headers_of(delivery, after)["webhook-signature"].split()[:1]
    with pytest.raises(WebhookVerificationError):
        Receiver(a_webhook(agent.workspace)[1]).verify(delivery.body, headers_of(delivery, now))


def test_each_change_is_a_line_of_the_workspaces_history_and_what_stays_leaves_none() -> None:
    workspace = a_workspace()
    webhook, _ = a_webhook(workspace)
    by = an_actor(workspace)
    pipeline.change_webhook(webhook, address=webhook.address, tells=webhook.tells, on=True, by=by)
    pipeline.change_webhook(webhook, tells=["refused"], on=False, by=by)
    pipeline.rotate_secret(webhook, by=by)
    pipeline.delete_webhook(webhook, by=by)

    events = Event.objects.of_workspace(workspace)
    assert list(events.values_list("kind", flat=True)) == [
        "webhook_made",
        "webhook_changed",
        "webhook_rotated",
        "webhook_deleted",
    ]
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.RELEASER])
def test_only_admins_manage_webhooks(role: Role) -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    published(agent)
    by = an_actor(agent, role)
    acts: list[Any] = [
        lambda: pipeline.create_webhook(agent.workspace, address="https://ci.example/", tells=["refused"], by=by),
        lambda: pipeline.change_webhook(webhook, on=False, by=by),
        lambda: pipeline.rotate_secret(webhook, by=by),
        lambda: pipeline.delete_webhook(webhook, by=by),
        lambda: pipeline.send_test(webhook, by=by),
        lambda: pipeline.redeliver(Delivery.objects.get(), by=by),
    ]

    for act in acts:
        with pytest.raises(Refused, match="Only admins may manage webhooks"):
            act()

    assert Webhook.objects.get().on
    assert jobs() == 1


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://ci.example/hook", "begins with https"),
        ("ftp://ci.example/hook", "is no address"),
        ("https://", "is no address"),
        ("https://ci.example:99999/", "is no address"),
        ("https://user:secret@ci.example/", "Leave the user and password out"),
        ("https://" + "a" * 70 + ".example/", "no name of a machine"),
        ("https://ci.example/" + "a" * 2000, "at most 2,000"),
        ("https://ci.example/a b", "Write an address"),
        ("https://127.0.0.1/", "private or local"),
        ("https://2130706433/", "private or local"),
        ("https://0x7f.1/", "private or local"),
        ("https://localhost/", "private or local"),
        ("https://a.localhost./", "private or local"),
        ("https://10.1.2.3/", "private or local"),
        ("https://169.254.169.254/latest/meta-data", "private or local"),
        ("https://100.100.100.200/", "private or local"),
        ("https://0.0.0.0/", "private or local"),
        ("https://224.0.0.1/", "private or local"),
        ("https://[::1]/", "private or local"),
        ("https://[::]/", "private or local"),
        ("https://[::ffff:10.0.0.1]/", "private or local"),
        ("https://[::127.0.0.1]/", "private or local"),
        ("https://[64:ff9b::a00:1]/", "private or local"),
        ("https://[2002:7f00:1::]/", "private or local"),
        ("https://[fd00:ec2::254]/", "private or local"),
        ("https://[fe80::1]/", "private or local"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_in_a_sentence(address: str, why: str) -> None:
    workspace = a_workspace()

    with pytest.raises(Refused, match=why):
        a_webhook(workspace, address=address)

    assert not Webhook.objects.exists()


def test_nothing_to_be_told_of_something_unknown_and_too_many_are_refused() -> None:
    workspace = a_workspace()
    with pytest.raises(Refused, match="at least one"):
        a_webhook(workspace, tells=[])
    with pytest.raises(Refused, match="no “exploded”"):
        a_webhook(workspace, tells=["exploded"])
    for _ in range(20):
        a_webhook(workspace)

    with pytest.raises(Refused, match="at most 20"):
        a_webhook(workspace)


def test_sent_again_it_is_the_same_message_and_the_earlier_job_is_of_no_effect() -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    published(agent)
    delivery = Delivery.objects.get()

    again = pipeline.redeliver(delivery, by=an_actor(agent))

    assert (again.message_id, again.body, again.round) == (delivery.message_id, delivery.body, 2)
    assert sorted(job.args["round"] for job in ProcrastinateJob.objects.filter(task_name=JOB)) == [1, 2]
    pipeline.change_webhook(webhook, on=False, by=an_actor(agent))
    with pytest.raises(Refused, match="Switch it on first"):
        pipeline.redeliver(delivery, by=an_actor(agent))
    with pytest.raises(Refused, match="Switch it on first"):
        pipeline.send_test(webhook, by=an_actor(agent))


def test_old_deliveries_go_and_what_still_waits_stays() -> None:
    agent, now = an_agent(), timezone.now()
    a_webhook(agent.workspace)
    published(agent)
    published(agent)
    first = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=first.pk).update(state=Delivery.State.DELIVERED)

    counts = clear_expired(now + timedelta(days=29))
    assert counts["webhook_deliveries"] == 0
    counts = clear_expired(now + timedelta(days=31))

    assert counts["webhook_deliveries"] == 1
    assert Delivery.objects.get().state == Delivery.State.WAITING


def test_a_deleted_agent_takes_its_messages_along() -> None:
    agent = an_agent()
    a_webhook(agent.workspace)
    published(agent)
    pipeline.delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    clear_expired(timezone.now() + timedelta(days=31))

    assert not Agent.objects.exists()
    assert not Delivery.objects.exists()
