"""What a version touches, found out when it is published."""

from __future__ import annotations

from deployments.comparison import Uses
from deployments.keeping import differing_in
from deployments.models import Touch, Version
from deployments.pipeline.outline import of_new


def record_touch(version: Version) -> Touch:
    """Keep what this new version changed of the one it is based on, and of the one published before it."""
    before = version.agent.versions.filter(number=version.number - 1).first()
    paths = _differing(version.parent, version)
    if before is not None and before.pk != version.parent_id:
        paths |= _differing(before, version)
    held = of_new(version)
    touch = Touch(
        version=version,
        paths=sorted(map(int, paths)),
        variables=dict(sorted((+held.variables).items())),
        groups=dict(+held.groups),
    )
    touch.save(force_insert=True)
    return touch


def _differing(other: Version | None, version: Version) -> set[str]:
    return set(differing_in(other.manifest if other else {}, version.manifest))


def uses_between(left: Version | None, right: Version | None) -> tuple[Uses | None, Uses | None]:
    """The uses of variables on one of the two sides: knowing one is enough."""
    uses = _uses_in(left)
    return (uses, None) if uses is not None else (None, _uses_in(right))


def _uses_in(version: Version | None) -> Uses | None:
    touch = Touch.objects.filter(version=version).only("variables").first() if version else None
    return touch.variables if touch else None
