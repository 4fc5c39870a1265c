from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models

from deployments.models.environment import Environment


def new_token() -> str:
    return secrets.token_urlsafe(24)


class TalkLink(models.Model):
    """Where callers talk to what an environment holds: whoever knows the address, with no account.

    `sites`: the origins of other sites that may frame it; `turns_a_day`: the most that all callers together may ask of
    it, which bounds what a model's provider can charge.
    """

    environment = models.OneToOneField(Environment, on_delete=models.CASCADE, related_name="talk_link")
    token = models.CharField(max_length=43, unique=True, default=new_token)
    is_on = models.BooleanField(default=False)
    sites = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    turns_a_day = models.PositiveIntegerField(default=2000)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(turns_a_day__gte=1), name="talk_link_answers_once")]

    def __str__(self) -> str:
        return f"{self.environment} {'on' if self.is_on else 'off'}"
