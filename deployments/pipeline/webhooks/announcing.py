"""A message is written with the event it tells of, and so is the job that sends it: all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django import app

from deployments.models import Delivery, Event, Version, Webhook

JOB = "deliver_webhook"
# Locked, so that none of them is deleted before its message is written.
_TOLD = """
SELECT id FROM deployments_webhook
WHERE workspace_id = %s AND "on" AND tells @> ARRAY[%s]::varchar[]
FOR KEY SHARE
"""


def told_by(kind: str, *, refused: bool) -> Webhook.Tells | None:
    """What webhooks hear of an event of this kind, if anything."""
    if kind not in Event.RELEASE_KINDS:
        return None
    return Webhook.Tells.REFUSED if refused else Webhook.Tells(kind)


def announce(event: Event) -> None:
    """Tell every webhook of the workspace that wants to hear of this. Needs the transaction of the event."""
    told = told_by(event.kind, refused=event.refused)
    if told is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [event.workspace_id, told.value])
        webhooks = [row[0] for row in cursor.fetchall()]
    if webhooks:
        announce_to(webhooks, event.pk, told)


def announce_to(webhooks: Sequence[int], event_id: int, told: Webhook.Tells) -> None:
    event = Event.objects.with_details().select_related("workspace", "agent", "after__author").get(pk=event_id)
    body = body_of(event, told)
    enqueue(
        Delivery.objects.bulk_create(
            Delivery(webhook_id=each, event=event, told=told, body=body, made_at=event.at, next_at=event.at)
            for each in webhooks
        )
    )


def enqueue(deliveries: Sequence[Delivery]) -> None:
    jobs: list[dict[str, Any]] = [{"delivery": str(each.pk), "round": each.round} for each in deliveries]
    app.configure_task(JOB).batch_defer(*jobs)


def body_of(event: Event, told: Webhook.Tells) -> str:
    agent = event.agent
    assert agent is not None, "Every release is of an agent."
    address = reverse("event", args=[agent.slug, event.pk])
    data = {
        "event": event.pk,
        "workspace": event.workspace.slug,
        "agent": agent.slug,
        "agent_name": agent.name,
        "environment": event.environment.slug if event.environment else None,
        "deployment": str(event.deployment_id) if event.deployment_id else None,
        "version": _version(event.after),
        "replaced": event.before.hash if event.before else None,
        "promoted_from": event.source.slug if event.source else None,
        "hotfix": bool(event.details.get("hotfix")),
        "by": {"name": event.by.name, "email": event.by.email} if event.by else None,
        "channel": event.channel,
        "api_key": event.details.get("api_key"),
        "message": "" if event.refused else event.message,
        "refusal": {"act": event.kind, "code": event.code, "message": event.message} if event.refused else None,
        "address": f"{settings.ADDRESS}{address}" if settings.ADDRESS else None,
    }
    return wrapped(f"deployment.{told}", event.at, data)


def body_of_test(webhook: Webhook, at: datetime) -> str:
    return wrapped("webhook.test", at, {"workspace": webhook.workspace.slug, "tells": webhook.tells})


def wrapped(kind: str, at: datetime, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, "timestamp": _written(at), "data": data}, ensure_ascii=False)


def _version(version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        "hash": version.hash,
        "number": version.number,
        "description": version.description,
        "published_at": _written(version.published_at),
        "published_by": version.author_email,
    }


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
