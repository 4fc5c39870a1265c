"""What the real-time config of an environment was before, and how two environments differ in it now."""

from __future__ import annotations

from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from deployments import pipeline
from deployments.comparison.structures import Difference, differences
from deployments.forms.numerals import whole
from deployments.models import Environment, RealTimeConfig

MOST_CHANGES = 10
MOST_ROWS = 20
MOST_COMPARED = 200


@dataclass(frozen=True)
class Change:
    """One save: what values it changed, and whether it is what stands there now."""

    config: RealTimeConfig
    rows: list[Difference]
    more: int
    schema_changed: bool
    is_present: bool


def changes(environment: Environment) -> list[Change]:
    """The newest saves; each against the one before it."""
    found = list(environment.real_time_configs.newest_first()[: MOST_CHANGES + 1])
    before = [*found[1:], RealTimeConfig()]
    made = []
    for number, (config, earlier) in enumerate(zip(found, before, strict=False)):
        rows = differences(earlier.values, config.values)
        made.append(
            Change(
                config,
                rows[:MOST_ROWS],
                max(0, len(rows) - MOST_ROWS),
                schema_changed=config.schema_text != earlier.schema_text,
                is_present=number == 0,
            )
        )
    return made[:MOST_CHANGES]


def earlier_or_none(environment: Environment, asked: str | None) -> RealTimeConfig | None:
    """The save whose values are to be taken up again; a 404 where this environment never had it."""
    if not asked:
        return None
    return get_object_or_404(environment.real_time_configs, pk=whole(asked, digits=18))


@dataclass(frozen=True)
class Compared:
    """The values of two environments, side by side."""

    left: str
    right: str
    rows: list[Difference]
    more: int

    @property
    def count(self) -> int:
        return len(self.rows) + self.more


def between(left: Environment | None, right: Environment | None) -> Compared | None:
    """What differs in the present values; None where a side is no environment, or nothing does."""
    if left is None or right is None or left == right:
        return None
    rows = differences(pipeline.real_time_config(left).values, pipeline.real_time_config(right).values)
    if not rows:
        return None
    return Compared(left.label, right.label, rows[:MOST_COMPARED], max(0, len(rows) - MOST_COMPARED))
