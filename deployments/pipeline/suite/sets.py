"""Making a test set, changing what it asks and when it runs, deleting it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b

from django.db import IntegrityError, transaction
from django.utils import timezone

from deployments.models import Agent, CaseSet, Environment, Event, Role, Run
from deployments.pipeline.actor import Actor
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, fits_a_line, one_line, refusal_in_agent, unless
from deployments.pipeline.words import moment
from deployments.resources.archive import refusal_of_path

LONGEST_NAME = 100
MOST_REPEATS = 20
MOST_CASES = 2000
# What history says where there is nothing.
NONE = "–"
# What a run says about the set, which a change of the rest does not touch.
_ASKED = ("cases", "everything", "repeats", "needed", "incomplete_passes")


@dataclass(frozen=True, kw_only=True)
class SetOptions:
    """What a person decides about a set; `after` and `nightly` are slugs of environments."""

    name: str
    cases: Sequence[str] = ()
    everything: bool = False
    after: Sequence[str] = ()
    nightly: Sequence[str] = ()
    repeats: int = 1
    needed: int = 100
    incomplete_passes: bool = False


def refusal_to_test(agent: Agent, *, by: Actor) -> Refusal | None:
    """Of whatever writes in the test suite: sets, runs and cases."""
    return refusal_in_agent(agent, Role.EDITOR, "write and run tests", by=by)


def create_set(agent: Agent, options: SetOptions, *, by: Actor, at: datetime | None = None) -> CaseSet:
    """Raises `Refused`: `name_missing`, `name_too_long`, `name_taken`, `cases_missing`, `too_many_cases`,
    `repeats_unusable`, `environment_unknown`, `no_permission`."""
    at = at or timezone.now()
    options = _fit(agent, options, by)
    made = CaseSet(agent=agent, changed_at=at, **asdict(options))
    told: dict[str, object] = {key: [NONE, now] for key, now in _told(options, agent).items() if now != NONE}
    with transaction.atomic():
        _save(made)
        _record(agent, "made", made.name, told, by, at)
    return made


def change_set(held: CaseSet, options: SetOptions, *, instead_of: str = "", by: Actor) -> CaseSet:
    """As `create_set`, and `set_gone`, `set_changed`. What stays as it is leaves no line.

    `instead_of`: the state of the set that was seen, by `state_of_set`; without it whatever stands there is replaced.
    """
    at = timezone.now()
    agent = held.agent
    options = _fit(agent, options, by)
    with transaction.atomic():
        row = CaseSet.objects.select_for_update().filter(pk=held.pk).first()
        if row is None:
            raise Refused(Refusal("set_gone", f"{held.name} was deleted meanwhile."))
        was = options_of(row)
        if instead_of and was != options and instead_of != state_of_set(row):
            raise Refused(_changed_meanwhile(row, was, options, at))
        if asked_by(was) != asked_by(options):
            row.changed_at = at
        for name, value in asdict(options).items():
            setattr(row, name, value)
        before, after = _told(was, agent), _told(options, agent)
        changed: dict[str, object] = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
        if was != options:
            _save(row)
            _record(agent, "changed", row.name, changed, by, at)
    return row


def refusal_to_delete_set(held: CaseSet, *, by: Actor) -> Refusal | None:
    if refusal := refusal_to_test(held.agent, by=by):
        return refusal
    gated = [step.label for step in held.agent.every_environment if step.gate_id == held.pk]
    if gated:
        return Refusal("set_is_gate", f"{held.name} is the gate before {' and '.join(gated)}. Choose another first.")
    return None


def delete_set(held: CaseSet, *, by: Actor) -> None:
    """Its runs stay; one whose cases nobody has looked up yet is called off. Raises `Refused`: `set_is_gate`,
    `no_permission`."""
    at = timezone.now()
    held.agent.__dict__.pop("every_environment", None)
    with transaction.atomic():
        # An environment that takes it as its gate at this moment waits here, and then finds it gone.
        if not CaseSet.objects.select_for_update().filter(pk=held.pk).exists():
            return
        unless(refusal_to_delete_set(held, by=by))
        name = held.name
        # Without its set such a run would hold every case there is.
        waiting = held.runs.unfinished().filter(case_count=None)
        waiting.update(status=Run.Status.CANCELLED, finished_at=at)
        held.delete()
        _record(held.agent, "deleted", name, {}, by, at)


def options_of(held: CaseSet) -> SetOptions:
    return SetOptions(
        name=held.name,
        cases=tuple(held.cases),
        everything=held.everything,
        after=tuple(held.after),
        nightly=tuple(held.nightly),
        repeats=held.repeats,
        needed=held.needed,
        incomplete_passes=held.incomplete_passes,
    )


def state_of_set(held: CaseSet) -> str:
    """Another one as soon as anything about it is decided otherwise."""
    return blake2b(json.dumps(asdict(options_of(held))).encode(), digest_size=16).hexdigest()


def asked_by(options: SetOptions) -> list[object]:
    """What a set asks of a version: another answer to it makes older runs say nothing."""
    told = asdict(options)
    return [sorted(told["cases"]) if name == "cases" else told[name] for name in _ASKED]


def _changed_meanwhile(held: CaseSet, there: SetOptions, options: SetOptions, now: datetime) -> Refusal:
    """Who changed it and in what it is otherwise than was asked for, which saving again would put in its place."""
    agent = held.agent
    lines = agent.events.filter(kind=Event.Kind.TEST_SET, details__test_set=there.name).select_related("by")
    line = lines.order_by("pk").last()
    who = f" {moment(line.at, agent.workspace, now)} by {line.by.name}" if line and line.by else " meanwhile"
    told, wanted = _told(there, agent), _told(options, agent)
    others = [
        f"{Event.SETTINGS[key]}: {old} there, {wanted[key]} here." for key, old in told.items() if old != wanted[key]
    ]
    if told["set_cases"] == wanted["set_cases"] and set(there.cases) != set(options.cases):
        others.append("Its test cases are others.")
    return Refusal("set_changed", f"{there.name} was changed{who}. {' '.join(others)} Save again to have it as here.")


def _told(options: SetOptions, agent: Agent) -> dict[str, object]:
    """A set as history tells it."""
    labels = {step.slug: step.label for step in agent.every_environment}
    return {
        "set_name": options.name,
        "set_cases": "every case" if options.everything else f"{len(options.cases):,}",
        "set_after": ", ".join(labels.get(slug, slug) for slug in options.after) or NONE,
        "set_nightly": ", ".join(labels.get(slug, slug) for slug in options.nightly) or NONE,
        "set_repeats": options.repeats,
        "set_needed": options.needed,
        "set_incomplete_passes": options.incomplete_passes,
    }


def _fit(agent: Agent, options: SetOptions, by: Actor) -> SetOptions:
    unless(refusal_to_test(agent, by=by))
    name = one_line(options.name)
    if not name:
        unless(Refusal("name_missing", "Give the set a name."))
    if not fits_a_line(name, LONGEST_NAME):
        unless(Refusal("name_too_long", f"A name has at most {LONGEST_NAME} printable characters."))
    cases = tuple(dict.fromkeys(options.cases))
    if not cases and not options.everything:
        unless(Refusal("cases_missing", "Choose at least one test case, or every case."))
    if any(map(refusal_of_path, cases)):
        unless(Refusal("cases_missing", "One of these is no file of a test case. Choose from those there are."))
    if len(cases) > MOST_CASES:
        unless(Refusal("too_many_cases", f"A set has at most {MOST_CASES:,} cases."))
    unless(refusal_of_repeats(options.repeats))
    if not 1 <= options.needed <= 100:
        unless(Refusal("needed_unusable", "From 1 to 100 percent of the times may have to pass."))
    return SetOptions(
        name=name,
        cases=() if options.everything else cases,
        everything=options.everything,
        after=_steps(agent, options.after),
        nightly=_steps(agent, options.nightly),
        repeats=options.repeats,
        needed=options.needed,
        incomplete_passes=options.incomplete_passes,
    )


def refusal_of_repeats(repeats: int) -> Refusal | None:
    if 1 <= repeats <= MOST_REPEATS:
        return None
    return Refusal("repeats_unusable", f"Each case is run from 1 to {MOST_REPEATS} times.")


def _steps(agent: Agent, slugs: Sequence[str]) -> tuple[str, ...]:
    known: list[Environment] = agent.every_environment
    for slug in slugs:
        if slug not in {step.slug for step in known}:
            unless(Refusal("environment_unknown", f"{agent.name} has no environment “{slug[:40]}”."))
    return tuple(step.slug for step in known if step.slug in set(slugs))


def _save(row: CaseSet) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(Refusal("name_taken", f"There is a set named {row.name} already.")) from None


def _record(agent: Agent, verb: str, name: str, details: dict[str, object], by: Actor, at: datetime) -> None:
    record(Event.Kind.TEST_SET, agent, by=by, at=at, details={"verb": verb, "test_set": name, **details})
