"""What did not change costs nothing: neither files read nor questions asked grow with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deployments.keeping import forget_everything
from deployments.models import Agent, Draft, Role, content
from deployments.sides.contents import BATCH
from tests.views.test_editing import form_of
from tests.vocabulary import FILES, FIND_CABIN, RULES, a_person, an_agent, edited, live, published

pytestmark = pytest.mark.django_db

STEP = {
    "flows/boarding/steps/ask.yaml": b"step_type: advanced_step\nname: Ask\nprompt: Which one?\n",
    "flows/boarding/flow_config.yaml": b"name: Boarding\ndescription: Boards.\nstart_step: Ask\n",
}


def test_a_comparison_reads_and_asks_as_much_beside_many_equal_files_as_beside_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, many = _first_screen(10, monkeypatch), _first_screen(600, monkeypatch)

    assert few == many
    assert few[0] == {FILES[RULES], b"Be calm.\n"}


def _first_screen(equal: int, monkeypatch: pytest.MonkeyPatch) -> tuple[set[bytes], int]:
    """The contents read for a comparison that nobody asked for before, and how many queries it took."""
    agent = an_agent(files={**FILES, **{f"topics/t{number}.yaml": b"name: t%d\n" % number for number in range(equal)}})
    live(agent)
    edited(agent, {RULES: b"Be calm.\n"})
    client = Client()
    client.force_login(a_person(Role.VIEWER, agent.workspace))
    forget_everything()  # as in a process that has just started
    client.get(f"/agents/{agent.slug}/deployments/live/")  # the navigation is remembered from here on
    read: list[bytes] = []

    with _watching(read, monkeypatch), CaptureQueriesContext(connection) as queries:
        page = client.get(f"/agents/{agent.slug}/compare/live...draft/")

    assert "<del>" in page.text
    return set(read), len(queries)


@pytest.mark.parametrize("is_live", [True, False], ids=["after a publication", "before the first"])
def test_an_edit_from_form_to_page_reads_and_asks_as_much_in_a_large_agent_as_in_a_small_one(
    is_live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = (_an_edit(equal, is_live, monkeypatch) for equal in (10, 300))

    assert few == many
    assert all(len(read) <= 8 for _, read in few)


@pytest.mark.parametrize(
    ("act", "sent", "then"),
    [
        ("resource-renaming", {"name": "pier", "update": "on"}, b"pier"),
        ("resource-deletion", {"instead": "other"}, b"other"),
    ],
)
def test_what_refers_to_a_resource_is_found_without_reading_the_agent_again(
    act: str, sent: dict[str, str], then: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = FIND_CABIN.replace(b"find_cabin", b"other")
    agent = an_agent(files={**FILES, "functions/other.py": other, RULES: b"Call {{fn:find_cabin}}.\n"})
    client = Client()
    client.force_login(a_person(Role.EDITOR, agent.workspace))
    for module in ("renaming", "deleting"):
        monkeypatch.delattr(f"deployments.resources.editing.{module}.read_all")

    answer = client.post(reverse(act, args=[agent.slug, "functions/find_cabin.py"]), sent)

    assert answer.status_code == 302
    held = content.contents(agent, Draft.objects.get(agent=agent).manifest)
    assert held[RULES] == b"Call {{fn:%s}}.\n" % then


def test_making_copying_renaming_and_deleting_read_and_ask_as_much_in_a_large_agent_as_in_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few, many = (_acts(equal, monkeypatch) for equal in (100, 400))

    assert few == many
    # Some neighbours of a file are fetched with it.
    assert max(files for _, _, files in few) <= 3 * BATCH


ACTS: Mapping[str, tuple[str, str, dict[str, str]]] = {
    "making": ("resource-creation", "", {"kind": "topic", "name": "Pier"}),
    "copying": ("resource-duplication", "topics/pier.yaml", {"name": "Quay"}),
    "renaming": ("resource-renaming", "topics/pier.yaml", {"name": "Harbour", "update": "on"}),
    "renaming what is mentioned": ("resource-renaming", "functions/find_cabin.py", {"name": "berth", "update": "on"}),
    "deleting": ("resource-deletion", "topics/harbour.yaml", {}),
    "deleting in favour": ("resource-deletion", "functions/berth.py", {"instead": "f1"}),
}


def _acts(equal: int, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """How many queries each dialog and what it sends take, and how many files they read."""
    others = {f"functions/f{number}.py": FIND_CABIN.replace(b"find_cabin", b"f%d" % number) for number in range(equal)}
    agent = an_agent(files={**FILES, **STEP, **others, RULES: b"Call {{fn:find_cabin}}.\n"})
    live(agent)
    client = Client()
    client.force_login(a_person(Role.EDITOR, agent.workspace))
    _saved(client, reverse("edit", args=[agent.slug, next(iter(STEP))]), "Which boat?")
    found = []
    for act, (name, path, sent) in ACTS.items():
        where = reverse(name, args=[agent.slug, path] if path else [agent.slug])
        for is_sent in (False, True):
            read: list[bytes] = []
            with _watching(read, monkeypatch), CaptureQueriesContext(connection) as queries:
                answer = client.post(where, sent) if is_sent else client.get(where)
            assert answer.status_code == (302 if is_sent else 200)
            found.append((act, len(queries), len(read)))
    return found


def _an_edit(equal: int, is_live: bool, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[bytes]]]:
    """How many queries the form, the save and the page it leads to take, and what they read of the files."""
    # Twice what a digest holds in one part; and functions, which a form offers as names.
    others = {f"functions/f{number}.py": FIND_CABIN.replace(b"find_cabin", b"f%d" % number) for number in range(equal)}
    agent = an_agent(files={**FILES, **STEP, **others})
    client = Client()
    client.force_login(a_person(Role.EDITOR, agent.workspace))
    where = reverse("edit", args=[agent.slug, next(iter(STEP))])
    if is_live:
        live(agent)
    _saved(client, where, "Which boat?")
    if is_live:
        published(agent)
    found = []
    for act in ("form", "save", "page"):
        read: list[bytes] = []
        with _watching(read, monkeypatch), CaptureQueriesContext(connection) as queries:
            if act == "form":
                sent = form_of(client.get(where).text)
            elif act == "save":
                answer = client.post(where, sent | {"prompt": "Which ferry?"})
            else:
                assert "Which ferry?" in client.get(answer["Location"]).text
        found.append((len(queries), sorted(read)))
    return found


def _saved(client: Client, where: str, words: str) -> None:
    answer = client.post(where, form_of(client.get(where).text) | {"prompt": words})
    client.get(answer["Location"])


@contextmanager
def _watching(read: list[bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Notes the bytes of every file that is read."""
    load = content.load

    def watched(of: Agent, blobs: Collection[str]) -> Mapping[str, bytes]:
        held = load(of, blobs)
        read.extend(held.values())
        return held

    with monkeypatch.context() as patched:
        patched.setattr(content, "load", watched)
        yield
