from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value

from deployments.models.agent import Agent
from deployments.models.deployment import Deployment, time_ordered_id
from deployments.models.environment import Environment
from deployments.models.manifest import ManifestField
from deployments.models.person import Person
from deployments.models.trigrams import Trigrams, trigrams_of
from deployments.models.version import Version

# How long it took, once it is over; and so far.
ENDED = F("ended_at") - F("began_at")
LASTED = F("last_turn_at") - F("began_at")
# How a conversation of the draft, or of a version taken by itself, names the environment it has not.
NO_ENVIRONMENT = "draft"
# Words are searched as they are written: an agent speaks any language, and the database would have to guess which.
SEARCHED_AS = "simple"
# So many digits of a telephone number tell whose it is, whatever is written between them.
TELLING = 3
_NUMBERS = re.compile(r"[0-9](?:[^a-zA-Z0-9]*[0-9])*")
_DIGITS = re.compile(r"[0-9]+")
_DIGITS_OF_CALLER = Func(F("caller_number"), Value("[^0-9]"), Value(""), Value("g"), function="regexp_replace")
_OPERATORS = re.compile(r"(?i)\bor\b|(?<!\w)-")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def in_progress(self) -> ConversationQuerySet:
        return self.filter(ended_at=None)

    def newest_first(self) -> ConversationQuerySet:
        return self.order_by("-began_at", "-pk")

    def oldest_first(self) -> ConversationQuerySet:
        return self.order_by("began_at", "pk")

    def before(self, at: datetime, pk: uuid.UUID) -> ConversationQuerySet:
        """Those that stand after this one in a list that is newest first."""
        return self.filter(began_at__lte=at).exclude(Q(began_at=at, pk__gte=pk))

    def after(self, at: datetime, pk: uuid.UUID) -> ConversationQuerySet:
        return self.filter(began_at__gte=at).exclude(Q(began_at=at, pk__lte=pk))

    def with_details(self) -> ConversationQuerySet:
        rows = self.select_related("version", "environment", "deployment", "person")
        return rows.defer("version__manifest")

    def called_from(self, part: str) -> ConversationQuerySet:
        """Those in whose caller's number this stands."""
        found = self.filter(caller_number__contains=part)
        if letters := trigrams_of(part):
            found = found.filter(ArrayContains(Trigrams("caller_number"), letters))
        return found

    def saying(self, words: str) -> ConversationQuerySet:
        """Those in whose transcript all of these words were said; "in quotes" one after the other."""
        return self.filter(thread__words=SearchQuery(words, config=SEARCHED_AS, search_type="websearch"))

    def saying_without_numbers(self, words: str) -> ConversationQuerySet:
        """The same for who may not read a caller's number: where a number that is looked for is a part of it, nothing
        is found. All words are looked for then, since "or" and a minus would tell by what stays away.
        """
        parts = set(_telling(words))
        if not parts:
            return self.saying(words)
        found = self.saying(_OPERATORS.sub(" ", words)).alias(digits=_DIGITS_OF_CALLER)
        return found.exclude(reduce(or_, (Q(digits__contains=part) for part in parts)))


def _telling(words: str) -> Iterator[str]:
    """From each group of digits on, the fewest that tell."""
    for number in _NUMBERS.findall(words):
        groups = _DIGITS.findall(number)
        for start in range(len(groups)):
            so_far = ""
            for group in groups[start:]:
                so_far = (so_far + group).lstrip("0")
                if len(so_far) >= TELLING:
                    yield so_far
                    break


class Conversation(models.Model):
    """A talk with one version of an agent, as lists and filters read it; what it goes on from is its `Thread`.

    `environment` is None for the draft and for a version taken by itself, `version` for the draft alone. `person` is
    who tests, `visitor` who came by a link.
    """

    class Channel(models.TextChoices):
        VOICE = "voice", "Voice"
        WEBCHAT = "webchat", "Web chat"

    class Outcome(models.TextChoices):
        HANGUP = "hangup", "Ended by the agent"
        HANDOFF = "handoff", "Handed off"
        CLOSED = "closed", "Closed"
        IDLE = "idle", "Fell silent"
        LOOP = "loop", "Stopped: it went round in circles"
        ERROR = "error", "Ended by an error"

    # Ids stand in addresses that callers see: half of each is random.
    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="conversations", db_index=False)
    environment = models.ForeignKey(
        Environment, on_delete=models.CASCADE, null=True, related_name="conversations", db_index=False
    )
    version = models.ForeignKey(
        Version, on_delete=models.CASCADE, null=True, related_name="conversations", db_index=False
    )
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    # Whether it was begun where callers are: what parts the list in two.
    in_production = models.BooleanField()
    channel = models.CharField(max_length=7, choices=Channel)
    variant = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=35, blank=True)
    tested = models.BooleanField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    api_key = models.CharField(max_length=200, blank=True)
    visitor = models.CharField(max_length=64, blank=True)
    caller_number = models.CharField(max_length=64, blank=True)
    callee_number = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField()
    last_turn_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=7, blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome, blank=True)
    handed_off = models.BooleanField(default=False)
    handoff_destination = models.CharField(max_length=200, blank=True)
    handoff_reason = models.TextField(blank=True)
    errors = models.BooleanField(default=False)
    turn_count = models.PositiveIntegerField(default=0)
    # The first words of whoever called, cut short: what a list tells it by.
    summary = models.CharField(max_length=200, blank=True)
    functions = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    note = models.TextField(blank=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="conversation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="conversation_ended_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "in_production", "-began_at", "-id"], name="conversation_list"),
            models.Index(fields=["agent", "in_production", "channel", "-began_at", "-id"], name="conversation_scope"),
            models.Index(fields=["agent", "in_production", "tested", "-began_at", "-id"], name="conversation_tested"),
            models.Index(fields=["environment", "-began_at", "-id"], name="conversation_environment"),
            models.Index(fields=["version", "-began_at", "-id"], name="conversation_version"),
            models.Index(
                fields=["agent", "-began_at", "-id"], condition=Q(environment=None), name="conversation_draft"
            ),
            models.Index(fields=["agent", "-began_at", "-id"], condition=Q(errors=True), name="conversation_errors"),
            models.Index(
                fields=["agent", "-began_at", "-id"], condition=Q(handed_off=True), name="conversation_handoff"
            ),
            models.Index(
                fields=["agent", "variant", "-began_at", "-id"], condition=~Q(variant=""), name="conversation_variant"
            ),
            models.Index(
                fields=["agent", "environment", "version"], condition=Q(ended_at=None), name="conversation_open"
            ),
            # Written when it begins and when it ends: a turn costs nothing here. Of all rows, as the last one is: what
            # the planner knows of how common a length or a part is, it takes from no index of a few.
            models.Index("agent", "in_production", ENDED, name="conversation_length"),
            GinIndex(fields=["functions"], name="conversation_functions"),
            GinIndex(Trigrams("caller_number"), name="conversation_contact"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def in_progress(self) -> bool:
        return self.ended_at is None

    @property
    def place(self) -> str:
        """The environment as programs say it; `draft` for the draft and for a version taken by itself."""
        return self.environment.slug if self.environment else NO_ENVIRONMENT

    @property
    def duration(self) -> timedelta:
        return (self.ended_at or self.last_turn_at) - self.began_at

    @property
    def contact(self) -> str:
        """Who called, as far as it is known: a number, else the name of a visitor's browser."""
        return self.caller_number or (f"Visitor {self.visitor[:6]}" if self.visitor else "")


class Thread(models.Model):
    """What a conversation goes on from: how it began, where it stands, and whose turn it is.

    `setting` and `standing` are the runtime's own. `manifest` is what the draft held when it began, empty for a
    version; it stays readable because no blob of an agent ever goes. Who holds `claim` until `claimed_until` is making
    the next turn. `to_close`: it has ended, and its end function has not had its run.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="thread")
    setting = models.JSONField()
    standing = models.JSONField(null=True)
    manifest = ManifestField(default=dict)
    manifest_digest = models.CharField(max_length=64)
    words = SearchVectorField(default="")
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    to_close = models.BooleanField(default=False)

    class Meta:
        indexes = [
            GinIndex(fields=["words"], name="thread_words"),
            models.Index(fields=["conversation"], condition=Q(to_close=True), name="thread_to_close"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Turn(models.Model):
    """What was heard and what was said to it. `record` is all that happened, as the runtime tells it.

    `heard` is None where nobody had spoken, empty for a silence. `version` is the one that answered; None: the draft.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns", db_index=False)
    number = models.PositiveIntegerField()
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    heard = models.TextField(null=True)  # noqa: DJ001 - a silence is not the same as nobody's turn
    said = models.TextField(blank=True)
    seconds = models.FloatField()
    errors = models.BooleanField(default=False)
    record: models.JSONField[dict[str, Any]] = models.JSONField()
    # {"user" | "agent": [kinds]}, what people marked in it.
    annotations: models.JSONField[dict[str, list[str]]] = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="one_turn_a_number")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.number}"
