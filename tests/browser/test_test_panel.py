"""Talking to versions beside any page, and callers who come by a link: what promoting changes, and for whom."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from deployments.models import Agent, Person, Role
from deployments.pipeline.talk_links import change_talk_link
from deployments.runtime.turns import TopicFound
from tests.serving import Site
from tests.vocabulary import FILES, an_actor, an_agent, answered, begun, edited, environment, live, promoted, published

Visitor = Callable[..., Page]

BAGS = "How many bags may I bring?"
TWO, THREE = "Two bags of 20 kg each", "Three bags of 20 kg each"
NEW = {"topics/luggage_limits.yaml": FILES["topics/luggage_limits.yaml"].replace(b"Two bags", b"Three bags")}

# A browser with two microphones, one of them loud, which hears by the one that it is handed.
EARS = """
  const devices = ["Desk", "Headset"].map((label) => ({ deviceId: label.toLowerCase(), label, kind: "audioinput" }));
  navigator.mediaDevices.enumerateDevices = async () => devices;
  navigator.mediaDevices.getUserMedia = async ({ audio }) => {
    const context = new AudioContext();
    const sound = new OscillatorNode(context);
    const { stream } = sound.connect(new MediaStreamAudioDestinationNode(context));
    sound.start();
    stream.getAudioTracks()[0].device = audio.deviceId?.ideal ?? "desk";
    return stream;
  };
  window.SpeechRecognition = class {
    start(track) {
      if (!track) throw new TypeError();
      window.heardBy = track.device;
      this.onresult({ results: [[{ transcript: "How many bags may I bring?" }]] });
      setTimeout(() => this.onend());
    }
  };
"""


def ask(page: Page, words: str, answer: str) -> None:
    page.get_by_label("Say something as the caller").fill(words)
    page.keyboard.press("Enter")
    expect(page.get_by_role("log").get_by_text(answer)).to_be_visible(timeout=30_000)


def open_test(page: Page) -> None:
    page.get_by_role("link", name="Test", exact=True).click()
    expect(page.get_by_role("log").get_by_text("Welcome aboard.")).to_be_visible(timeout=30_000)


@pytest.fixture
def agent(site: Site) -> Agent:
    """Live answers with two bags, the draft with three."""
    agent = site.told(an_agent)
    site.told(live, agent)
    site.told(edited, agent, NEW)
    return agent


def test_the_draft_answers_in_a_panel_that_stays_and_live_answers_as_before(
    site: Site,
    visitor: Visitor,
    person: Callable[..., Person],
    agent: Agent,
    axe_in_both_schemes: Callable[[Page], list[str]],
) -> None:
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")

    open_test(page)
    ask(page, BAGS, THREE)
    page.get_by_role("link", name="Look into turn 0").click()
    expect(page.get_by_text("Turn 0,", exact=False)).to_be_visible()
    expect(page).to_have_url(re.compile("/deployments/live/$"))
    page.get_by_role("navigation", name="Night ferry").get_by_role("link", name="Project History").click()
    expect(page.get_by_role("heading", name="Project History")).to_be_visible()
    expect(page.get_by_role("log").get_by_text(THREE)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/test/" in request.url else None)
    page.reload()
    expect(page.get_by_role("log").get_by_text(THREE)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    assert axe_in_both_schemes(page) == []

    page.get_by_label("Talk to").select_option("live")
    expect(page.get_by_role("log").get_by_text(THREE)).to_have_count(0)
    ask(page, BAGS, TWO)
    page.get_by_role("button", name="End conversation").press("Enter")
    expect(page.get_by_role("button", name="Start again")).to_be_focused()
    page.get_by_role("button", name="Close test panel").click()
    expect(page.get_by_role("log")).to_have_count(0)
    expect(page.get_by_role("link", name="Test", exact=True)).to_be_focused()


def test_what_is_typed_while_a_test_is_started_stays_typed(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent
) -> None:
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    open_test(page)
    ask(page, BAGS, THREE)
    held: list[Route] = []
    page.route(re.compile("/test/$"), lambda route: held.append(route))
    page.get_by_text("Chat configuration").click()
    page.get_by_label("Say something as the caller").fill("And with a dog?")
    with page.expect_request(re.compile("/test/$")):
        page.get_by_role("button", name="Start again").click()
    number = page.get_by_label("Caller’s number")
    number.press_sequentially("+4712345678")

    [only] = held
    only.continue_()

    expect(page.get_by_role("log").get_by_text(THREE)).to_have_count(0)
    expect(page.get_by_label("Say something as the caller")).to_have_value("And with a dog?")
    expect(number).to_have_value("+4712345678")
    expect(number).to_be_focused()


def test_an_answer_that_comes_after_the_panel_was_closed_opens_nothing(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent
) -> None:
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    open_test(page)
    asked: list[Route] = []
    page.route(re.compile("/turns/$"), lambda route: asked.append(route))
    page.get_by_label("Say something as the caller").fill(BAGS)
    with page.expect_request(re.compile("/turns/$")):
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Close test panel").click()

    turn = {"chat": "<li>Good-bye.</li>", "drawer": "", "notice": "", "number": 1, "ended": True}
    asked[0].fulfill(content_type="text/event-stream", body=f"event: turn\ndata: {json.dumps(turn)}\n\n")

    page.wait_for_timeout(1000)
    expect(page.get_by_role("log")).to_have_count(0)


def test_a_test_call_is_heard_by_the_chosen_microphone_and_shows_its_level(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent, axe: Callable[[Page], list[str]]
) -> None:
    page = visitor(person(Role.EDITOR, agent.workspace))
    page.add_init_script(EARS)
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    open_test(page)
    page.get_by_role("link", name="Call agent").click()
    expect(page.get_by_role("button", name="Speak")).to_be_visible()

    page.get_by_text("Call configuration").click()
    page.get_by_role("button", name="Try the microphone").click()
    expect(page.get_by_role("button", name="Try the microphone")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Microphone", exact=True).select_option("Headset")
    expect.soft(page.get_by_role("meter", name="Microphone level")).to_be_visible()
    page.locator("meter:visible").evaluate(
        "meter => new Promise(loud => setInterval(() => meter.value > 0.2 && loud(), 20))"
    )
    assert axe(page) == []
    page.get_by_role("button", name="Try the microphone").click()
    expect(page.get_by_role("meter", name="Microphone level")).to_have_count(0)
    page.get_by_label("SIP headers").fill("X-Tier: gold")
    page.get_by_role("button", name="Start again").click()
    expect(page.get_by_label("SIP headers")).to_be_hidden()
    expect(page.get_by_label("SIP headers")).to_have_value("X-Tier: gold")
    page.get_by_role("button", name="Speak").click()

    expect(page.get_by_role("log").get_by_text(THREE)).to_be_visible(timeout=30_000)
    assert page.evaluate("window.heardBy") == "headset"
    called = site.told(lambda: agent.conversations.newest_first().select_related("thread").first())
    assert called.channel == "voice"
    assert called.thread.setting["sip_headers"] == {"X-Tier": "gold"}


def test_the_gear_says_what_each_turn_shows_and_is_remembered(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent
) -> None:
    page = visitor(person(Role.EDITOR, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    open_test(page)
    ask(page, BAGS, THREE)
    topic = page.get_by_role("log").get_by_role("link", name="Luggage limits")
    expect(topic).to_be_visible()

    gear = page.get_by_role("button", name="What each turn shows")
    gear.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Topic citations").focus()
    page.keyboard.press("Space")
    expect(topic).to_be_hidden()
    page.keyboard.press("Escape")
    expect(gear).to_be_focused()
    page.reload()
    expect(page.get_by_role("log").get_by_text(THREE)).to_be_visible()
    expect(topic).to_be_hidden()
    gear.click()
    page.get_by_label("Select all").check()
    page.keyboard.press("Escape")
    topic.click()

    expect(page).to_have_url(re.compile("topics/luggage_limits"))
    expect(page.get_by_role("log").get_by_text(THREE)).to_be_visible()


def test_a_start_that_is_refused_is_sent_once_and_waits_to_be_mended(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent
) -> None:
    page = visitor(person(Role.EDITOR, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    open_test(page)
    page.get_by_role("link", name="Call agent").click()
    expect(page.get_by_role("link", name="Call agent")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("log").get_by_text("Welcome aboard.")).to_be_visible(timeout=30_000)
    again = page.get_by_role("button", name="Start again")
    page.get_by_text("Call configuration").click()
    page.get_by_label("SIP headers").fill("nonsense")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)

    again.click()

    expect(page.get_by_text("“nonsense” is no SIP header")).to_be_visible()
    expect(page.get_by_label("SIP headers")).to_have_value("nonsense")
    page.wait_for_timeout(1000)
    assert len(sent) == 1
    page.get_by_label("SIP headers").fill("X-Tier: gold")
    page.get_by_role("button", name="Start test call").click()
    expect(page.get_by_role("log").get_by_text("Welcome aboard.")).to_be_visible(timeout=30_000)


def test_a_bad_answer_is_corrected_beside_the_conversation_and_asked_again(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent
) -> None:
    page = visitor(person(Role.EDITOR, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    open_test(page)
    ask(page, BAGS, THREE)

    page.get_by_role("link", name="topics/luggage_limits.yaml").click()
    page.locator(".editor").first.wait_for()
    corrects(page, "Four bags of 20 kg each.")

    expect(page.get_by_role("log").get_by_text("Four bags of 20 kg each.")).to_be_visible(timeout=30_000)


def test_what_a_caller_was_told_is_corrected_from_conversations_and_the_draft_is_asked_the_same(
    site: Site, visitor: Visitor, person: Callable[..., Person], agent: Agent
) -> None:
    called = site.told(begun, agent)
    luggage = TopicFound(path="topics/luggage_limits.yaml", name="Luggage limits", score=1.0, exact=True)
    site.told(lambda: answered(called, BAGS, f"{TWO}.", topics=[luggage]))
    page = visitor(person(Role.EDITOR, agent.workspace))
    page.goto(f"/agents/{agent.slug}/conversations/{called.pk}/?turn=1")

    page.get_by_role("link", name="topics/luggage_limits.yaml").click()
    page.locator(".editor").first.wait_for()
    expect(page.get_by_role("log").get_by_text(TWO)).to_be_visible()
    corrects(page, "Five bags of 20 kg each.")

    expect(page.get_by_role("log").get_by_text("Five bags of 20 kg each.")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Say something as the caller")).to_be_visible()


def corrects(page: Page, words: str) -> None:
    page.locator(".field", has=page.locator("#f-content")).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.get_by_role("button", name="Save in the draft").click()


def test_a_caller_keeps_the_version_and_the_next_one_gets_what_was_promoted(
    site: Site, browser: Browser, agent: Agent, axe_in_both_schemes: Callable[[Page], list[str]]
) -> None:
    by = site.told(an_actor, agent, Role.ADMIN)
    link = site.told(change_talk_link, site.told(environment, agent, "live"), is_on=True, turns_a_day=100, by=by)
    before, after = (
        browser.new_context(base_url=site.address, viewport={"width": 390, "height": 800}).new_page() for _ in "ab"
    )

    def says(page: Page, words: str, answer: str) -> None:
        page.get_by_label("Your message").fill(words)
        page.keyboard.press("Enter")
        expect(page.get_by_role("log").get_by_text(answer).last).to_be_visible(timeout=30_000)

    before.goto(f"/talk/{link.token}/")
    says(before, BAGS, TWO)
    site.told(lambda: promoted(promoted(published(agent), "pre-release"), "live"))
    after.goto(f"/talk/{link.token}/")
    says(after, BAGS, THREE)
    before.reload()
    says(before, "Is there a weight limit?", TWO)

    assert axe_in_both_schemes(after) == []
    assert not before.context.cookies()
    for page in (before, after):
        page.context.close()


def test_a_browser_that_keeps_nothing_for_a_frame_begins_by_itself_and_hears_answers_as_they_come(
    site: Site, browser: Browser, agent: Agent
) -> None:
    by = site.told(an_actor, agent, Role.ADMIN)
    link = site.told(change_talk_link, site.told(environment, agent, "live"), is_on=True, turns_a_day=100, by=by)
    page = browser.new_context(base_url=site.address).new_page()
    refused = "get() { throw new DOMException('Access is denied for this document.', 'SecurityError') }"
    page.add_init_script(f"Object.defineProperty(window, 'sessionStorage', {{ {refused} }})")

    page.goto(f"/talk/{link.token}/")
    page.get_by_label("Your message").fill(BAGS)
    page.keyboard.press("Enter")

    expect(page.get_by_role("log").get_by_text(TWO).last).to_be_visible(timeout=30_000)
    page.context.close()


def test_another_site_shows_the_conversation_in_a_frame_where_it_is_allowed_and_nowhere_else(
    site: Site, browser: Browser, agent: Agent
) -> None:
    by = site.told(an_actor, agent, Role.ADMIN)
    context = browser.new_context(viewport={"width": 800, "height": 800})
    with a_site() as shop, a_site() as stranger:
        where = site.told(environment, agent, "live")
        link = site.told(change_talk_link, where, is_on=True, sites=[shop], turns_a_day=100, by=by)
        pages = {}
        for other in (shop, stranger):
            page = pages[other] = context.new_page()
            page.goto(f"{other}/?{site.address}/talk/{link.token}/embed.js")
            page.get_by_role("button", name="Talk to us").click()
        allowed, refused = (pages[other].frame_locator("iframe") for other in (shop, stranger))

        allowed.get_by_label("Your message").fill(BAGS)
        allowed.get_by_label("Your message").press("Enter")
        expect(allowed.get_by_role("log").get_by_text(TWO)).to_be_visible(timeout=30_000)
        pages[stranger].wait_for_timeout(500)
        expect(refused.get_by_role("log")).to_have_count(0)
        assert all(not frame.url.startswith(site.address) for frame in pages[stranger].frames)
    context.close()


@contextmanager
def a_site() -> Iterator[str]:
    """Somebody else's page, which takes the script that its address names."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            script = self.path.partition("?")[2]
            self.wfile.write(f'<!doctype html><title>Shop</title><body><script src="{script}"></script>'.encode())

        def log_message(self, *said: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
