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
        looked = ", ".join(_counted(count, name) for name, count in found.checked.items()) or "nothing yet"
        if not found.problems:
            self.say(f"All is well: {looked}.", checked=dict(found.checked), problems=[])
            return
        wrong = f"{_counted(len(found.problems), 'problems')} in {looked}:"
        listed = "\n".join([wrong, *found.problems])
        self.say(listed, checked=dict(found.checked), problems=found.problems)
        sys.exit(1)


def _counted(number: int, many: str) -> str:
    return f"{number:,} {many.removesuffix('s') if number == 1 else many}"
