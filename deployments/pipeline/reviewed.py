"""A pair that was compared before an act: when either side has moved since, the act is no longer what was reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from deployments.models import Deployment, Environment
from deployments.pipeline.placing import moved_meanwhile, require_standing


@dataclass(frozen=True)
class Reviewed:
    """`replacing`: what stood on the left, in the environment that is to change. `entering`: the placement on the
    right, when the right side was an environment; None when it was a version, which cannot move."""

    replacing: UUID | None
    entering: Deployment | None = None

    def require_left(self, environment: Environment, now: datetime) -> None:
        """Raise `Moved` when the environment no longer holds what stood on the left."""
        held = Deployment.objects.in_environment(environment).active().values_list("pk", flat=True).first()
        if held != self.replacing:
            raise moved_meanwhile(environment, self.replacing, now)

    def require_right(self, now: datetime) -> None:
        """Raise `Moved` when the right side's environment holds something else by now."""
        if self.entering:
            require_standing(self.entering, now)
