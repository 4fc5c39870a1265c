from __future__ import annotations

import sys
from typing import Any

from deployments.management.speaking import SpeakingCommand, progress
from deployments.models import Agent
from deployments.pipeline.verification import verify


class Command(SpeakingCommand):
    help = "Recomputes every hash, manifest, history link and active deployment; lists what is wrong."

    def act(self, **options: Any) -> None:
        with progress(Agent.objects.count()) as steps:
            found = verify(steps.begin)
        looked = ", ".join(f"{count:,} {name}" for name, count in found.checked.items()) or "nothing yet"
        if not found.problems:
            self.say(f"All is well: {looked}.", checked=dict(found.checked), problems=[])
            return
        wrong = f"{len(found.problems):,} {'problem' if len(found.problems) == 1 else 'problems'} in {looked}:"
        listed = "\n".join([wrong, *found.problems])
        self.say(listed, checked=dict(found.checked), problems=found.problems)
        sys.exit(1)
