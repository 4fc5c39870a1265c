"""The second to save the same text: both side by side, put together where nothing overlaps, nothing lost."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Role, content
from tests.signing_in import a_client
from tests.views.test_editing import form_of
from tests.vocabulary import FILES, an_agent, live

pytestmark = pytest.mark.django_db
NOTES = "notes/plan.txt"
BEFORE = "one\ntwo\nthree\nfour\nfive\n"


@pytest.fixture
def agent() -> Agent:
    agent = an_agent(files={**FILES, NOTES: BEFORE.encode()})
    live(agent)
    return agent


def held(agent: Agent) -> str:
    return content.contents(agent, Agent.objects.get(pk=agent.pk).draft.manifest)[NOTES].decode()


def met(agent: Agent, theirs: str, mine: str) -> tuple[Client, str, str]:
    """Ana saves hers while Ben types his: Ben, the address, and the page that answers him."""
    where = reverse("edit", args=[agent.slug, NOTES])
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    hers, his = (form_of(client.get(where).text) for client in (ana, ben))
    ana.post(where, hers | {"text": theirs})
    answer = ben.post(where, his | {"text": mine})
    assert answer.status_code == 422
    assert held(agent) == theirs
    return ben, where, answer.text


def typed(page: str) -> str:
    return form_of(page)["text"].replace("\r\n", "\n")


def test_what_does_not_overlap_is_offered_put_together(agent: Agent) -> None:
    theirs, mine = BEFORE.replace("one", "ONE"), BEFORE.replace("five", "FIVE")

    ben, where, page = met(agent, theirs, mine)

    assert "Ana saved this since you opened it" in page
    assert "in different lines: below they are put together" in page
    assert typed(page) == "ONE\ntwo\nthree\nfour\nFIVE\n"
    ben.post(where, form_of(page))
    assert held(agent) == "ONE\ntwo\nthree\nfour\nFIVE\n"


def test_where_both_changed_a_line_both_stand_side_by_side_and_either_is_chosen(agent: Agent) -> None:
    theirs, mine = BEFORE.replace("two", "TWO").replace("five", "FIVE"), BEFORE.replace("two", "2")
    ben, where, page = met(agent, theirs, mine)
    shown = [html.unescape(text) for text in re.findall(r"<pre>(.*?)</pre>", page, re.S)]

    assert "1 place overlaps" in page
    assert {"TWO", "2", "FIVE", "five"} <= {line for text in shown for line in text.split("\n")}
    assert typed(page) == "one\n2\nthree\nfour\nFIVE\n"
    chosen = ben.post(where, form_of(page) | {"act": "settle theirs text"})
    again = ben.post(where, form_of(chosen.text) | {"act": "settle mine text"})
    both = ben.post(where, form_of(again.text) | {"act": "settle both text"})

    assert (typed(chosen.text), typed(again.text)) == (theirs, mine)
    assert typed(both.text) == "one\n2\nthree\nfour\nFIVE\n"
    assert "Nothing is saved yet." in both.text
    assert held(agent) == theirs
    ben.post(where, form_of(again.text))
    assert held(agent) == mine


def test_a_third_save_meanwhile_is_met_again_and_loses_nothing(agent: Agent) -> None:
    ben, where, page = met(agent, BEFORE.replace("one", "ONE"), BEFORE.replace("five", "FIVE"))
    cleo = a_client(agent, Role.EDITOR, name="Cleo")
    cleo.post(where, form_of(cleo.get(where).text) | {"text": BEFORE.replace("one", "ONE").replace("three", "THREE")})

    again = ben.post(where, form_of(page))

    assert again.status_code == 422
    assert "Cleo saved this since you opened it" in again.text
    assert typed(again.text) == "ONE\ntwo\nTHREE\nfour\nFIVE\n"


def test_the_one_who_saved_this_is_named_and_not_who_saved_last(agent: Agent) -> None:
    where = reverse("edit", args=[agent.slug, NOTES])
    ana, ben, cleo = (a_client(agent, Role.EDITOR, name=name) for name in ("Ana", "Ben", "Cleo"))
    his = form_of(ben.get(where).text)
    ana.post(where, form_of(ana.get(where).text) | {"text": BEFORE.replace("one", "ONE")})
    rules = reverse("edit", args=[agent.slug, "agent_settings/rules.txt"])
    cleo.post(rules, form_of(cleo.get(rules).text) | {"text": "Be kind.\n"})

    page = ben.post(where, his | {"text": BEFORE.replace("five", "FIVE")}).text

    assert "Ana saved this since you opened it" in page


def test_what_both_typed_alike_is_no_conflict(agent: Agent) -> None:
    same = BEFORE.replace("one", "ONE")

    _, _, page = met(agent, same, same)

    assert "Use theirs" not in page
    assert typed(page) == same


def test_a_button_of_a_row_leaves_both_texts_there_to_choose_from(agent: Agent) -> None:
    where = reverse("edit", args=[agent.slug, "topics/luggage_limits.yaml"])
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    hers, his = (form_of(client.get(where).text) for client in (ana, ben))
    ana.post(where, hers | {"content": "Three bags."})
    page = ben.post(where, his | {"content": "Four bags."}).text

    more = ben.post(where, form_of(page) | {"act": "add example_queries"}).text
    chosen = ben.post(where, form_of(more) | {"act": "settle theirs content"}).text

    assert form_of(more)["content"] == "Four bags."
    assert form_of(chosen)["content"] == "Three bags."
    assert "example_queries.3" in form_of(chosen)
