"""Each page and dialog of a release, looked at by axe in both schemes, and never wider than a small screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deployments import pipeline
from deployments.models import Agent, CaseRun, Conversation, Event, Person, Role
from deployments.models.api_key import PERMISSIONS
from deployments.pipeline import Actor, acknowledge, create_api_key
from deployments.runtime import turns
from deployments.suite.results import Verdict
from tests.serving import Site
from tests.suites import a_case, a_result, a_set, ran
from tests.vocabulary import (
    BROKEN,
    FILES,
    a_config,
    a_number,
    a_person,
    an_actor,
    an_agent,
    answered,
    begun,
    edited,
    environment,
    live,
    promoted,
    published,
    rolled_back,
)

Visitor = Callable[..., Page]
Looking = Callable[[Person, str], Page]
Desk = tuple[Person, dict[str, object]]

LONG = "Offer the night boat when the evening one is full and say plainly that it takes no vehicles " * 3
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
CASE = a_case("Bags", LONG, tags=[WORD], slipway={"severity": "critical"})
PAGES = {
    "agents": "/",
    "all environments": "/agents/{slug}/compare/environments/",
    "sandbox": "/agents/{slug}/deployments/sandbox/",
    "pre-release": "/agents/{slug}/deployments/pre-release/",
    "live": "/agents/{slug}/deployments/live/",
    "nothing found": "/agents/{slug}/deployments/live/?q=nothing+like+it",
    "an empty agent": "/agents/{empty}/deployments/sandbox/",
    "an empty environment": "/agents/{empty}/deployments/live/",
    "draft activity": "/agents/{slug}/draft/",
    "no draft": "/agents/{quiet}/draft/",
    "edit a topic": "/agents/{slug}/draft/edit/topics/luggage_limits.yaml",
    "edit a function": "/agents/{slug}/draft/edit/functions/find_cabin.py",
    "find": "/agents/{slug}/find/?q=bags&with=suitcases",
    "publish": "/agents/{slug}/draft/publish/",
    "delete draft": "/agents/{slug}/draft/discard/",
    "revert a saved change": "/agents/{slug}/draft/changes/{change}/revert/",
    "revert all of mine": "/agents/{slug}/draft/changes/mine/revert/",
    "restore a draft": "/agents/{quiet}/draft/kept/{kept}/restore/",
    "take from a version": "/agents/{slug}/versions/{first}/take/",
    "promote": "/agents/{slug}/versions/{version}/promote/live/",
    "conversations": "/agents/{slug}/conversations/",
    "conversations of testers, narrowed": "/agents/{slug}/conversations/?view=test&least=0&who=tested",
    "no conversations": "/agents/{empty}/conversations/",
    "a conversation": "/agents/{slug}/conversations/{talk}/",
    "a turn of it": "/agents/{slug}/conversations/{talk}/?turn=1",
    "test": "/agents/{slug}/test/",
    "a shareable link": "/agents/{slug}/links/live/",
    "runtimes": "/agents/{slug}/runtimes/",
    "no runtimes": "/agents/{empty}/runtimes/",
    "numbers": "/agents/{slug}/numbers/",
    "no numbers": "/agents/{empty}/numbers/",
    "add a number": "/agents/{slug}/numbers/add/live/",
    "move a number": "/agents/{slug}/numbers/442079460018/move/sandbox/",
    "delete a number": "/agents/{slug}/numbers/442079460018/delete/",
    "real-time config": "/agents/{slug}/real-time-config/live/",
    "its schema": "/agents/{slug}/real-time-config/live/schema/",
    "no real-time config": "/agents/{empty}/real-time-config/sandbox/",
    "resources": "/agents/{slug}/resources/",
    "a resource": "/agents/{slug}/resources/topics/luggage_limits.yaml",
    "new resource": "/agents/{slug}/draft/new/",
    "rename a resource": "/agents/{slug}/draft/rename/config/handoffs.yaml%23handoffs/front_desk",
    "delete a resource": "/agents/{slug}/draft/delete/config/handoffs.yaml%23handoffs/front_desk",
    "people": "/workspaces/{workspace}/people/",
    "API keys": "/workspaces/{workspace}/keys/",
    "a search for keys": "/workspaces/{workspace}/keys/?q=nothing+like+it",
    "a new API key": "/workspaces/{workspace}/keys/new/",
    "revoke a key": "/workspaces/{workspace}/keys/{key}/revoke/",
    "the API": "/v1/docs",
    "roll back": "/agents/{slug}/deployments/live/{back}/rollback/",
    "test runs": "/agents/{slug}/tests/",
    "no test runs": "/agents/{empty}/tests/",
    "a test run": "/agents/{slug}/tests/runs/{run}/",
    "a result of it": "/agents/{slug}/tests/runs/{run}/results/{result}/",
    "test cases": "/agents/{slug}/tests/cases/",
    "test sets": "/agents/{slug}/tests/sets/",
    "a new test set": "/agents/{slug}/tests/sets/new/",
    "run tests": "/agents/{slug}/tests/run/",
    "promote past a gate": "/agents/{slug}/versions/{first}/promote/pre-release/",
}

# Where words leave what clips them without a word of it. The slanted lines of a ladder do so on purpose.
CUT_OFF = """() => [...document.querySelectorAll("main *, dialog *")].filter((each) => {
  const look = getComputedStyle(each);
  return ["hidden", "clip"].includes(look.overflowX) && look.textOverflow !== "ellipsis" && look.clipPath === "none"
    && each.checkVisibility() && each.clientWidth > 2 && each.scrollWidth > each.clientWidth + 1
    && !each.matches("input, .ladder, .ladder *, .cm-editor *");
}).map((each) => `${each.tagName} ${each.className}: ${each.textContent.trim().slice(0, 60)}`)"""


def a_desk() -> Desk:
    """An agent that was published, promoted and rolled back, with a draft that has problems; and one that is empty."""
    agent = an_agent(name=f"Night ferry {WORD}"[:200], files={**FILES, **CASE})
    first = live(agent)
    second = published(agent, LONG)
    promoted(second, "live", WORD)
    rolled_back(agent, "live")
    newest = promoted(published(agent, "Short"), "pre-release")
    edited(agent, {**BROKEN, "topics/tides_and_winds.yaml": b"name: Tides\nenabled: true\ncontent: Ask $nobody.\n"})
    a_number(agent, "live", "+44 20 7946 0018", label=WORD)
    for runtime, version in (("voice-1", first.version), (WORD, second.version)):
        acknowledge(environment(agent, "live"), version, runtime=runtime)
    talk = a_talk(agent)
    a_config(agent, {"type": "object", "properties": {"open": {"type": "boolean", "title": WORD}}}, {WORD: WORD})
    empty = an_agent(agent.workspace, files=FILES)
    quiet = an_agent(agent.workspace)
    live(quiet)
    kept = pipeline.discard(quiet, state=edited(quiet).state, by=an_actor(quiet)).pk
    releaser = a_person(Role.RELEASER, agent.workspace, name="Anneliese van der Westhuizen-Oyelaran")
    own = edited(agent, {f"notes/{WORD}.txt": b"Mine.\n"}, by=releaser).changes.latest("pk")
    edited(agent, {f"notes/{WORD}.txt": b"Theirs.\n"})
    names = {"slug": agent.slug, "empty": empty.slug, "quiet": quiet.slug, "version": newest.version.short}
    names |= {"change": str(own.pk), "kept": str(kept), "talk": str(talk.pk)}
    by = Actor(releaser, channel=Event.Channel.WEB)
    key, _ = create_api_key(agent.workspace, name=WORD[:200], permissions=PERMISSIONS, agents=[agent, empty], by=by)
    row = a_tested_version(agent)
    names |= {"run": str(row.run_id), "result": str(row.pk)}
    names |= {"workspace": agent.workspace.slug, "key": str(key.pk)}
    return releaser, names | {"back": _placement_of(agent, second.version_id), "first": first.version.short}


def a_tested_version(agent: Agent) -> CaseRun:
    """What failed of a set that is a gate, whose every name is long."""
    smoke = a_set(agent, WORD[:100], after=["sandbox"], repeats=3, needed=50)
    pipeline.change_gate(environment(agent, "pre-release"), smoke, by=an_actor(agent))
    against = environment(agent, "sandbox")
    run = pipeline.start_run(agent, against, pipeline.Chosen(case_set=smoke), by=an_actor(agent))
    verdict = Verdict(kind="expectation", told=f"says {WORD}", status="failed", reason=LONG, turn=1)
    told = a_result("failed", (None, "Welcome."), (WORD, LONG), verdicts=[verdict], reason=LONG, notes=[LONG])
    ran(run, told={"Bags": told}, Bags="failed")
    return run.case_runs.earliest("pk")


def a_talk(agent: Agent) -> Conversation:
    """With all that a turn can show."""
    begun(agent, "sandbox", by=Role.VIEWER)
    talk = begun(agent, channel="voice", caller_number="+442079460018", variant=WORD[:60])
    answered(
        talk,
        f"Where is my {WORD}?",
        LONG,
        "And more.",
        topics=[turns.TopicFound(path="topics/luggage_limits.yaml", name=WORD, score=0.4, exact=False)],
        functions=[
            turns.FunctionRun(
                path="functions/find_cabin.py",
                name="find_cabin",
                by="model",
                arguments={"code": WORD},
                result=None,
                seconds=0.042,
                log=[turns.Note(level="info", text=LONG)],
                error=turns.Note(level="error", text=f"KeyError: {WORD}", line=19),
            ),
            turns.FunctionRun(
                path="functions/find_cabin.py", name=WORD, by="model", arguments={}, result=LONG, seconds=0.3
            ),
        ],
        requests=[turns.Request(prompt=LONG, offered=["find_cabin"], answer=LONG, seconds=1.2)],
        moves=[turns.Move(flow="Booking", step=WORD, path="flows/booking/flow_config.yaml", by="find_cabin")],
        state={WORD: (None, LONG)},
        notes=[turns.Note(level="warning", text=LONG, path="functions/find_cabin.py", line=3)],
        intentions=[turns.Intention(kind="sms", told={"text": LONG})],
        ended=turns.Ended(
            by="agent", outcome="handoff", handoff=turns.Handoff(destination="front_desk", reason=LONG, known=False)
        ),
    )
    pipeline.tag_conversation(talk, ["bags", "a tag of some length"], by=an_actor(agent))
    pipeline.annotate_turns(talk, [(1, "agent", "wrong_info")], by=an_actor(agent))
    return talk


def _placement_of(agent: Agent, version: int) -> object:
    return agent.deployments.get(environment__slug="live", version=version).pk


@pytest.fixture(scope="module")
def desk(site: Site) -> Desk:
    return site.told(a_desk)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong_in_light_and_dark_and_nothing_scrolls_sideways(
    name: str, desk: Desk, looking: Looking, axe_in_both_schemes: Callable[[Page], list[str]]
) -> None:
    page = looking(desk[0], PAGES[name].format(**desk[1]))

    wrong = axe_in_both_schemes(page)
    widths, cut = {}, {}
    for width in (320, 390, 768):
        widths[width] = _width_at(page, width)
        cut[width] = page.evaluate(CUT_OFF)

    assert wrong == []
    assert {width: found for width, found in widths.items() if found > width} == {}
    assert {width: found for width, found in cut.items() if found} == {}


def _width_at(page: Page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 900})
    return int(page.evaluate("document.documentElement.scrollWidth"))


def test_what_is_not_there_is_said_within_the_width_of_a_telephone(desk: Desk, visitor: Visitor) -> None:
    """It offers the way back to an agent, whose name may be one long word."""
    page = visitor(desk[0])

    page.goto("/agents/{slug}/tests/cases/no_such_case.yaml".format(**desk[1]))

    assert page.get_by_role("link", name="Deployments of Night ferry").is_visible()
    assert _width_at(page, 390) == 390


@pytest.mark.parametrize("width", [390, 1280])
def test_a_long_name_gives_way_to_what_is_live(width: int, site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent, name=("Night ferry " * 20)[:200])
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace), width=width)

    page.goto(f"/agents/{agent.slug}/deployments/live/")

    said = page.get_by_text("Nothing in Live yet", exact=True)
    assert said.is_visible()
    assert said.evaluate(
        """element => {
            const words = document.createRange();
            words.selectNodeContents(element);
            return words.getBoundingClientRect().width <= element.getBoundingClientRect().width;
        }"""
    )


def test_axe_finds_nothing_wrong_with_an_open_menu_and_an_open_dialog(
    desk: Desk, visitor: Visitor, axe_in_both_schemes: Callable[[Page], list[str]]
) -> None:
    page = visitor(desk[0])
    page.goto(PAGES["live"].format(**desk[1]))

    page.locator("table .actions button[popovertarget]").first.click()
    page.get_by_role("link", name="Compare versions").wait_for()
    menu = axe_in_both_schemes(page)
    page.get_by_role("link", name="Rollback").click()
    page.get_by_role("dialog").wait_for()
    dialog = axe_in_both_schemes(page)

    assert menu == []
    assert dialog == []


def test_a_release_on_a_telephone(desk: Desk, visitor: Visitor) -> None:
    page = visitor(desk[0], width=390, has_touch=True)
    page.goto(PAGES["live"].format(**desk[1]))

    page.locator("table .actions button[popovertarget]").first.tap()
    page.get_by_role("link", name="Rollback").tap()

    button = page.get_by_role("dialog").get_by_role("button", name="Rollback")
    # In sight without scrolling, however long what it says of the exchange.
    expect(button).to_be_in_viewport(ratio=1)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
