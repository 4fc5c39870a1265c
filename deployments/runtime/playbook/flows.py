"""Flows with their steps, in the order of their files."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from deployments.resources.reading import flow_folder
from deployments.resources.resource import Resource, Value
from deployments.runtime.playbook.fields import rows, text, texts
from deployments.runtime.playbook.parts import Condition, Flow, Function, Step
from deployments.runtime.wording import Lexicon

CALL = "choose_"
# What every provider takes as the name of a function, which it may not be longer than.
_UNCALLABLE = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def flows_of(resources: Sequence[Resource], functions: Mapping[str, Function], lexicon: Lexicon) -> tuple[Flow, ...]:
    """`functions` are all of the version, by path."""
    steps: dict[str, list[Step]] = {}
    for resource in resources:
        if resource.kind == "flow_step":
            steps.setdefault(flow_folder(resource.path), []).append(_step(resource))
    own: dict[str, dict[str, Function]] = {}
    for path, function in functions.items():
        folder = flow_folder(path)
        if not folder:
            continue
        if path.split("/")[2] == "function_steps":
            step = Step(name=function.name, path=path, kind="function", function=function)
            steps.setdefault(folder, []).append(step)
        else:
            own.setdefault(folder, {})[function.name] = function
    return tuple(
        Flow(
            name=resource.name,
            folder=folder,
            path=resource.path,
            description=text(resource, "description"),
            start=text(resource, "start_step"),
            steps=tuple(steps.get(folder, ())),
            functions=own.get(folder, {}),
            lexicon=replace(lexicon, flow_functions=frozenset(own.get(folder, ()))),
        )
        for resource in resources
        if resource.kind == "flow" and (folder := posixpath.dirname(resource.path))
    )


def _step(resource: Resource) -> Step:
    is_default = resource.fields.get("step_type") == "default_step"
    conditions = rows(resource.fields.get("conditions")) if is_default else ()
    labels = [_label(row) for row in conditions]
    calls = callable_names(CALL, labels)
    return Step(
        name=resource.name,
        path=resource.path,
        kind="default" if is_default else "advanced",
        prompt=text(resource, "prompt"),
        entities=texts(resource.fields.get("extracted_entities")) if is_default else (),
        conditions=tuple(
            Condition(
                label=label,
                description=str(row.get("description") or ""),
                step=str(row.get("child_step") or "") if row.get("condition_type") != "exit_flow_condition" else None,
                needs=texts(row.get("required_entities")),
                call=call,
            )
            for row, label, call in zip(conditions, labels, calls, strict=True)
        ),
    )


def _label(row: Mapping[str, Value]) -> str:
    return str(row.get("name") or "")


def callable_names(prefix: str, labels: Iterable[str]) -> list[str]:
    """A name for each label that every provider takes, no two alike."""
    given: dict[str, None] = {}
    for number, label in enumerate(labels, start=1):
        spread = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
        name = prefix + (_UNCALLABLE.sub("_", spread).strip("_")[: _LONGEST - len(prefix)] or str(number))
        given[name if name not in given else f"{name}_{number}"] = None
    return list(given)
