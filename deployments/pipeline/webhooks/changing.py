"""What admins do with webhooks. Each change is a line of the workspace's history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from deployments.models import Delivery, Event, Role, Webhook, Workspace
from deployments.pipeline.actor import Actor
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, refusal_by_role, unless
from deployments.pipeline.webhooks.addresses import AddressError, check_written
from deployments.pipeline.webhooks.announcing import body_of_test, enqueue
from deployments.pipeline.webhooks.signing import fingerprint_of, new_salt, secret_from

MOST = 20
EARLIER_SECRET_SIGNS_FOR = timedelta(days=1)
OFF = Refusal("webhook_off", "The webhook is off. Switch it on first.")


def refusal_to_manage_webhooks(workspace: Workspace, *, by: Actor) -> Refusal | None:
    return refusal_by_role(workspace, Role.ADMIN, "manage webhooks", by=by)


def create_webhook(
    workspace: Workspace, *, address: str, tells: Collection[str], by: Actor, at: datetime | None = None
) -> tuple[Webhook, str]:
    """A webhook that is on, and its secret that is shown only now."""
    at = at or timezone.now()
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        unless(refusal_to_manage_webhooks(workspace, by=by))
        if workspace.webhooks.count() >= MOST:
            raise Refused(Refusal("too_many_webhooks", f"A workspace has at most {MOST} webhooks. Delete one first."))
        salt = new_salt()
        secret = secret_from(salt)
        webhook = Webhook.objects.create(
            workspace=workspace,
            address=_checked(address),
            tells=_in_order(tells),
            salt=salt,
            fingerprint=fingerprint_of(secret),
            created_at=at,
        )
        _record(Event.Kind.WEBHOOK_MADE, webhook, by, at, {"tells": webhook.tells})
    return webhook, secret


def change_webhook(
    webhook: Webhook,
    *,
    address: str | None = None,
    tells: Collection[str] | None = None,
    on: bool | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Webhook:
    """Change what is given. Switched on again it counts as never having failed. What stays leaves no line."""
    at = at or timezone.now()
    with transaction.atomic():
        held = _locked(webhook, by)
        wanted: dict[str, Any] = {}
        if address is not None:
            wanted["address"] = _checked(address)
        if tells is not None:
            wanted["tells"] = _in_order(tells)
        if on is not None:
            wanted["on"] = on
        changed = {key: [getattr(held, key), value] for key, value in wanted.items() if getattr(held, key) != value}
        for key, value in wanted.items():
            setattr(held, key, value)
        if changed:
            if held.on and ("on" in changed or "address" in changed):
                held.stopped_because, held.failing_since = "", None
            held.save()
            _record(Event.Kind.WEBHOOK_CHANGED, held, by, at, changed)
    return held


def rotate_secret(webhook: Webhook, *, by: Actor, at: datetime | None = None) -> str:
    """Another secret, shown only now. The one before goes on signing beside it for a day."""
    at = at or timezone.now()
    with transaction.atomic():
        held = _locked(webhook, by)
        held.previous_salt, held.previous_until = held.salt, at + EARLIER_SECRET_SIGNS_FOR
        held.salt = new_salt()
        secret = secret_from(held.salt)
        held.fingerprint = fingerprint_of(secret)
        held.save()
        _record(Event.Kind.WEBHOOK_ROTATED, held, by, at, {})
    return secret


def delete_webhook(webhook: Webhook, *, by: Actor) -> None:
    """With all its deliveries. What still waits is not sent."""
    with transaction.atomic():
        # A release that is told of at this moment is waited for: its message goes as well.
        held = _locked(webhook, by, with_key=True)
        _record(Event.Kind.WEBHOOK_DELETED, held, by, timezone.now(), {})
        held.delete()


def send_test(webhook: Webhook, *, by: Actor) -> Delivery:
    at = timezone.now()
    with transaction.atomic():
        held = _locked(webhook, by)
        if not held.on:
            raise Refused(OFF)
        body = body_of_test(held, at)
        delivery = held.deliveries.create(told=Delivery.TEST, body=body, made_at=at, next_at=at)
        enqueue([delivery])
    return delivery


def redeliver(delivery: Delivery, *, by: Actor) -> Delivery:
    """The same message again, at once, with all its tries before it. Receivers see by its id that it is the same."""
    at = timezone.now()
    with transaction.atomic():
        if not _locked(delivery.webhook, by).on:
            raise Refused(OFF)
        again = {"state": Delivery.State.WAITING, "round": F("round") + 1, "tries": 0, "next_at": at}
        if not Delivery.objects.filter(pk=delivery.pk).update(**again):
            raise Refused(Refusal("delivery_gone", "This delivery was cleared meanwhile."))
        delivery.refresh_from_db()
        enqueue([delivery])
    return delivery


def _locked(webhook: Webhook, by: Actor, *, with_key: bool = False) -> Webhook:
    unless(refusal_to_manage_webhooks(webhook.workspace, by=by))
    held = Webhook.objects.select_for_update(no_key=not with_key, of=["self"]).select_related("workspace")
    found = held.filter(pk=webhook.pk).first()
    if found is None:
        raise Refused(Refusal("webhook_gone", "This webhook was deleted meanwhile."))
    return found


def _checked(address: str) -> str:
    address = address.strip()
    try:
        check_written(address, settings.WEBHOOK_NETWORKS)
    except AddressError as error:
        raise Refused(Refusal("address_unusable", str(error))) from None
    return address


def _in_order(tells: Collection[str]) -> list[str]:
    if unknown := sorted(set(tells) - set(Webhook.Tells.values)):
        raise Refused(
            Refusal("tells_unknown", f"There is no “{unknown[0]}”. There are {', '.join(Webhook.Tells.values)}.")
        )
    if not tells:
        raise Refused(Refusal("tells_nothing", "Choose at least one thing to be told of."))
    return [told.value for told in Webhook.Tells if told.value in tells]


def _record(kind: Event.Kind, webhook: Webhook, by: Actor, at: datetime, about: dict[str, Any]) -> None:
    record(kind, webhook.workspace, by=by, at=at, details=about | {"webhook": webhook.address})
