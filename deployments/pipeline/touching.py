"""What a version touches, found out when it is published."""

from __future__ import annotations

from collections import Counter
from functools import partial

from deployments.comparison import Uses, changed_uses
from deployments.models import Touch, Version, content
from deployments.pipeline.outline import of_new


def record_touch(version: Version) -> Touch:
    """Keep what this new version changed of the one it is based on, and of the one published before it."""
    before = version.agent.versions.filter(number=version.number - 1).first()
    parent = version.parent
    paths = _differing(version, parent)
    if before is not None and before.pk != version.parent_id:
        paths |= _differing(version, before)
    touch = Touch(
        version=version,
        paths=sorted(map(int, paths)),
        variables=_variables(version, parent),
        groups=dict(+of_new(version).groups),
    )
    touch.save(force_insert=True)
    return touch


def uses_between(left: Version | None, right: Version | None) -> tuple[Uses | None, Uses | None]:
    """The uses of variables on one of the two sides: knowing one is enough."""
    uses = _uses_in(left)
    return (uses, None) if uses is not None else (None, _uses_in(right))


def _uses_in(version: Version | None) -> Uses | None:
    touch = Touch.objects.filter(version=version).only("variables").first() if version else None
    return touch.variables if touch else None


def _differing(version: Version, other: Version | None) -> set[str]:
    held = other.manifest if other else {}
    return {path for path, _ in version.manifest.items() ^ held.items()}


def _variables(version: Version, parent: Version | None) -> dict[str, int]:
    """The parent's, with what the functions that differ use less and more."""
    known = _uses_in(parent)
    left = {} if parent is None or known is None else content.files_of(version.agent, parent.manifest)
    gone, new = changed_uses(left, version.files, partial(content.load, version.agent))
    counts: Counter[str] = Counter(known or {})
    counts.subtract(gone)
    counts.update(new)
    return {name: count for name, count in sorted(counts.items()) if count > 0}
