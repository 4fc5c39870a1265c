"""Why not: in words a person reads, with a code a program reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from deployments.models import Agent, Deployment, Role, Workspace
from deployments.pipeline.actor import Actor
from deployments.resources.checking import Finding

LONGEST_TEXT = 5000
# Of people, workspaces, agents, keys and runtimes.
LONGEST_NAME = 200
# Persian and Hindi words are written with them, and so are some emoji.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer of a predicate when it is no."""

    code: str
    sentence: str


class Refused(ValidationError):
    """A verb changed nothing, and says why. A form takes it as one of its own errors."""

    code: str
    message: str

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence, code=refusal.code)
        self.refusal = refusal


class Moved(Refused):
    """The environment holds something else than what was reviewed."""

    def __init__(self, sentence: str, *, current: Deployment | None, expected: Deployment | None) -> None:
        super().__init__(Refusal("environment_moved", sentence))
        self.current = current
        self.expected = expected


class Invalid(Refused):
    """The draft has errors; `findings` holds each of them with its place."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = f"{len(findings):,} error{'s' if len(findings) > 1 else ''}"
        super().__init__(Refusal("draft_invalid", f"The draft has {count}. Correct what is listed, then publish."))
        self.findings = tuple(findings)


def unless(refusal: Refusal | None) -> None:
    """Go on unless there is a refusal."""
    if refusal is not None:
        raise Refused(refusal)


def refusal_by_role(where: Workspace | int, needed: Role, act: str, *, by: Actor) -> Refusal | None:
    """Roles decide in one place: `act` completes "Only releasers and admins may …"."""
    return refusal_of_role(by.person.role_in(where), needed, act)


def refusal_in_agent(agent: Agent, needed: Role, act: str, *, by: Actor) -> Refusal | None:
    """The same of what is done in an agent, where nothing is done any more once it was deleted."""
    return refusal_by_role(agent.workspace_id, needed, act, by=by) or refusal_of_deleted(agent)


def refusal_of_role(held: Role | None, needed: Role, act: str) -> Refusal | None:
    if held is None:
        return Refusal("not_a_member", "You do not belong to this workspace. Ask one of its admins to invite you.")
    if held.holds(needed):
        return None
    able = [f"{role.value}s" for role in Role if role.holds(needed)]
    people = able[0] if len(able) == 1 else f"{', '.join(able[:-1])} and {able[-1]}"
    return Refusal("no_permission", f"Only {people} may {act}.")


def refusal_of_deleted(agent: Agent) -> Refusal | None:
    if agent.deleted_at is None:
        return None
    return Refusal("agent_deleted", f"{agent.name} was deleted. An admin can restore it in the workspace's settings.")


def fits_a_line(text: str, longest: int) -> bool:
    """Whether it can be a name, a label or a tag: no longer than that, and what is kept is what shows."""
    shown = "".join(sign for sign in text if sign not in JOINERS)
    return len(text) <= longest and shown.isprintable() and bool(shown) == bool(text)


def one_line(text: str) -> str:
    """What was typed as a name, a label or a tag, without the spaces that nobody means."""
    return " ".join(text.split())


def usable_name(text: str, whose: str, longest: int = LONGEST_NAME) -> str:
    """What was typed, as the name of this. Raises `Refused`: `name_unusable`."""
    name = one_line(text)
    if not name or not fits_a_line(name, longest):
        raise Refused(Refusal("name_unusable", f"Give {whose} a name of 1 to {longest} printable characters."))
    return name


def refusal_of_text(text: str, what: str) -> Refusal | None:
    if len(text) > LONGEST_TEXT:
        return Refusal("text_too_long", f"The {what} has {len(text):,} characters; {LONGEST_TEXT:,} are allowed.")
    if "\0" in text:
        return Refusal("text_unusable", f"The {what} holds a NUL character. Take it out.")
    return None
