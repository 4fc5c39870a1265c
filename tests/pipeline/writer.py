"""A process that writes until it is killed, and says on standard output what was acknowledged to it. Not a test."""

from __future__ import annotations

import os
import sys
import threading
from itertools import count

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from deployments.models import Agent
    from tests import vocabulary
    from tests.vocabulary import an_agent, edited, promoted, published, rolled_back

    vocabulary._numbers = count(os.getpid() * 1000)  # beside what those before it left behind
    agent = an_agent()
    for _ in range(2):
        promoted(published(agent), "live")
    said = threading.Lock()

    def acknowledge(placed: object) -> None:
        with said:
            sys.stdout.write(f"{placed}\n")
            sys.stdout.flush()

    def publish_on() -> None:
        mine = Agent.objects.get(pk=agent.pk)
        while True:
            acknowledge(published(mine).pk)
            edited(mine)

    def release_on() -> None:
        mine = Agent.objects.get(pk=agent.pk)
        while True:
            newest = mine.versions.newest_first()[0]
            acknowledge(promoted(newest, "live").pk)
            acknowledge(rolled_back(mine, "live").pk)

    for work in (publish_on, release_on):
        threading.Thread(target=work, daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
