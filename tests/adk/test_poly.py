"""The released command line against a live server: the rows of adk-cli.md, section 9, whose data exists."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deployments.models import Agent, Environment
from tests.adk.client import Poly
from tests.vocabulary import an_agent, environment, published

# The test server serves no files: the folder they are collected in is made at the start of the real one.
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


def hash_in(step: Environment) -> str:
    active = step.active
    return active.version.hash if active else ""


def test_rows_1_to_6_the_real_client_lists_promotes_shows_and_rolls_back(poly_of: Callable[[Agent], Poly]) -> None:
    agent = an_agent()
    poly = poly_of(agent)

    nothing = poly.run("deployments", "list", "--json")
    first = published(agent, "Two bags each").version
    details = poly.run("deployments", "list", "--details")
    poly.json("deployments", "promote", "--from", "sandbox", "--to", "pre-release", "--force")
    promoted = poly.json("deployments", "promote", "--from", "pre-release", "--to", "live", "--force")
    second = published(agent).version
    shown = poly.json("deployments", "show", first.short, "--env", "live")
    unknown = poly.run("deployments", "promote", "--from", "a" * 9, "--to", "pre-release", "--force", "--json")
    back = poly.run("deployments", "rollback", "--to", first.short, "--force")

    assert (nothing.returncode, "No versions found." in nothing.stderr) == (0, True)
    assert f"(publish) {first.short} sandbox" in details.stdout
    assert "Message: Two bags each" in details.stdout
    assert (promoted["success"], promoted["message"]) == (True, "Two bags each")
    assert [each["version_hash"] for each in shown["included_deployments"]] == [first.hash]
    assert (unknown.returncode, "not found in sandbox" in unknown.stdout) == (1, True)
    assert back.returncode == 0, back.stderr
    assert hash_in(environment(agent, "sandbox")) == hash_in(environment(agent, "live")) == first.hash
    assert [row.version for row in environment(agent, "sandbox").deployments.newest_first()] == [first, second, first]


def test_row_10_the_real_client_goes_from_sandbox_to_live_where_nothing_is_between(
    poly_of: Callable[[Agent], Poly],
) -> None:
    agent = an_agent(steps=2)
    version = published(agent).version

    answer = poly_of(agent).json("deployments", "promote", "--from", "sandbox", "--to", "live", "--force")

    assert answer["success"] is True
    assert hash_in(environment(agent, "live")) == version.hash
