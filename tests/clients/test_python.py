"""The Python client against the real server: followed, killed, started again; and what is kept on disk meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_django import DjangoDbBlocker
from slipway_client import Config, Follower, Served, follower
from slipway_client.desk import Desk
from slipway_client.shelf import Shelf

from deployments import pipeline
from deployments.models import Agent, Runtime
from tests.api.asking import a_key
from tests.hosting.processes import eventually
from tests.ports import a_free_port
from tests.serving import ROOT, Serving, serving_beside
from tests.vocabulary import FILES, RULES, an_actor, an_agent, environment, live


@pytest.fixture(scope="module")
def serving(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server of our own, since it is killed."""
    with serving_beside(f"clients_{os.getpid()}", tmp_path_factory.mktemp("site"), django_db_blocker) as serving:
        yield serving


@pytest.fixture
def agent(serving: Serving) -> Agent:
    agent = serving.site.told(an_agent)
    serving.site.told(live, agent)
    return agent


@pytest.fixture
def follows(
    serving: Serving, agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Follower]]:
    monkeypatch.setattr(follower, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(follower, "POLLED_EVERY", 0.3)
    key = serving.site.told(a_key, agent, permissions=["delivery:read"])[1]
    started: list[Follower] = []

    def follow(runtime: str = "voice-1", **about: Any) -> Follower:
        made = Follower(
            serving.site.address,
            agent=agent.slug,
            environment="live",
            key=key,
            folder=tmp_path / "kept",
            runtime=runtime,
            **about,
        )
        started.append(made)
        return made.start()

    yield follow

    for each in started:
        each.stop()


def serves(follower: Follower, version: str) -> bool:
    return eventually(lambda: follower.current.version == version, 30)


def test_a_promotion_is_seen_through_a_server_that_was_killed_and_started_again(
    serving: Serving, agent: Agent, follows: Callable[..., Follower]
) -> None:
    site = serving.site
    seen: list[Served] = []
    here = site.told(environment, agent, "live")
    by = site.told(an_actor, agent)
    values: list[object] = []
    desk = follows(on_change=seen.append, on_config=lambda config: values.append(config.values))
    assert desk.config == Config()
    site.told(pipeline.save_values, here, {"wait": 5}, by=by)
    assert eventually(lambda: desk.config.values == {"wait": 5}, 10)
    assert desk.current.files == FILES | {RULES: desk.current.files[RULES]}
    second = site.told(live, agent).version.hash
    assert serves(desk, second)

    serving.process.kill()
    serving.process.wait()
    third = site.told(live, agent).version.hash
    site.told(pipeline.save_values, here, {"wait": 9}, by=by)
    begun_meanwhile = follows("voice-2")
    assert (begun_meanwhile.config.values, begun_meanwhile.config.from_disk) == ({"wait": 5}, True)
    assert (begun_meanwhile.current.version, begun_meanwhile.current.from_disk) == (second, True)
    assert desk.current.version == second
    serving.__enter__()

    assert serves(desk, third)
    assert serves(begun_meanwhile, third)
    for each in (desk, begun_meanwhile):
        assert eventually(lambda each=each: (each.config.values, each.config.from_disk) == ({"wait": 9}, False), 10)
    assert values == [{"wait": 5}, {"wait": 9}]
    assert [each.version for each in seen][1:] == [second, third]
    says = lambda: {row.name: row.version.hash for row in Runtime.objects.filter(environment__agent=agent)}  # noqa: E731
    assert eventually(lambda: site.told(says) == {"voice-1": third, "voice-2": third}, 10)
    # Both follow by a stream at this moment; a server that waited for them would never end.
    serving.process.terminate()
    assert serving.process.wait(timeout=15) == 0
    serving.__enter__()


def test_where_no_stream_comes_through_it_polls(
    serving: Serving, agent: Agent, follows: Callable[..., Follower], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gathered(self: Desk, last: str) -> Iterator[None]:
        raise httpx.ReadTimeout("A proxy holds back what it is sent.")

    monkeypatch.setattr(Desk, "stream", gathered)
    desk = follows()

    placed = serving.site.told(live, agent).version.hash
    here = serving.site.told(environment, agent, "live")
    serving.site.told(pipeline.save_values, here, {"wait": 5}, by=serving.site.told(an_actor, agent))

    assert serves(desk, placed)
    assert eventually(lambda: desk.config.values == {"wait": 5}, 10)


@pytest.mark.parametrize("values", [{}, {"wait": 5}], ids=["no values", "values"])
def test_a_version_kept_on_disk_is_confirmed_when_slipway_answers(
    serving: Serving, agent: Agent, follows: Callable[..., Follower], values: dict[str, object]
) -> None:
    here = serving.site.told(environment, agent, "live")
    serving.site.told(pipeline.save_values, here, values, by=serving.site.told(an_actor, agent))
    first = follows()
    assert not first.current.from_disk
    first.stop()

    again = follows()

    assert eventually(lambda: not again.current.from_disk, 10)
    assert again.current == first.current
    assert again.config == first.config
    assert dict(again.config.values) == values


def test_nothing_known_is_said_and_nothing_invented(tmp_path: Path) -> None:
    nowhere = Follower(
        f"http://127.0.0.1:{a_free_port()}", agent="a", environment="live", key="k", folder=tmp_path
    ).start(wait=0.2)

    with pytest.raises(LookupError, match="No version is known yet"):
        print(nowhere.current)
    nowhere.stop()


def test_a_mistake_in_on_change_stops_nothing(serving: Serving, agent: Agent, follows: Callable[..., Follower]) -> None:
    def fails(about: Served | Config) -> None:
        raise RuntimeError("not today")

    desk = follows(on_change=fails, on_config=fails)
    here = serving.site.told(environment, agent, "live")
    serving.site.told(pipeline.save_values, here, {"wait": 5}, by=serving.site.told(an_actor, agent))

    assert serves(desk, serving.site.told(live, agent).version.hash)
    assert eventually(lambda: desk.config.values == {"wait": 5}, 10)


def test_the_example_runs_without_what_it_feeds(serving: Serving, agent: Agent, tmp_path: Path) -> None:
    key = serving.site.told(a_key, agent, permissions=["delivery:read"])[1]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "clients/python"),
        "SLIPWAY_ADDRESS": serving.site.address,
        "SLIPWAY_KEY": key,
        "SLIPWAY_AGENT": agent.slug,
        "SLIPWAY_FOLDER": str(tmp_path),
    }
    command = [sys.executable, "clients/python/examples/livekit_agent.py", "--say"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as example:
        assert example.stdout
        said = [example.stdout.readline().strip() for _ in range(2)]
        example.kill()

    assert said[0].startswith("version ")
    assert said[1].startswith("Be brief")


SAID = {"version": "v", "deployment": "d", "environment": "live", "since": "now"}


def kept(shelf: Shelf, held: bytes) -> None:
    name = hashlib.sha256(held).hexdigest()
    shelf.keep_blob(name, held)
    shelf.keep(SAID | {"manifest": {"a": name}})


def test_what_is_kept_is_loaded_and_what_it_no_longer_needs_goes(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, b"one")
    kept(shelf, b"two")

    loaded = Shelf(tmp_path).load()

    assert loaded is not None
    assert loaded[1] == {"a": b"two"}
    assert len(list(shelf.blobs.iterdir())) == 1


def test_what_was_cut_short_leaves_the_version_before_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, b"one")
    (shelf.blobs / ".new-half").write_bytes(b"tw")
    shelf.keep_blob(hashlib.sha256(b"two").hexdigest(), b"two")

    loaded = Shelf(tmp_path).load()

    assert loaded is not None
    assert loaded[1] == {"a": b"one"}


@pytest.mark.parametrize("harm", ["blob", "state", "manifest"])
def test_what_was_harmed_is_not_served(tmp_path: Path, harm: str) -> None:
    shelf = Shelf(tmp_path)
    kept(shelf, b"one")
    if harm == "blob":
        next(shelf.blobs.iterdir()).write_bytes(b"oned")
    else:
        shelf.state.write_text("{" if harm == "state" else json.dumps(SAID))

    assert Shelf(tmp_path).load() is None


@pytest.mark.parametrize("held", ["", "{", "[]", '{"values": 1, "lastUpdated": null}', '{"values": {}}'])
def test_values_that_were_harmed_are_none_and_those_kept_whole_are_loaded(tmp_path: Path, held: str) -> None:
    shelf = Shelf(tmp_path)
    said = {"values": {"wait": 5}, "lastUpdated": "now"}
    shelf.keep_config(said)
    assert Shelf(tmp_path).load_config() == said

    shelf.config.write_text(held)

    assert Shelf(tmp_path).load_config() is None


def test_a_blob_that_is_something_else_is_not_kept(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    with pytest.raises(ValueError, match="is something else"):
        shelf.keep_blob(hashlib.sha256(b"one").hexdigest(), b"two")

    assert not list(shelf.blobs.iterdir())
