"""What each version touched: kept when it is published, so that no comparison reads the versions between its sides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from deployments.models.agent import Agent
from deployments.models.version import Version

# So many of the versions that touched a file are named; the rest are counted.
MOST_NAMED = 20


class Touch(models.Model):
    """Found out about a version once, for good. A trigger of the database refuses every update."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, primary_key=True, related_name="touch")
    # Ids of the paths whose file is another than in its parent, or than in the version published before it: after a
    # rollback these are two, and between any two versions each difference is then somebody's.
    paths = ArrayField(models.BigIntegerField())
    # {name: in how many of its functions}: so whether one is gone is known without reading the others.
    variables = models.JSONField()
    # {group: how many resources of it}, for navigation; null for versions that are older than this column.
    groups = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{len(self.paths)} files touched by {self.version_id}"


@dataclass(frozen=True)
class Touched:
    """The versions that touched a file, newest first, and how many there are beyond those.

    `of_file`: these are the ones of them that changed one entry of the file; beyond them nobody looked.
    """

    versions: tuple[Version, ...] = ()
    more: int = 0
    of_file: bool = False

    @property
    def count(self) -> int:
        return len(self.versions) + (0 if self.of_file else self.more)


_WHO = """
SELECT path, version, total FROM (
    SELECT path, version.id AS version, count(*) OVER (PARTITION BY path) AS total,
           row_number() OVER (PARTITION BY path ORDER BY version.number DESC) AS place
    FROM deployments_version AS version
    JOIN deployments_touch AS touch ON touch.version_id = version.id
    CROSS JOIN LATERAL unnest(touch.paths) AS path
    WHERE version.agent_id = %(agent)s AND version.number > %(after)s AND version.number <= %(until)s
      AND touch.paths && %(paths)s::bigint[] AND path = ANY(%(paths)s::bigint[])
) AS ranked WHERE place <= %(most)s ORDER BY path, place
"""


def who_touched(
    agent: Agent, left: Version | None, right: Version | None, paths: Collection[str]
) -> dict[str, Touched]:
    """For each of these files that a version between the two touched, which ones did.

    Whichever stands on the left, it is the versions after the older, the newer one included. None: before the first.
    """
    after, until = sorted(version.number if version else 0 for version in (left, right))
    names = dict(agent.paths.filter(name__in=set(paths)).values_list("pk", "name"))
    if after == until or not names:
        return {}
    limits: dict[str, Any] = {"after": after, "until": until, "most": MOST_NAMED}
    with connection.cursor() as cursor:
        cursor.execute(_WHO, limits | {"agent": agent.pk, "paths": list(names)})
        rows = cursor.fetchall()
    wanted = {version for _, version, _ in rows}
    versions = agent.versions.without_manifest().select_related("author").in_bulk(list(wanted))
    found: dict[int, _Found] = {}
    for path, version, total in rows:
        versions[version].agent = agent
        found.setdefault(path, _Found(total)).versions.append(versions[version])
    return {names[path]: Touched(tuple(one.versions), one.total - len(one.versions)) for path, one in found.items()}


@dataclass
class _Found:
    total: int
    versions: list[Version] = field(default_factory=list)
