from __future__ import annotations

from django.db import models
from django.db.models import Q

from deployments.models.agent import Agent
from deployments.models.deployment import Deployment
from deployments.models.environment import Environment
from deployments.models.person import Person
from deployments.models.version import Version
from deployments.models.workspace import Workspace


class EventQuerySet(models.QuerySet["Event"]):
    def of_agent(self, agent: Agent) -> EventQuerySet:
        return self.filter(agent=agent)

    def of_workspace(self, workspace: Workspace) -> EventQuerySet:
        """The workspace's own history: people, keys, settings, agents made or deleted."""
        return self.filter(workspace=workspace, kind__in=Event.WORKSPACE_KINDS)

    def newest_first(self) -> EventQuerySet:
        return self.order_by("-pk")

    def with_details(self) -> EventQuerySet:
        return self.select_related("by", "environment", "source", "before", "after", "deployment").defer(
            "before__manifest", "after__manifest"
        )

    def matching(self, words: str) -> EventQuerySet:
        words = words.strip()
        return self.filter(
            Q(after__hash__startswith=words.lower().replace(" ", ""))
            | Q(before__hash__startswith=words.lower().replace(" ", ""))
            | Q(message__icontains=words)
            | Q(by__name__icontains=words)
            | Q(by__email__icontains=words)
        )


class Event(models.Model):
    """One line of history: who did what, when, through which channel, from what to what, and why. Never changed."""

    class Kind(models.TextChoices):
        PUBLISHED = "published", "Published"
        PROMOTED = "promoted", "Promoted"
        ROLLED_BACK = "rolled_back", "Rolled back"
        DRAFT_IMPORTED = "draft_imported", "Draft imported"
        DRAFT_DELETED = "draft_deleted", "Draft deleted"
        DRAFT_RESTORED = "draft_restored", "Draft restored"
        AGENT_CREATED = "agent_created", "Agent made"
        AGENT_DELETED = "agent_deleted", "Agent deleted"
        AGENT_RESTORED = "agent_restored", "Agent restored"
        NUMBER_ADDED = "number_added", "Number added"
        NUMBER_MOVED = "number_moved", "Number moved"
        NUMBER_LABELLED = "number_labelled", "Number labelled"
        NUMBER_DELETED = "number_deleted", "Number deleted"
        REAL_TIME_VALUES = "real_time_values", "Real-time values"
        REAL_TIME_SCHEMA = "real_time_schema", "Real-time schema"
        TEST_SET = "test_set", "Test set"
        AGENT_SETTINGS = "agent_settings", "Agent settings"
        WORKSPACE_SETTINGS = "workspace_settings", "Workspace settings"
        PERSON_INVITED = "person_invited", "Person invited"
        PERSON_JOINED = "person_joined", "Person joined"
        PERSON_ROLE = "person_role", "Role changed"
        PERSON_REMOVED = "person_removed", "Person removed"
        RESET_LINK_MADE = "reset_link_made", "Reset link made"
        API_KEY_MADE = "api_key_made", "API key made"
        API_KEY_REVOKED = "api_key_revoked", "API key revoked"
        WEBHOOK_MADE = "webhook_made", "Webhook made"
        WEBHOOK_CHANGED = "webhook_changed", "Webhook changed"
        WEBHOOK_ROTATED = "webhook_rotated", "Webhook's secret rotated"
        WEBHOOK_STOPPED = "webhook_stopped", "Webhook switched off"
        WEBHOOK_DELETED = "webhook_deleted", "Webhook deleted"

    class Channel(models.TextChoices):
        WEB = "web", "Web"
        API = "api", "API"
        CLI = "cli", "Command line"
        SELF = "self", "Slipway"

    RELEASE_KINDS = (Kind.PUBLISHED, Kind.PROMOTED, Kind.ROLLED_BACK)
    WORKSPACE_KINDS = (
        Kind.AGENT_CREATED,
        Kind.AGENT_DELETED,
        Kind.AGENT_RESTORED,
        Kind.WORKSPACE_SETTINGS,
        Kind.PERSON_INVITED,
        Kind.PERSON_JOINED,
        Kind.PERSON_ROLE,
        Kind.PERSON_REMOVED,
        Kind.RESET_LINK_MADE,
        Kind.API_KEY_MADE,
        Kind.API_KEY_REVOKED,
        Kind.WEBHOOK_MADE,
        Kind.WEBHOOK_CHANGED,
        Kind.WEBHOOK_ROTATED,
        Kind.WEBHOOK_STOPPED,
        Kind.WEBHOOK_DELETED,
    )

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="events")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    refused = models.BooleanField(default=False)
    code = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=4, choices=Channel)
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, null=True, related_name="+")
    source = models.ForeignKey(Environment, on_delete=models.CASCADE, null=True, related_name="+")
    before = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    after = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, null=True, related_name="+")
    message = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["agent", "-id"], condition=Q(refused=False), name="event_list"),
            models.Index(fields=["agent", "-id"], name="event_list_all"),
            models.Index(fields=["agent", "kind", "-id"], name="event_kind"),
            models.Index(fields=["agent", "environment", "-id"], name="event_environment"),
            models.Index(fields=["agent", "by", "-id"], name="event_person"),
            models.Index(fields=["workspace", "-id"], name="event_workspace"),
        ]

    ICONS = {
        Kind.PUBLISHED: "publish",
        Kind.PROMOTED: "promote",
        Kind.ROLLED_BACK: "rollback",
        Kind.DRAFT_IMPORTED: "download",
        Kind.DRAFT_DELETED: "trash",
        Kind.DRAFT_RESTORED: "clock",
        Kind.AGENT_CREATED: "plus",
        Kind.AGENT_DELETED: "trash",
        Kind.AGENT_RESTORED: "rollback",
        Kind.NUMBER_ADDED: "phone",
        Kind.NUMBER_MOVED: "swap",
        Kind.NUMBER_LABELLED: "edit",
        Kind.NUMBER_DELETED: "trash",
        Kind.RESET_LINK_MADE: "key",
        Kind.API_KEY_MADE: "key",
        Kind.API_KEY_REVOKED: "key",
        Kind.WEBHOOK_MADE: "send",
        Kind.WEBHOOK_CHANGED: "send",
        Kind.WEBHOOK_ROTATED: "key",
        Kind.WEBHOOK_STOPPED: "caution",
        Kind.WEBHOOK_DELETED: "trash",
        Kind.PERSON_INVITED: "people",
        Kind.PERSON_JOINED: "people",
        Kind.PERSON_ROLE: "people",
        Kind.PERSON_REMOVED: "people",
    }

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"

    SETTINGS = {
        "name": "Name",
        "require_pre_release": "Require Pre-release before Live",
        "steps": "Environments",
        "time_zone": "Time zone",
        "moves_conversations": "Conversations go on with what is placed",
        "conversations_kept_days": "Days conversations are kept",
        "talk_link": "Shareable link",
        "talk_link_sites": "Sites that may show it",
        "talk_link_turns": "Turns a day by it",
        "talk_link_address": "Address of the shareable link",
        "gate": "Gate",
        "set_name": "Name",
        "set_cases": "Test cases",
        "set_after": "Run after a placement in",
        "set_nightly": "Run each night for",
        "set_repeats": "Times each case is run",
        "set_needed": "Percent that must pass",
        "set_incomplete_passes": "Incomplete cases pass",
    }

    @property
    def settings(self) -> list[tuple[str, str, str]]:
        """What a change of settings changed: label, old and new in words."""
        told = [(label, self.details.get(key)) for key, label in self.SETTINGS.items()]
        both = [(label, *map(_in_words, each)) for label, each in told if isinstance(each, list)]
        return [(label, old, new) for label, old, new in both if old != new]

    @property
    def labels(self) -> tuple[str, str] | None:
        """What a number was known as, and what it is known as since."""
        old, new = self.details.get("labels", ("", ""))
        return (old or "no label", new or "no label") if old != new else None

    @property
    def changed(self) -> list[tuple[str, str | None, str | None]]:
        """What a change of real-time config changed: place, old and new as JSON."""
        return [(path, old, new) for path, old, new in self.details.get("changed", ())]

    @property
    def icon(self) -> str:
        return "refused" if self.refused else self.ICONS.get(self.Kind(self.kind), "settings")


def _in_words(value: object) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
