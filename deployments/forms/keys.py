"""A new API key: what it is called, what it may do, which agents it reaches and until when."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import uuid4

from django import forms
from django.utils import timezone

from deployments.forms.base import Form
from deployments.models import Agent, Workspace
from deployments.models.api_key import GROUPS, PERMISSIONS
from deployments.pipeline.refusal import LONGEST_NAME

REACHES = {"": "nothing", "read": "read", "write": "read and write"}
ALL: Final = "all"
CHOSEN: Final = "chosen"


class KeyForm(Form):
    """Everything is asked for in so many words: what is left alone never stands for all."""

    speaks_of = {"name_unusable": "name", "expiry_unusable": "expires_on"}
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="What uses it, such as “CI of the ferry desk”.",
        widget=forms.TextInput(),
    )
    may = forms.ChoiceField(
        label="What it may do",
        choices=[(ALL, "Everything you may, and never more than that"), (CHOSEN, "Only what is chosen here")],
        initial=CHOSEN,
        widget=forms.RadioSelect,
    )
    where = forms.ChoiceField(
        label="Agents",
        choices=[(ALL, "Every agent of the workspace, new ones too"), (CHOSEN, "Only those ticked here")],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    agents = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    # A new one each time the page is drawn: what a browser sends again makes no second key.
    form = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)
    expires_on = forms.DateField(label="Good until", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.reachable = {agent.slug: agent for agent in Agent.objects.filter(workspace=workspace, deleted_at=None)}
        self.fields["agents"].choices = [(slug, agent.name) for slug, agent in self.reachable.items()]  # type: ignore[attr-defined]
        self.fields["expires_on"].initial = (timezone.now() + timedelta(days=365)).date()
        for group in GROUPS:
            reaches = [reach for reach in REACHES if not reach or f"{group}:{reach}" in PERMISSIONS]
            self.fields[f"may_{group}"] = forms.ChoiceField(
                label=group.capitalize().replace("-config", " config"),
                required=False,
                choices=[(reach, REACHES[reach]) for reach in reaches],
                widget=forms.Select(attrs={"class": "input"}),
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("may") == CHOSEN and not self._permissions():
            self.add_error("may", "Choose something it may do, or everything.")
        if said.get("where") == CHOSEN and not said.get("agents") and "agents" not in self.errors:
            self.add_error("where", "Tick an agent, or choose every agent.")
        return said

    @property
    def groups(self) -> list[Any]:
        return [self[f"may_{group}"] for group in GROUPS]

    @property
    def permissions(self) -> list[str]:
        """None: all that its owner may."""
        return self._permissions() if self.cleaned_data["may"] == CHOSEN else []

    @property
    def chosen(self) -> list[Agent] | None:
        """None: every agent."""
        ticked = [self.reachable[slug] for slug in self.cleaned_data["agents"]]
        return ticked if self.cleaned_data["where"] == CHOSEN else None

    @property
    def expires_at(self) -> datetime:
        """The end of that day, where the workspace is."""
        day: date = self.cleaned_data["expires_on"]
        return datetime.combine(day, time(23, 59, 59), self.workspace.zone)

    def _permissions(self) -> list[str]:
        said = self.cleaned_data
        return [f"{group}:{said[f'may_{group}']}" for group in GROUPS if said.get(f"may_{group}")]
