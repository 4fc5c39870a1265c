"""A case made from a conversation fails after a bad edit, holds it back from Live, and passes once it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

from asgiref.sync import async_to_sync
from playwright.sync_api import Page, expect

from deployments import pipeline
from deployments.conversing.cases import hold_cases
from deployments.models import Agent, Person, Role
from tests.serving import Site
from tests.suites import a_set
from tests.vocabulary import FILES, an_actor, an_agent, edited, environment, live, published

TOPIC = "topics/luggage_limits.yaml"
WRONG = {TOPIC: FILES[TOPIC].replace(b"Two bags", b"Three bags")}
BAGS = "How many bags may I bring?"
CASE = BAGS.rstrip("?")
CONSENT = "I understand and wish to continue"


def held(run: UUID) -> None:
    async_to_sync(hold_cases)(run)


def a_live_agent() -> Agent:
    agent = an_agent()
    live(agent)
    return agent


def gated(agent: Agent) -> tuple[str, UUID]:
    """Its newest version answers wrongly, and the gate before Live has seen it; that version, and the run."""
    smoke = a_set(agent, "Smoke")
    pipeline.change_gate(environment(agent, "live"), smoke, by=an_actor(agent))
    edited(agent, WRONG)
    version = published(agent, "Three bags").version
    against = environment(agent, "sandbox")
    run = pipeline.start_run(agent, against, pipeline.Chosen(case_set=smoke), by=an_actor(agent))
    held(run.pk)
    return version.short, run.pk


def test_a_closed_gate_opens_when_the_answer_is_mended_and_the_set_has_passed(
    site: Site, visitor: Callable[..., Page], person: Callable[..., Person]
) -> None:
    agent = site.told(a_live_agent)
    editor, releaser = (visitor(person(role, agent.workspace)) for role in (Role.EDITOR, Role.RELEASER))

    editor.goto(f"/agents/{agent.slug}/deployments/live/")
    editor.get_by_role("link", name="Test", exact=True).click()
    said = editor.get_by_role("log")
    expect(said.get_by_text("Welcome aboard.")).to_be_visible(timeout=30_000)
    editor.get_by_label("Say something as the caller").fill(BAGS)
    editor.keyboard.press("Enter")
    expect(said.get_by_text("Two bags of 20 kg")).to_be_visible(timeout=30_000)
    editor.get_by_role("button", name="Save as test case").click()
    expect(editor.get_by_role("main")).to_contain_text("This conversation is a test case of the draft now.")
    expect(editor).to_have_url(re.compile("test_suite/how_many_bags_may_i_bring.yaml"))
    expect(said.get_by_text("Two bags of 20 kg")).to_be_visible()
    editor.get_by_role("button", name="Close test panel").click()

    wrong, failed = site.told(gated, agent)
    releaser.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    releaser.get_by_role("button", name=f"Actions for version {wrong}").first.click()
    why = "Test set “Smoke” failed on this version"
    offer = releaser.get_by_role("link", name="Promote to Live")
    expect(offer).to_have_accessible_description(re.compile(f"{why}: {CASE}."))
    releaser.goto(f"/agents/{agent.slug}/versions/{wrong}/promote/live/")
    dialog = releaser.get_by_role("dialog", name="Promote version live")
    expect(dialog).to_contain_text(f"{why}.")
    expect(dialog.get_by_role("listitem").get_by_text(CASE, exact=True)).to_be_visible()
    expect(dialog.get_by_role("button", name="Promote")).to_have_count(0)
    dialog.get_by_role("link", name="See the run").click()
    expect(releaser).to_have_url(f"{site.address}/agents/{agent.slug}/tests/runs/{failed}/")
    releaser.get_by_role("link", name=CASE, exact=True).click()
    expect(releaser.get_by_role("main")).to_contain_text("Three bags of 20 kg")

    site.told(edited, agent, {TOPIC: FILES[TOPIC]})
    editor.goto(f"/agents/{agent.slug}/draft/publish/")
    editor.get_by_label("Description").fill("Two bags again")
    editor.get_by_role("button", name="Publish").click()
    expect(editor.get_by_role("status")).to_contain_text("to Sandbox.")
    editor.goto(f"/agents/{agent.slug}/tests/")
    editor.get_by_role("link", name="Run tests").first.click()
    dialog = editor.get_by_role("dialog", name="Run tests")
    dialog.get_by_label("Against").select_option("sandbox")
    dialog.get_by_label("Smoke").check()
    dialog.get_by_role("button", name="Run", exact=True).click()
    progress = editor.get_by_role("region", name="The run")
    expect(progress.get_by_role("button", name="Cancel the run")).to_be_visible()

    site.told(lambda: held(agent.runs.latest("began_at").pk))

    expect(progress).to_contain_text("Passed", timeout=30_000)
    expect(progress.get_by_role("button", name="Cancel the run")).to_have_count(0)
    mended = site.told(lambda: agent.versions.latest("number").short)
    assert mended != wrong
    releaser.goto(f"/agents/{agent.slug}/versions/{mended}/promote/live/")
    expect(releaser.get_by_text("Test set “Smoke” passed on this version.")).to_be_visible()
    releaser.get_by_label(CONSENT).check()
    releaser.get_by_role("button", name="Promote").click()
    expect(releaser.get_by_role("status")).to_contain_text(f"Version {mended} is now in Live.")
    assert site.told(lambda: environment(agent, "live").active.version.short) == mended  # type: ignore[union-attr]
