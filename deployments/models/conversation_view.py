from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from deployments.models.agent import Agent
from deployments.models.person import Person


class ConversationView(models.Model):
    """A narrowed list of an agent's conversations that somebody keeps under a name, for themselves."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="conversation_views", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=25)
    # What narrows it, as it stands in the address of the list.
    query = models.CharField(max_length=2000)
    # What the list of this agent opens on.
    opens = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("person", "agent", Lower("name"), name="one_view_a_name"),
            models.UniqueConstraint(fields=["person", "agent"], condition=Q(opens=True), name="one_view_opens"),
        ]

    def __str__(self) -> str:
        return self.name
