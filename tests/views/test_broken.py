"""A file that somebody broke while another had it open as a form: both texts, and nothing typed is lost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.views.test_editing import form_of
from tests.views.test_missing import HANDOFF, HANDOFFS, TOPIC, TWO
from tests.vocabulary import FILES, an_agent, drafted, live

pytestmark = pytest.mark.django_db
UNREADABLE = "name: [never closed\n"
TOO_MANY = {f"example_queries.{row}": f"How {row}?" for row in range(1, 22)}


@pytest.fixture
def agent() -> Agent:
    agent = an_agent(files={**FILES, HANDOFFS: TWO})
    live(agent)
    return agent


def whole(agent: Agent, path: str) -> str:
    return reverse("edit", args=[agent.slug, path]) + "?file"


def broke(agent: Agent, file: str) -> None:
    ana = a_client(agent, Role.EDITOR, name="Ana")
    theirs = form_of(ana.get(whole(agent, file)).text)
    assert ana.post(whole(agent, file), theirs | {"text": UNREADABLE}).status_code == 302


@pytest.mark.parametrize(
    ("path", "file", "typed"),
    [(TOPIC, TOPIC, {"content": "Two bags."}), (HANDOFF, HANDOFFS, {"description": "To people"})],
)
def test_what_was_typed_stands_beside_the_broken_text_and_either_is_saved(
    agent: Agent, path: str, file: str, typed: dict[str, str]
) -> None:
    ben = a_client(agent, Role.EDITOR, name="Ben")
    where = reverse("edit", args=[agent.slug, path])
    his = form_of(ben.get(where).text)
    broke(agent, file)

    met = ben.post(where, his | typed | {"kept": "abc 3"})

    form = form_of(met.text)
    assert met.status_code == 422
    assert "Ana saved this since you opened it" in met.text
    assert "cannot be read as it is now" in met.text
    assert form["kept"] == "abc 3"
    assert next(iter(typed.values())) in form["typed.text"]
    assert "never closed" in met.text
    assert drafted(agent)[file].decode() == UNREADABLE
    theirs = ben.post(whole(agent, file), form | {"act": "settle theirs text"})
    mine = ben.post(whole(agent, file), form_of(theirs.text) | {"act": "settle mine text"})
    assert form_of(theirs.text)["text"].replace("\r\n", "\n") == UNREADABLE
    saved = ben.post(whole(agent, file), form_of(mine.text))
    assert saved.status_code == 302
    assert form_of(ben.get(where).text) | typed == form_of(ben.get(where).text)
    assert f'action="{whole(agent, file)}"' in met.text


def test_rows_and_mistakes_are_typed_on_as_it_was_opened(agent: Agent) -> None:
    ben = a_client(agent, Role.EDITOR, name="Ben")
    where = reverse("edit", args=[agent.slug, TOPIC])
    his = form_of(ben.get(where).text)
    broke(agent, TOPIC)

    more = ben.post(where, his | {"content": "Two bags.", "act": "add example_queries"})
    wrong = ben.post(where, form_of(more.text) | TOO_MANY)

    assert more.status_code == 200
    assert "Save to see their text beside yours" in more.text
    assert (form_of(more.text)["content"], form_of(more.text)["seen"]) == ("Two bags.", his["seen"])
    assert wrong.status_code == 422
    assert "21 entries; 20 are allowed" in wrong.text
    assert form_of(wrong.text)["content"] == "Two bags."


def test_nothing_typed_leads_to_the_file_as_it_is(agent: Agent) -> None:
    ben = a_client(agent, Role.EDITOR, name="Ben")
    where = reverse("edit", args=[agent.slug, HANDOFF])
    his = form_of(ben.get(where).text)
    broke(agent, HANDOFFS)

    assert ben.post(where, his).url == whole(agent, HANDOFFS)
    assert ben.get(where).url == whole(agent, HANDOFFS)
