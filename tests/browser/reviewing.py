"""A comparison to review, and where its parts stand."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from deployments.models import Agent, Person, Role
from tests.vocabulary import FILES, FIND_CABIN, RULES, a_person, an_agent, edited, live, published

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
NOTES = b"".join(b"# note %d\n" % number for number in range(90))


def a_review() -> tuple[Agent, Person]:
    """Live and Sandbox apart by a change deep in a function, long names, and twelve long new topics."""
    agent = an_agent(files={**FILES, "functions/find_cabin.py": FIND_CABIN + NOTES})
    live(agent)
    topics = {
        f"topics/topic_{number}.yaml": (
            f"name: Topic {number}\nenabled: true\nactions: ''\ncontent: |-\n"
            + "".join(f"  Sentence {line} of {number}.\n" for line in range(60))
        ).encode()
        for number in range(10, 22)
    }
    changed = (FIND_CABIN + NOTES).replace(b"# note 85\n", b"# remark 85\n")
    long_name = {"topics/long.yaml": f"content: {WORD}\n".encode()}
    edited(
        agent,
        {"functions/find_cabin.py": changed, RULES: b"Be brief.\nNever promise a window.\n", **topics, **long_name},
    )
    published(agent, f"The twelve topics {WORD}")
    edited(agent, {RULES: b"Be kind.\n"})
    return agent, a_person(Role.RELEASER, agent.workspace, name="Maya Okafor")


def address(agent: Agent, query: str = "") -> str:
    return f"/agents/{agent.slug}/compare/live...sandbox/{query}"


def sheet(page: Page, name: str) -> Locator:
    return page.locator("article", has=page.get_by_role("heading", name=name, exact=True))
