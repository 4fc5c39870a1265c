"""What may stand between a running agent and Slipway: proxies that cut, hold back or answer themselves, a full disk."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from slipway_client import Follower, follower, shelf
from slipway_client.desk import Desk
from slipway_client.shelf import Shelf

from deployments import pipeline
from deployments.models import Agent
from tests.api.asking import a_key
from tests.clients.following import serves
from tests.hosting.processes import eventually
from tests.serving import Serving
from tests.vocabulary import an_actor, an_agent, environment, live


def first_time(monkeypatch: pytest.MonkeyPatch, name: str, instead: Callable[..., Any]) -> list[object]:
    """What stands between answers so at first; then it lets through. Gives what was asked, as it grows."""
    asks, asked = getattr(Desk, name), list[object]()

    def ask(self: Desk, *about: Any) -> Any:
        asked.append(about)
        return instead(asks, self, *about) if len(asked) == 1 else asks(self, *about)

    monkeypatch.setattr(Desk, name, ask)
    return asked


def no_zip(*about: object) -> Iterator[None]:
    raise zipfile.BadZipFile("File is not a zip file")


@pytest.mark.parametrize(
    ("name", "instead"),
    [
        ("blobs", no_zip),
        ("state", lambda *about: ({"version": "x", "deployment": "y", "manifest": ["z"]}, '"e"')),
        ("stream", lambda *about: iter([("deployment", ["no", "object"])])),
        ("stream", lambda *about: iter([("config", {"values": 5, "lastUpdated": "now"})])),
        ("config", lambda asks, *about: ({"values": 5, "lastUpdated": "now"}, asks(*about)[1])),
        ("config", lambda asks, *about: (["no", "object"], asks(*about)[1])),
    ],
)
def test_whatever_is_answered_in_slipways_place_the_follower_goes_on(
    serving: Serving,
    agent: Agent,
    follows: Callable[..., Follower],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    instead: Callable[..., Any],
) -> None:
    here = serving.site.told(environment, agent, "live")
    serving.site.told(pipeline.save_values, here, {"wait": 5}, by=serving.site.told(an_actor, agent))
    asked = first_time(monkeypatch, name, instead)

    desk = follows()
    placed = serving.site.told(live, agent).version.hash

    assert serves(desk, placed)
    assert eventually(lambda: desk.config.values == {"wait": 5}, 10)
    assert asked


def test_what_does_not_come_through_is_asked_for_in_peace_and_said_once(
    serving: Serving,
    agent: Agent,
    follows: Callable[..., Follower],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = follows()
    asked: list[str] = []

    def cut(self: Desk, version: str, wanted: object) -> Iterator[None]:
        asked.append(version)
        raise httpx.RemoteProtocolError("A proxy cuts what is long.")

    monkeypatch.setattr(Desk, "blobs", cut)
    served = desk.current
    serving.site.told(live, agent)
    assert eventually(lambda: bool(asked), 20)
    heard = desk._heard

    assert eventually(lambda: len(asked) > 4, 20)
    assert desk.current is served
    assert desk._heard == heard  # older than this is what it serves, and `unheard` says so
    said = [record for record in caplog.records if "cannot be followed" in record.message]
    assert len(said) == 1


def test_behind_a_proxy_that_holds_streams_back_it_starts_and_does_not_wait_for_them(
    serving: Serving, agent: Agent, follows: Callable[..., Follower], monkeypatch: pytest.MonkeyPatch
) -> None:
    streams: list[str] = []

    def held_back(self: Desk, last: str) -> Iterator[None]:
        streams.append(last)
        time.sleep(1)
        raise httpx.ReadTimeout("Nothing comes through.")

    monkeypatch.setattr(Desk, "stream", held_back)
    desk = follows()
    for _ in range(2):
        assert serves(desk, serving.site.told(live, agent).version.hash)

    assert len(streams) == 1


def test_a_full_disk_keeps_nothing_from_being_served(
    serving: Serving, agent: Agent, follows: Callable[..., Follower], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(path: Path, held: bytes) -> None:
        raise OSError(28, "No space left on device")

    desk = follows()
    first = desk.current.version
    monkeypatch.setattr(shelf, "_write", full)
    here = serving.site.told(environment, agent, "live")
    serving.site.told(pipeline.save_values, here, {"wait": 5}, by=serving.site.told(an_actor, agent))

    assert serves(desk, serving.site.told(live, agent).version.hash)
    assert eventually(lambda: desk.config.values == {"wait": 5}, 10)
    [folder] = (tmp_path / "kept").glob("*/*")
    kept_last = Shelf(folder).load()
    assert kept_last is not None
    assert kept_last[0]["version"] == first


def test_where_nothing_stands_yet_the_first_placement_is_heard(
    serving: Serving, follows: Callable[..., Follower], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(follower, "POLLED_EVERY", 600.0)
    empty = serving.site.told(an_agent)
    key = serving.site.told(a_key, empty, permissions=["delivery:read"])[1]
    desk = Follower(serving.site.address, agent=empty.slug, environment="live", key=key, folder=tmp_path)

    desk.start(wait=0.5)
    placed = serving.site.told(live, empty).version.hash

    assert eventually(lambda: bool(desk._current), 10)
    assert desk.current.version == placed
    desk.stop()
