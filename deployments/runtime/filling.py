"""Values of a default step: checked, kept, and given to the state in their own type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from deployments.runtime.entities import Valid, validate
from deployments.runtime.kept import readable
from deployments.runtime.work import Work


def fill(work: Work, names: Sequence[str], arguments: Mapping[str, JsonValue]) -> str:
    """Keep the values that are valid. What the model is told of it; one that is refused changes nothing."""
    return " ".join(_filled(work, names, arguments)) or "Nothing was saved: no value was given."


def _filled(work: Work, names: Sequence[str], arguments: Mapping[str, JsonValue]) -> Iterator[str]:
    for name in names:
        said = arguments.get(name)
        if said is None or said == "":
            continue
        entity = work.playbook.entities[name]
        text = said if isinstance(said, str) else str(readable(said))
        found = validate(text, entity.type, entity.config, work.now.date(), work.patterns)
        if not isinstance(found, Valid):
            work.refused[name] = found.why
            yield f"{name}: {text} was refused. The value {found.why} Tell the caller why, and ask again."
            continue
        work.refused.pop(name, None)
        work.entities[name] = {"name": name, "value": found.value, "valid": True, "type": entity.type, "error": None}
        work.state[name] = found.native
        yield f"{name}: {found.value} was saved."
