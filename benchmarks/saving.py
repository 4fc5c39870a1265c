"""A save in the draft of a large agent beside the same save in a small one. Run: python benchmarks/saving.py

A save changes one topic through the verb: it stores the file, counts what the draft changes and checks the whole agent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import agent_diff
from installation import a_workspace, installed
from peers import median_seconds, show, verdict

if TYPE_CHECKING:
    from deployments.models import Person, Workspace

SMALL, SIZES = 100, (1_000, 10_000)
PROMISE = 1.5
EDITED = "topics/topic_4.yaml"


def main() -> None:
    with installed():
        workspace, person = a_workspace()
        saves = [a_save(workspace, person, size) for size in (SMALL, *SIZES)]
        small, *large = median_seconds(*saves, rounds=11)
    columns = ["resources", f"with {SMALL}", "with all", "ratio"]
    rows = [
        [f"{size:,}", f"{small * 1000:.1f} ms", f"{taken * 1000:.1f} ms", verdict(taken / small, PROMISE)]
        for size, taken in zip(SIZES, large, strict=True)
    ]
    show("A save in the draft", columns, rows)


def a_save(workspace: Workspace, person: Person, size: int) -> Callable[[], object]:
    """Each call saves the topic once more, in an agent of so many resources that was published."""
    from deployments import pipeline
    from deployments.models import content

    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug=f"with-{size}", name=f"With {size}", by=by)
    chance = random.Random(size)
    imported = pipeline.import_files(agent, agent_diff.agent(size, chance), by=by)
    assert imported.draft is not None
    held = content.contents(agent, imported.draft.manifest)[EDITED]
    pipeline.publish(agent, state=imported.draft.state, description="First", by=by)

    def save() -> None:
        nonlocal held
        changed = held.replace(b"enabled: true\n", b"enabled: true\n# %d\n" % chance.randrange(10**9), 1)
        changed = changed.replace(b"content: |-\n", b"content: |-\n  Sentence %d.\n" % chance.randrange(10**9), 1)
        pipeline.change_files(agent, {EDITED: changed}, seen={EDITED: content.hash_of(held)}, by=by)
        held = changed

    save()
    return save


if __name__ == "__main__":
    main()
