"""A pair that was compared before an act: when either side has moved since, the act is no longer what was reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from deployments.models import Deployment, Environment
from deployments.pipeline.placing import moved_meanwhile, require_standing
from deployments.pipeline.refusal import Moved


@dataclass(frozen=True)
class Reviewed:
    """`replacing`: what stood on the left, in the environment that is to change. `entering`: the placement on the
    right, when the right side was an environment; None when it was a version, which cannot move."""

    replacing: UUID | None
    entering: Deployment | None = None

    def moves(self, environment: Environment, now: datetime) -> list[Moved]:
        """Each side that holds something else by now, the left one first: `environment` is where the left stood."""
        held = Deployment.objects.in_environment(environment).active().values_list("pk", flat=True).first()
        moves = [moved_meanwhile(environment, self.replacing, now)] if held != self.replacing else []
        if self.entering:
            try:
                require_standing(self.entering, now)
            except Moved as moved:
                moves.append(moved)
        return moves
