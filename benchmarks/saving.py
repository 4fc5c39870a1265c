"""A save in the draft of a large agent beside the same save in a small one. Run: python benchmarks/saving.py

Each changes one topic: through the verb, which stores the file, counts what the draft changes and checks the whole
agent; the first such save after a publication; through the pages, from the form to the page that the save leads to; and
in a draft that no version stands behind yet. Then a topic is made, copied, renamed and deleted, each through its dialog
and what that sends. Processor time, which a machine that does much else changes little.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import agent_diff
from installation import a_workspace, installed
from peers import show, verdict

from hosting.readiness import collect_static_files

if TYPE_CHECKING:
    from deployments.models import Agent, Person, Workspace

SMALL, SIZES = 100, (1_000, 4_900, 10_000)
MOST = 5_000  # files that an agent may have: to more of them none is added
PROMISE = 1.5
ROUNDS = 7
EDITED = "topics/topic_4.yaml"
Times = dict[str, float]


def main() -> None:
    with installed():
        collect_static_files()
        workspace, person = a_workspace()
        small, *large = (times_of(workspace, person, size) for size in (SMALL, *SIZES))
    columns = ["", "resources", f"with {SMALL}", "with all", "ratio"]
    rows = [
        [act, f"{size:,}", f"{one * 1000:.1f} ms", f"{taken[act] * 1000:.1f} ms", verdict(taken[act] / one, PROMISE)]
        for act, one in small.items()
        for size, taken in zip(SIZES, large, strict=True)
        if act in taken
    ]
    show("A save in the draft", columns, rows)


def times_of(workspace: Workspace, person: Person, size: int) -> Times:
    """The median of each act in an agent of so many resources."""
    from deployments import pipeline

    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug=f"with-{size}", name=f"With {size}", by=by)
    files = agent_diff.agent(size, random.Random(size))
    pipeline.import_files(agent, files, by=by)
    save, pages = a_save(agent, files[EDITED], person), the_pages(agent.slug, person)

    def publish() -> None:
        draft = pipeline.draft_of(agent)
        assert draft is not None
        pipeline.publish(agent, state=draft.state, by=by)

    times: dict[str, list[float]] = {}
    timed(times, "no version yet", save)
    publish()
    timed(times, "a save", save)
    timed(times, "first after a publication", save, before=publish)
    reshaped = the_dialogs(agent.slug, person)
    for _ in range(ROUNDS):
        for act, step in chain(pages(), reshaped() if size < MOST else ()):
            timed(times, act, step, rounds=1)
    return {act: statistics.median(taken) for act, taken in times.items()}


def timed(
    times: dict[str, list[float]],
    act: str,
    run: Callable[[], object],
    *,
    rounds: int = ROUNDS,
    before: Callable[[], object] | None = None,
) -> None:
    for _ in range(rounds):
        if before is not None:
            before()
        gc.collect()
        start = time.process_time()
        run()
        times.setdefault(act, []).append(time.process_time() - start)


def a_save(agent: Agent, held: bytes, person: Person) -> Callable[[], object]:
    """Each call saves the topic once more."""
    from deployments import pipeline
    from deployments.models import content

    chance = random.Random(agent.slug)

    def save() -> None:
        nonlocal held
        changed = held.replace(b"content: |-\n", b"content: |-\n  Sentence %d.\n" % chance.randrange(10**9), 1)
        pipeline.change_files(agent, {EDITED: changed}, seen={EDITED: content.hash_of(held)}, by=pipeline.Actor(person))
        held = changed

    return save


def the_pages(slug: str, person: Person) -> Callable[[], Iterator[tuple[str, Callable[[], object]]]]:
    """The three requests of an edit, one after the other."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    chance = random.Random(slug)
    where = reverse("edit", args=[slug, EDITED])
    held: dict[str, Any] = {}

    def form() -> None:
        held["page"] = client.get(where).text

    def post() -> None:
        sent = held["sent"] | {"content": f"Sentence {chance.randrange(10**9)}."}
        held["next"] = client.post(where, sent)["Location"]

    def page() -> None:
        assert client.get(held["next"]).status_code == 200

    def pages() -> Iterator[tuple[str, Callable[[], object]]]:
        from tests.views.test_editing import form_of

        yield "the form", form
        held["sent"] = form_of(held["page"])
        yield "the save it sends", post
        yield "the page after it", page

    return pages


def the_dialogs(slug: str, person: Person) -> Callable[[], Iterator[tuple[str, Callable[[], object]]]]:
    """A topic made, copied, renamed and deleted; each round leaves its copy."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    names = map("Bench {}".format, range(10**6))

    def opened(where: str) -> None:
        assert client.get(where).status_code == 200, where

    def sent(where: str, said: dict[str, str]) -> None:
        assert client.post(where, said).status_code == 302, where

    def rounds() -> Iterator[tuple[str, Callable[[], object]]]:
        first, copy, last = next(names), next(names), next(names)
        path = "topics/{}.yaml".format
        for act, name, said, of in (
            ("making", "resource-creation", {"kind": "topic", "name": first}, ()),
            ("copying", "resource-duplication", {"name": copy}, (path(_stem(first)),)),
            ("renaming", "resource-renaming", {"name": last, "update": "on"}, (path(_stem(first)),)),
            ("deleting", "resource-deletion", {}, (path(_stem(last)),)),
        ):
            where = reverse(name, args=[slug, *of])
            yield f"{act}: its dialog", partial(opened, where)
            yield act, partial(sent, where, said)

    return rounds


def _stem(name: str) -> str:
    return name.lower().replace(" ", "_")


if __name__ == "__main__":
    main()
