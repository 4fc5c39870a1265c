"""What did not change costs nothing: neither files read nor questions asked grow with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from deployments.models import Role, content
from deployments.pipeline import reviewing
from tests.vocabulary import FILES, RULES, a_person, an_agent, edited, live

pytestmark = pytest.mark.django_db


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
    client.get(f"/agents/{agent.slug}/deployments/live/")  # the navigation is remembered from here on
    reviewing.forget()  # as in a process that has just started
    read: set[bytes] = set()
    load = content.load

    def watched(of: object, blobs: Collection[str]) -> Mapping[str, bytes]:
        held = load(agent, blobs)
        read.update(held.values())
        return held

    with monkeypatch.context() as patched, CaptureQueriesContext(connection) as queries:
        patched.setattr(content, "load", watched)
        page = client.get(f"/agents/{agent.slug}/compare/live...draft/")

    assert "<del>" in page.text
    return read, len(queries)
