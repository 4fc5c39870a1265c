"""Numbers: which environment the callers of each reach. Promotions and rollbacks never move one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from deployments import telephone
from deployments.models import Agent, Deployment, Environment, Event, Number, Role
from deployments.pipeline.actor import Actor
from deployments.pipeline.notices import notify
from deployments.pipeline.placing import ANY, Expected, lock_agent
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import (
    Moved,
    Refusal,
    Refused,
    fits_a_line,
    one_line,
    refusal_of_deleted,
    refusal_of_role,
    unless,
)
from deployments.pipeline.words import stands

NUMBER_CHANNEL: Final = "slipway_number"
LONGEST_LABEL = 200


def refusal_to_change_numbers(agent: Agent, *, by: Actor, role: Role | None = None) -> Refusal | None:
    """`role`: theirs in its workspace, where it was read already."""
    role = role or by.person.role_in(agent.workspace_id)
    return refusal_of_role(role, Role.RELEASER, "change numbers") or refusal_of_deleted(agent)


def add_number(
    environment: Environment, *, text: str, country: str = "", label: str = "", by: Actor, at: datetime | None = None
) -> Number:
    """Its callers reach this environment from now on. `country` is for a number not written with + and its code.

    Added twice in the same words it stays, quietly.
    """
    at, agent = at or timezone.now(), environment.agent
    unless(refusal_to_change_numbers(agent, by=by))
    label = one_line(label)
    unless(_refusal_of_label(label))
    try:
        e164 = telephone.e164_of(text, country)
    except telephone.NoNumberError as problem:
        raise Refused(Refusal("number_unusable", str(problem))) from None
    try:
        with transaction.atomic():
            _lock(agent, environment)
            held = Number.objects.filter(e164=e164).select_related("agent", "environment").first()
            if held and (held.agent_id, held.environment_id, held.label) == (agent.pk, environment.pk, label):
                return held
            if held:
                raise Refused(_taken(held, agent, by))
            number = Number.objects.create(
                agent=agent, environment=environment, e164=e164, label=label, added_by=by.person, added_at=at
            )
            _tell(Event.Kind.NUMBER_ADDED, number, after=_active(environment), by=by, at=at)
    except IntegrityError:
        # Another agent took it between the question and the write.
        raise Refused(_taken(Number.objects.select_related("agent").get(e164=e164), agent, by)) from None
    return number


def add_numbers(environment: Environment, *, texts: Collection[str], by: Actor) -> list[Number]:
    """All of them or none. One that is here already refuses them too: whoever sends a list means new ones."""
    at = timezone.now()
    added: dict[str, Number] = {}
    with transaction.atomic():
        for text in texts:
            number = add_number(environment, text=text, by=by, at=at)
            if number.added_at != at:
                raise Refused(_taken(number, environment.agent, by))
            added[number.e164] = number
    return list(added.values())


def move_number(
    number: Number,
    *,
    to: Environment,
    leaving: Environment | None = None,
    reaching: Expected = ANY,
    by: Actor,
    at: datetime | None = None,
) -> Number:
    """Its callers reach another environment of the same agent from now on.

    `leaving` and `reaching`: the environment it was seen in, and the deployment its callers were said to come to.
    """
    at, agent = at or timezone.now(), number.agent
    with transaction.atomic():
        unless(refusal_to_change_numbers(agent, by=by))
        _lock(agent, to)
        held = _held(number)
        if held.environment_id == to.pk:
            return held
        _as_seen(held, leaving)
        before, after = _active(held.environment), _active(to)
        if reaching is not ANY and reaching != (after and after.pk):
            raise _reached_meanwhile(to, after, reaching, at)
        source, held.environment = held.environment, to
        held.save(update_fields=["environment"])
        _tell(Event.Kind.NUMBER_MOVED, held, source=source, before=before, after=after, by=by, at=at)
    return held


def label_number(number: Number, label: str, *, instead_of: str | None = None, by: Actor) -> Number:
    """What people know it as from now on; empty, nothing. Its callers reach what they did.

    `instead_of`: the label it was seen with.
    """
    at, agent = timezone.now(), number.agent
    unless(refusal_to_change_numbers(agent, by=by))
    label = one_line(label)
    unless(_refusal_of_label(label))
    with transaction.atomic():
        _lock(agent)
        held = _held(number)
        if held.label == label:
            return held
        if instead_of is not None and held.label != instead_of:
            known = f"is known as {held.label} now" if held.label else "has no label now"
            raise Refused(Refusal("number_labelled", f"{held.international} {known}. Look again before changing that."))
        was, held.label = held.label, label
        held.save(update_fields=["label"])
        about = {"number": held.e164, "labels": [was, label]}
        record(Event.Kind.NUMBER_LABELLED, agent, by=by, at=at, environment=held.environment, details=about)
    return held


def delete_number(number: Number, *, leaving: Environment | None = None, by: Actor, at: datetime | None = None) -> None:
    """Calls to it come to nothing from now on, and any agent may have it. One that is gone already stays so, quietly.

    `leaving`: the environment it was seen in.
    """
    at, agent = at or timezone.now(), number.agent
    with transaction.atomic():
        unless(refusal_to_change_numbers(agent, by=by))
        _lock(agent)
        if not Number.objects.filter(pk=number.pk).exists():
            return
        held = _held(number)
        _as_seen(held, leaving)
        held.delete()
        _tell(Event.Kind.NUMBER_DELETED, held, before=_active(held.environment), by=by, at=at)


def delete_numbers(environment: Environment, *, by: Actor) -> list[Number]:
    """All that reach this environment, or none of them. They come in the order of their digits."""
    at = timezone.now()
    with transaction.atomic():
        unless(refusal_to_change_numbers(environment.agent, by=by))
        _lock(environment.agent)
        numbers = list(Number.objects.reaching(environment))
        for number in numbers:
            number.agent = environment.agent
            delete_number(number, by=by, at=at)
    return numbers


def refusal_to_leave_numbers(steps: Collection[Environment]) -> Refusal | None:
    """Why these environments may not go from the ladder: somebody would call and reach nothing."""
    for step in steps:
        if count := Number.objects.reaching(step).count():
            words = f"{count:,} number{'s reach' if count > 1 else ' reaches'} {step.label}"
            it = "them" if count > 1 else "it"
            return Refusal("numbers_reach_it", f"{words}. Move or delete {it}, then {step.label} can go.")
    return None


def _lock(agent: Agent, environment: Environment | None = None) -> None:
    """Changes of numbers wait for each other, for the ladder's and, where callers are to come, for placements."""
    lock_agent(agent.pk)
    unless(refusal_of_deleted(Agent.objects.get(pk=agent.pk)))
    if environment is None:
        return
    found = agent.environments.select_for_update(no_key=True).filter(pk=environment.pk).first()
    if found is None or not found.on_ladder:
        sentence = f"{environment.label} is not on the ladder of {agent.name}. Nothing was changed."
        raise Refused(Refusal("environment_gone", sentence))


def _held(number: Number) -> Number:
    held = Number.objects.filter(pk=number.pk).select_related("environment").first()
    if held is None:
        raise Refused(Refusal("number_gone", f"{number.international} was deleted meanwhile. Nothing was changed."))
    held.agent = held.environment.agent = number.agent
    return held


def _as_seen(held: Number, leaving: Environment | None) -> None:
    if leaving is not None and held.environment_id != leaving.pk:
        sentence = f"{held.international} reaches {held.environment.label} now, no longer {leaving.label}."
        raise Refused(Refusal("number_moved", f"{sentence} Look again before going on."))


def _reached_meanwhile(to: Environment, current: Deployment | None, reaching: Expected, now: datetime) -> Moved:
    seen = Deployment.objects.with_details().filter(environment=to)
    expected = seen.filter(pk=reaching).first() if isinstance(reaching, UUID) else None
    reviewed = f"version {expected.version.short}" if expected else "no version"
    sentence = f"{stands(current, to.label, to.agent.workspace, now)} You reviewed that callers reach {reviewed} there."
    return Moved(f"{sentence} Look again before going on.", current=current, expected=expected)


def _active(environment: Environment) -> Deployment | None:
    return Deployment.objects.in_environment(environment).active().with_details().first()


def _refusal_of_label(label: str) -> Refusal | None:
    if not fits_a_line(label, LONGEST_LABEL):
        return Refusal("label_unusable", f"A label has up to {LONGEST_LABEL} printable characters.")
    return None


def _taken(held: Number, agent: Agent, by: Actor) -> Refusal:
    """Names whose it is only to somebody who may see that agent; a key may reach less than its owner."""
    owner, shown = held.agent, held.international
    if owner == agent:
        sentence = f"{shown} reaches {held.environment.label} of this agent already. Move it from there."
    elif not by.key and Agent.objects.visible_to(by.person).filter(pk=owner.pk).exists():
        sentence = f"{shown} belongs to {owner.name}. Delete it there, then it can be added here."
    elif not by.key and owner.deleted_at and by.person.role_in(owner.workspace_id) == Role.ADMIN:
        sentence = f"{shown} belongs to {owner.name}, which was deleted. Restore it to delete the number there."
    else:
        sentence = f"{shown} belongs to another agent of this installation. Ask whoever runs it whose it is."
    return Refusal("number_taken", sentence)


def _tell(
    kind: Event.Kind,
    number: Number,
    *,
    source: Environment | None = None,
    before: Deployment | None = None,
    after: Deployment | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """One line of history, and one notice at the commit. What callers reached and will reach stands in the line."""
    record(
        kind,
        number.agent,
        by=by,
        at=at,
        environment=number.environment,
        source=source,
        before=before.version if before else None,
        after=after.version if after else None,
        details={"number": number.e164, "label": number.label},
    )
    where = None if kind == Event.Kind.NUMBER_DELETED else number.environment.slug
    told = {"number": number.e164, "agent": number.agent.slug, "environment": where}
    notify(NUMBER_CHANNEL, told)
