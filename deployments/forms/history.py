"""What narrows Project History."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef

from deployments.forms.filters import DayField, FilterForm, begins, ends
from deployments.models import Agent, Event, Person
from deployments.models.event import EventQuerySet

AGENT_KINDS = [(kind.value, kind.label) for kind in Event.Kind if kind not in Event.WORKSPACE_KINDS or "agent" in kind]


class HistoryFilter(FilterForm):
    kind = forms.ChoiceField(choices=[("", "Every event"), *AGENT_KINDS], required=False, label="What happened")
    environment = forms.ChoiceField(required=False)
    by: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        Person.objects.none(), required=False, to_field_name="email", empty_label="Everyone", label="Who"
    )
    q = forms.CharField(
        required=False,
        max_length=200,
        label="Words",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Words or a version"}),
    )
    since = DayField(label="From")
    until = DayField(label="To")
    refused = forms.BooleanField(required=False, label="Refused attempts too")

    def __init__(self, agent: Agent, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agent = agent
        steps = [(step.slug, step.label) for step in agent.every_environment]
        cast(forms.ChoiceField, self.fields["environment"]).choices = [("", "Every environment"), *steps]
        # One look into the index a person, whatever the number of events.
        acted = Exists(Event.objects.of_agent(agent).filter(by=OuterRef("pk")))
        cast("forms.ModelChoiceField[Person]", self.fields["by"]).queryset = Person.objects.filter(acted).order_by(
            "name"
        )

    def events(self) -> EventQuerySet:
        """The agent's events as narrowed."""
        said = self.said
        zone = self.agent.workspace.zone
        events = Event.objects.of_agent(self.agent)
        if not said.get("refused"):
            events = events.filter(refused=False)
        for name, column in (("kind", "kind"), ("environment", "environment__slug"), ("by", "by")):
            if said.get(name):
                events = events.filter(**{column: said[name]})
        if said.get("since"):
            events = events.filter(at__gte=begins(said["since"], zone))
        if said.get("until"):
            events = events.filter(at__lt=ends(said["until"], zone))
        if said.get("q"):
            events = events.matching(said["q"])
        return events.with_details().newest_first()
