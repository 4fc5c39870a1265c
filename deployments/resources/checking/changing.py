"""What differs between an agent that was checked and the same agent now, as facts that went and facts that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from deployments.keeping import Differing
from deployments.resources.checking.facts import Facts, FileFacts, Trees
from deployments.resources.checking.named import Key, keyed
from deployments.resources.reading import variable
from deployments.resources.resource import Value

_NOTHING = FileFacts((), frozenset(), 0)


@dataclass
class Change:
    """`left` and `came`: those of `gone` and `new` in whose stead nothing of the same outline stands."""

    gone: list[Facts] = field(default_factory=list)
    new: dict[Key, Facts] = field(default_factory=dict)
    left: list[Facts] = field(default_factory=list)
    came: list[Facts] = field(default_factory=list)

    def take(self, gone: Sequence[Facts], new: Sequence[Facts]) -> None:
        self.gone += gone
        self.new.update(keyed(new))
        if list(map(_outline, gone)) != list(map(_outline, new)):
            self.left += gone
            self.came += new


def change_between(
    known: Mapping[str, FileFacts],
    read: Mapping[str, FileFacts],
    differing: Differing[str],
    variables: Mapping[str, Facts],
    trees: Trees,
) -> Change:
    """`known`, `read`: what files held and hold. `variables`: those that there were."""
    change = Change()
    less: dict[str, set[Value]] = {}
    more: dict[str, set[Value]] = {}
    for path, (was, now) in differing.items():
        before = known[path] if was is not None else _NOTHING
        after = read[path] if now is not None else _NOTHING
        change.take(before.facts, after.facts)
        for name in before.variables - after.variables:
            less.setdefault(name, set()).add(path)
        for name in after.variables - before.variables:
            more.setdefault(name, set()).add(path)
    for name in sorted(less.keys() | more.keys()):
        old = variables.get(name)
        held = old.resource.fields["used_in"] if old else []
        assert isinstance(held, list)
        users = {path for path in held if path not in less.get(name, ())} | more.get(name, set())
        if old and not users:
            change.take((old,), ())
        elif users and not old:
            change.take((), (Facts(variable(name, used_in=sorted(map(str, users))), trees),))
    return change


def _outline(facts: Facts) -> tuple[object, ...]:
    """All that others may see of it, but for what it mentions and the words of its code."""
    resource = facts.resource
    asked = [resource.fields.get(name) for name in ("name", "is_default")]
    if facts.code is None:
        asked.append(resource.fields.get("code"))
    return (
        *(resource.kind, resource.path, resource.file, resource.name, resource.problem is None),
        *(facts.place, facts.called, repr(asked)),
    )
