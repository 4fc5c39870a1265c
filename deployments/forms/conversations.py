"""What narrows a list of conversations, and what is written beside one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q

from deployments.forms.base import Form, Text
from deployments.forms.filters import DayField, FilterForm, begins, ends
from deployments.models import NO_ENVIRONMENT, Agent, Conversation
from deployments.models.conversation import ENDED, LASTED, ConversationQuerySet

PRODUCTION, TEST = "production", "test"
SCOPES = {"voice": "Voice", "webchat": "Messaging"}


class ConversationFilter(FilterForm):
    environment = forms.ChoiceField(required=False)
    version = forms.CharField(required=False, max_length=40, label="Version", widget=forms.TextInput())
    variant = forms.CharField(required=False, max_length=200, label="Variant")
    who = forms.ChoiceField(
        required=False,
        label="Tested or real",
        choices=[("", "Tested and real"), ("tested", "Tested"), ("real", "Real")],
    )
    state = forms.ChoiceField(
        required=False,
        label="State",
        choices=[
            ("", "Any state"),
            ("open", "In progress"),
            *((outcome.value, outcome.label) for outcome in Conversation.Outcome),
        ],
    )
    function = forms.CharField(required=False, max_length=200, label="Function called")
    contact = forms.CharField(required=False, max_length=64, label="Contact contains")
    without = forms.CharField(required=False, max_length=64, label="Contact does not contain")
    since = DayField(label="From")
    until = DayField(label="To")
    least = forms.IntegerField(required=False, min_value=0, max_value=10**7, label="Seconds at least")
    most = forms.IntegerField(required=False, min_value=0, max_value=10**7, label="Seconds at most")
    handoff = forms.BooleanField(required=False, label="Handed off")
    failed = forms.BooleanField(required=False, label="With errors")
    q = forms.CharField(
        required=False,
        max_length=200,
        label="Words said",
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Words said"}),
    )

    def __init__(self, agent: Agent, asked: Any, *, reads_numbers: bool) -> None:
        super().__init__(asked)
        self.agent, self.reads_numbers = agent, reads_numbers
        self.tab = TEST if asked.get("view") == TEST else PRODUCTION
        self.scope = asked.get("scope", "") if asked.get("scope") in SCOPES else ""
        steps = [(step.slug, step.label) for step in agent.every_environment if step != agent.ladder[-1]]
        cast(forms.ChoiceField, self.fields["environment"]).choices = [
            ("", "Every environment"),
            *steps,
            (NO_ENVIRONMENT, "Draft"),
        ]
        if self.tab == PRODUCTION:  # which is one environment
            del self.fields["environment"]
        if not reads_numbers:
            del self.fields["contact"], self.fields["without"]

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """Each filter that narrows: its name in the address, its label and what it was set to."""
        return [(name, str(self[name].label), self._words(name, value)) for name, value in self.said.items()]

    def conversations(self) -> ConversationQuerySet:
        """Those of the tab and scope, as narrowed, in no order yet."""
        rows = Conversation.objects.filter(agent=self.agent, in_production=self.tab == PRODUCTION)
        if self.scope:
            rows = rows.filter(channel=self.scope)
        for name, value in self.said.items():
            rows = self._narrowed(rows, name, value)
        return rows

    def _narrowed(self, rows: ConversationQuerySet, name: str, value: Any) -> ConversationQuerySet:
        zone = self.agent.workspace.zone
        match name:
            case "environment":
                return rows.filter(environment=None if value == NO_ENVIRONMENT else self._environment(value))
            case "version":
                found = self.agent.versions.with_prefix(value.replace(" ", "")).values_list("pk", flat=True)
                return rows.filter(version__in=list(found[:100]))
            case "who":
                return rows.filter(tested=value == "tested")
            case "state":
                return rows.filter(ended_at=None) if value == "open" else rows.filter(outcome=value)
            case "function":
                return rows.filter(functions__contains=[value])
            case "contact":
                return rows.called_from(value)
            case "without":
                return rows.exclude(caller_number__contains=value)
            case "since":
                return rows.filter(began_at__gte=begins(value, zone))
            case "until":
                return rows.filter(began_at__lt=ends(value, zone))
            case "least":
                limit = timedelta(seconds=value)
                return rows.annotate(ended=ENDED, lasted=LASTED).filter(
                    Q(ended_at__isnull=False, ended__gte=limit) | Q(ended_at=None, lasted__gte=limit)
                )
            case "most":
                limit = timedelta(seconds=value)
                return rows.annotate(ended=ENDED, lasted=LASTED).filter(
                    Q(ended_at__isnull=False, ended__lte=limit) | Q(ended_at=None, lasted__lte=limit)
                )
            case "handoff":
                return rows.filter(handed_off=True)
            case "failed":
                return rows.filter(errors=True)
            case "q":
                return rows.saying(value) if self.reads_numbers else rows.saying_without_numbers(value)
        return rows.filter(**{name: value})

    def _environment(self, slug: str) -> int | None:
        return next((step.pk for step in self.agent.every_environment if step.slug == slug), None)

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            choices = cast("list[tuple[str, str]]", list(cast(Any, field.choices)))
            return next((str(label) for key, label in choices if key == value), str(value))
        return "" if value is True else str(value)


class NoteForm(Form):
    speaks_of = {
        "text_too_long": "note",
        "text_unusable": "note",
        "tag_unusable": "tags",
        "too_many_tags": "tags",
    }
    note = Text(label="Note", rows=3)
    tags = forms.CharField(
        label="Tags", required=False, max_length=1100, help_text="Words with commas between them; at most twenty."
    )
