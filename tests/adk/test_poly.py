"""The released command line against a live server: the rows of adk-cli.md, section 9, whose data exists."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from deployments import pipeline
from deployments.models import Agent, Environment
from tests.adk.client import Poly
from tests.api.asking import a_program
from tests.suites import a_case, a_result, ran
from tests.vocabulary import FILES, a_config, an_actor, an_agent, environment, published

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


def test_row_8_the_real_client_notices_what_was_saved_on_the_page_and_keeps_both(
    poly_of: Callable[[Agent], Poly],
) -> None:
    agent = an_agent()
    a_config(agent, {"type": "object", "properties": {"wait": {"type": "integer"}}}, {"wait": 1, "menu": "fish"})
    here, poly = environment(agent, "live"), poly_of(agent)
    data = poly.folder / "real_time_configuration/live/data.json"

    pulled = poly.json("rtc", "pull", "--env", "live")
    data.write_text('{"menu": "fish", "wait": 2}')
    pipeline.save_values(here, {"wait": 1, "menu": "soup"}, by=an_actor(agent))
    stopped = poly.json("rtc", "push", "--env", "live", "--data", "--no-merge")
    unchanged = pipeline.real_time_config(here).values
    poly.json("rtc", "push", "--env", "pre-release", "--force")  # nothing was pulled of it: said, not sent
    merged = poly.run("rtc", "push", "--env", "live", "--data", "--force")
    poly.json("rtc", "pull", "--env", "all")
    data.write_text('{"menu": "fish", "wait": "long"}')
    misfit = poly.json("rtc", "push", "--env", "live", "--data", "--force", "--skip-validation")

    assert pulled["success"] is True
    assert stopped["success"] is False
    assert "Remote RTC config has changed since your last pull" in stopped["error"]
    assert unchanged == {"wait": 1, "menu": "soup"}
    assert merged.returncode == 0, merged.stderr
    assert pipeline.real_time_config(here).values == {"wait": 2, "menu": "fish"}
    assert (misfit["success"], misfit["error"].endswith("(400)")) == (False, True)


def test_the_real_client_says_what_is_refused_in_words_and_where_slipway_is_not_named(
    poly_of: Callable[[Agent], Poly],
) -> None:
    poly = poly_of(an_agent())

    unknown = poly.run("test", "show", "nowhere")
    branch = poly.run("branch", "create", "summer")
    stranger = replace(poly, key="slp_wrong").run("deployments", "list")
    nowhere = replace(poly, address="").run("deployments", "list")

    assert "has no test run of this id. (404)" in unknown.stderr
    assert "has main and no branches" in branch.stdout + branch.stderr
    assert "This API key opens nothing" in stranger.stderr
    assert nowhere.stderr == "Error: SLIPWAY_ADDRESS says where Slipway is, like https://slipway.example.\n"
    assert {ran.returncode for ran in (unknown, branch, stranger, nowhere)} == {1}


def test_the_real_client_lists_runs_of_tests_and_shows_what_failed(poly_of: Callable[[Agent], Poly]) -> None:
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?"), **a_case("Skis", "Skis?")})
    published(agent)
    against = environment(agent, "sandbox")
    run = pipeline.start_run(agent, against, pipeline.Chosen(), name="Before the season", by=an_actor(agent))
    ran(run, Bags="failed", told={"Bags": a_result("failed", (None, "Hello."), ("How many?", "Three."))})
    poly = poly_of(agent)

    listed = poly.run("test", "list")
    shown = poly.run("test", "show", str(run.pk))
    detail = poly.run("test", "show", str(run.pk), "TEST_CASES-bags")
    told = poly.json("test", "show", str(run.pk))

    assert (str(run.pk) in listed.stdout, "completed" in listed.stdout) == (True, True), listed.stderr
    assert ("1 passed" in shown.stdout, "1 failed" in shown.stdout) == (True, True), shown.stderr
    assert ("How many?" in detail.stdout, "Three." in detail.stdout) == (True, True), detail.stderr
    assert told["test_run"]["testCaseCount"] == 2


def test_the_real_client_runs_tests_whose_ids_it_was_told_and_says_why_it_cannot_pull(
    poly_of: Callable[[Agent], Poly],
) -> None:
    """As clients/poly tells it: the cases of the API, put where a pull would have left them."""
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?"), **a_case("Skis", "Skis?", tags=["winter"])})
    published(agent)
    poly = poly_of(agent)
    there = a_program(agent).get(f"/agents/{agent.slug}/testing/test-cases").json()["testCases"]
    kept = ("name", "scenario", "channel", "language", "tags")
    entities = {each["id"]: {name: each[name] for name in kept} for each in there}

    without = poly.run("test", "run")
    pulled = poly.run("pull")
    poly.run("fetch", "--from-projection", json.dumps({"testing": {"testCases": {"entities": entities}}}))
    winter = poly.json("test", "run", "--tag", "winter", "--name", "From the folder")

    assert (without.returncode, "No tests found to run" in without.stderr) == (1, True), without.stderr
    assert (pulled.returncode, "PUT /v1/agents/{agent}/draft" in " ".join(pulled.stderr.split())) == (1, True)
    run = agent.runs.get()
    assert (winter["success"], winter["test_run"]["id"], winter["test_run"]["test_case_count"]) == (
        True, str(run.pk), 1,
    )  # fmt: skip
    assert (run.name, list(run.case_runs.values_list("name", flat=True))) == ("From the folder", ["Skis"])


def test_the_real_client_lists_copies_and_deletes_projects(poly_of: Callable[[Agent], Poly]) -> None:
    agent = an_agent()
    poly = poly_of(agent)
    account = ["--region", "us", "--account_id", agent.workspace.slug]

    copied = poly.run("project", "duplicate", *account, "--project_id", agent.slug, "--name", "Copy", "--id", "copy-1")
    listed = poly.run("project", "list", *account)
    deleted = poly.run("project", "delete", *account, "--project_id", agent.slug, "--force")
    left = poly.run("project", "list", *account)

    assert copied.returncode == 0, copied.stderr
    assert agent.slug in listed.stdout + listed.stderr
    assert "copy-1" in listed.stdout + listed.stderr
    assert deleted.returncode == 0, deleted.stderr
    assert [each in left.stdout + left.stderr for each in (agent.slug, "copy-1")] == [False, True]
