from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from deployments.models.deployment import time_ordered_id
from deployments.models.event import Event
from deployments.models.workspace import Workspace


class Webhook(models.Model):
    """An address that is told of releases. Its secret is not kept: it is made again from the salt when one signs."""

    class Tells(models.TextChoices):
        PUBLISHED = "published", "Published"
        PROMOTED = "promoted", "Promoted"
        ROLLED_BACK = "rolled_back", "Rolled back"
        REFUSED = "refused", "Refused"

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="webhooks")
    address = models.CharField(max_length=2000)
    tells = ArrayField(models.CharField(max_length=20, choices=Tells))
    on = models.BooleanField(default=True)
    # Why Slipway itself switched it off; empty when a person did.
    stopped_because = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True)
    salt = models.CharField(max_length=64)
    # A hash: it tells that the installation's secret key, and with it every secret, is another one now.
    fingerprint = models.CharField(max_length=64)
    previous_salt = models.CharField(max_length=64, blank=True)
    previous_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace"], condition=Q(on=True), name="webhook_told")]

    def __str__(self) -> str:
        return self.address

    @property
    def tells_in_words(self) -> list[str]:
        return [told.label for told in self.Tells if told.value in self.tells]


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def newest_first(self) -> DeliveryQuerySet:
        return self.order_by("-pk")


class Delivery(models.Model):
    """One message to a webhook: its id is the `webhook-id`, the same at every try, and so is its body."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    TEST = "test"

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="deliveries")
    told = models.CharField(max_length=20)  # one of Webhook.Tells, or TEST
    body = models.TextField()
    made_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    # Counted up when it is sent again by hand: the job of an earlier round does nothing any more.
    round = models.PositiveIntegerField(default=1)
    tries = models.PositiveIntegerField(default=0)  # of this round
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    took_ms = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True)
    problem = models.TextField(blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["webhook", "-id"], name="delivery_list")]

    def __str__(self) -> str:
        return self.message_id

    @property
    def message_id(self) -> str:
        return f"msg_{self.pk.hex}"

    @property
    def told_in_words(self) -> str:
        return "Test" if self.told == self.TEST else Webhook.Tells(self.told).label
