"""The Python client against the real server: followed, killed, started again; and what is kept on disk meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from slipway_client import Config, Follower, Served
from slipway_client.desk import Desk

from deployments import pipeline
from deployments.models import Agent, Runtime
from tests.api.asking import a_key
from tests.clients.following import serves
from tests.hosting.processes import eventually
from tests.ports import a_free_port
from tests.serving import ROOT, Serving
from tests.vocabulary import FILES, RULES, an_actor, environment, live


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
    unheard = desk.unheard
    assert eventually(lambda: desk.unheard > unheard + 0.5, 10)
    serving.__enter__()

    assert serves(desk, third)
    assert serves(begun_meanwhile, third)
    assert desk.unheard < 20
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
    assert nowhere.unheard == float("inf")
    nowhere.stop()


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ({"key": "slp_wrong"}, "This API key opens nothing: it is unknown, revoked or has run out, or its owner left."),
        ({"environment": "nowhere"}, "has no environment “nowhere” on its ladder."),
        ({"agent": "nobody"}, "There is no agent of this id in the key's workspace."),
        ({"address": "{}/login"}, "404 Not Found, and not from Slipway"),
    ],
    ids=["key", "environment", "agent", "address"],
)
def test_what_slipway_refuses_is_said_in_its_own_words(
    serving: Serving, agent: Agent, tmp_path: Path, caplog: pytest.LogCaptureFixture, mistake: dict[str, str], said: str
) -> None:
    key = serving.site.told(a_key, agent, permissions=["delivery:read"])[1]
    told = {"address": "{}", "agent": agent.slug, "environment": "live", "key": key, **mistake}
    address = told.pop("address").format(serving.site.address)
    desk = Follower(address, **told, folder=tmp_path)

    desk.start(wait=0.0)

    assert eventually(lambda: said in caplog.text, 10)
    with pytest.raises(LookupError, match=re.escape(said)):
        print(desk.current)
    assert "Nothing is served yet." in caplog.text
    desk.stop()


def test_a_key_out_of_a_file_is_good_and_none_is_ever_shown(serving: Serving, agent: Agent, tmp_path: Path) -> None:
    key = serving.site.told(a_key, agent, permissions=["delivery:read"])[1]
    facts = {"agent": agent.slug, "environment": "live", "folder": tmp_path}

    with Follower(serving.site.address, key=f"{key}\n", **facts) as desk:
        assert desk.current.version
    with pytest.raises(ValueError, match="Copy it once more") as refused:
        Follower(serving.site.address, key="slp_sécret", **facts)

    assert "cret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_keeps_nothing_from_being_served(
    serving: Serving, agent: Agent, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file")
    key = serving.site.told(a_key, agent, permissions=["delivery:read"])[1]

    facts = {"agent": agent.slug, "environment": "live", "folder": tmp_path / "taken"}
    with Follower(serving.site.address, key=key, **facts) as desk:
        assert desk.current.version

    assert "could not be kept on disk" in caplog.text


def test_a_file_that_is_no_text_is_named_and_a_byte_order_mark_is_no_letter() -> None:
    files = {"logo.png": b"\xff\xd8", "rules.txt": b"\xef\xbb\xbfBe brief."}
    served = Served("v", "d", "live", "now", files)

    assert (served.text("rules.txt"), served.text("gone", "none")) == ("Be brief.", "none")
    with pytest.raises(ValueError, match=r"^logo\.png is no text in UTF-8\. Its bytes are in files\.$"):
        served.text("logo.png")


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


def test_what_the_example_hands_to_other_processes_can_be_handed_over() -> None:
    asked = "import pickle, livekit_agent as here; pickle.dumps((here.entrypoint, here.prewarm))"
    where = {**os.environ, "PYTHONPATH": f"{ROOT / 'clients/python'}:{ROOT / 'clients/python/examples'}"}

    subprocess.run([sys.executable, "-c", asked], env=where, check=True)
