"""What the worker does with one message: whether it still goes, what became of it, and when it is tried again.

A message reaches its webhook at least once: a worker that is killed after the answer sends it again, under the same id.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from deployments.models import Delivery, Event, Webhook
from deployments.models.webhook import DeliveryQuerySet
from deployments.pipeline.recording import record
from deployments.pipeline.webhooks.announcing import JOB, enqueue
from deployments.pipeline.webhooks.calling import Call, Outcome
from deployments.pipeline.webhooks.signing import headers_of, is_known

# Seconds after each try; with the first at once ten tries in three days and four hours.
PAUSES = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
OVERDUE = timedelta(minutes=5)
STOPPED_AFTER = timedelta(days=3)
GONE = 410
GONE_BECAUSE = "It answered 410: gone."
FAILING_BECAUSE = "Nothing reached it for three days."
SECRET_UNKNOWN = "The installation's secret key has changed since this webhook's secret was made. Rotate the secret."


def call_of(delivery_id: UUID, round_: int, now: datetime) -> Call | Outcome | None:
    """What to send. None: it is of no effect any more. An Outcome: it cannot be sent, and why."""
    delivery = _waiting(delivery_id, round_).select_related("webhook").first()
    if delivery is None:
        return None
    if not delivery.webhook.on:
        _waiting(delivery_id, round_).update(
            state=Delivery.State.GIVEN_UP, next_at=None, problem="The webhook was switched off."
        )
        return None
    if not is_known(delivery.webhook):
        return Outcome(None, 0, problem=SECRET_UNKNOWN)
    headers = headers_of(delivery, now)
    return Call(
        delivery.webhook.address,
        headers,
        delivery.body,
        settings.WEBHOOK_NETWORKS,
        authorities=settings.WEBHOOK_AUTHORITIES,
    )


def settle(delivery_id: UUID, round_: int, outcome: Outcome, now: datetime) -> datetime | None:
    """Write down what became of a try, and say when to try again, if ever."""
    with transaction.atomic():
        # The webhook first, as whoever changes or deletes it does.
        webhooks = Webhook.objects.select_for_update(no_key=True, of=["self"]).select_related("workspace")
        webhook = webhooks.filter(deliveries=delivery_id).first()
        delivery = _waiting(delivery_id, round_).select_for_update(no_key=True).first()
        if webhook is None or delivery is None:
            return None
        delivery.tries += 1
        delivery.tried_at, delivery.next_at = now, None
        delivery.status, delivery.took_ms = outcome.status, outcome.took_ms
        delivery.answer, delivery.problem = outcome.answer, outcome.problem
        if outcome.is_delivered:
            delivery.state = Delivery.State.DELIVERED
            webhook.failing_since = None
            webhook.save(update_fields=["failing_since"])
        elif _stops(webhook, outcome, now) or delivery.tries > len(PAUSES):
            delivery.state = Delivery.State.GIVEN_UP
        else:
            delivery.next_at = now + timedelta(seconds=PAUSES[delivery.tries - 1])
        delivery.save()
    return delivery.next_at


def enqueue_lost(now: datetime) -> int:
    """Give a job to every overdue message that has none, since its job failed for reasons of ours. Returns how many."""
    overdue = list(Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now - OVERDUE).order_by("pk"))
    if not overdue:
        return 0
    jobs = ProcrastinateJob.objects.filter(task_name=JOB, status__in=["todo", "doing"])
    held = {(args["delivery"], args["round"]) for args in jobs.values_list("args", flat=True)}
    lost = [each for each in overdue if (str(each.pk), each.round) not in held]
    if lost:
        enqueue(lost)
    return len(lost)


def _waiting(delivery_id: UUID, round_: int) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk=delivery_id, round=round_, state=Delivery.State.WAITING)


def _stops(webhook: Webhook, outcome: Outcome, now: datetime) -> bool:
    """Whether this failure puts the webhook out of use."""
    webhook.failing_since = webhook.failing_since or now
    stops = outcome.status == GONE or now - webhook.failing_since >= STOPPED_AFTER
    if stops and webhook.on:
        webhook.on, webhook.stopped_because = False, GONE_BECAUSE if outcome.status == GONE else FAILING_BECAUSE
        about = {"webhook": webhook.address, "on": [True, False]}
        record(
            Event.Kind.WEBHOOK_STOPPED,
            webhook.workspace,
            by=None,
            channel=Event.Channel.SELF,
            at=now,
            message=webhook.stopped_because,
            details=about,
        )
    webhook.save(update_fields=["failing_since", "on", "stopped_because"])
    return stops
