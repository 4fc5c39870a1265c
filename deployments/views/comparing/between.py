"""What happened between the two sides of a comparison: the versions that were published, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.keeping import Kept
from deployments.models import Version
from deployments.sides.attribution import ends
from deployments.views.comparing.cards import Pair
from deployments.views.naming import listed

NAMED = 20


@dataclass(frozen=True)
class Between:
    """The versions after the older side, the newer one included: the newest by name, and how many more there are."""

    versions: tuple[Version, ...]
    more: int
    # Whether the right side is the older one, so that these versions are taken back.
    backward: bool

    @property
    def count(self) -> int:
        return len(self.versions) + self.more

    @property
    def people(self) -> str:
        return listed(list(dict.fromkeys(version.author.name for version in self.versions)))


_kept: Kept[Between] = Kept(most=64, weight=2_000)


def between(pair: Pair) -> Between:
    return _kept.get(pair.key, lambda: _between(pair), lambda found: len(found.versions) + 1)


def _between(pair: Pair) -> Between:
    older, newer = ends(pair.left, pair.right)
    first, last = (version.number if version else 0 for version in (older, newer))
    query = pair.agent.versions.filter(number__gt=first, number__lte=last)
    found = list(query.without_manifest().select_related("author").newest_first()[: NAMED + 1])
    more = query.count() - NAMED if len(found) > NAMED else 0
    return Between(tuple(found[:NAMED]), more, backward=newer is not None and newer != pair.right.origin)
