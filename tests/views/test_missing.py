"""What was deleted or renamed while somebody typed into it: said in words, nothing lost, made again when asked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Role
from deployments.resources import read_file
from tests.signing_in import a_client
from tests.views.test_editing import form_of
from tests.vocabulary import FILES, an_agent, drafted, live

pytestmark = pytest.mark.django_db
TOPIC = "topics/luggage_limits.yaml"
HANDOFFS = "config/handoffs.yaml"
HANDOFF = f"{HANDOFFS}#handoffs/front_desk"
TWO = FILES[HANDOFFS] + b"- name: night_desk # until six\n  description: ''\n  is_default: false\n"


@pytest.fixture
def agent() -> Agent:
    agent = an_agent(files={**FILES, HANDOFFS: TWO})
    live(agent)
    return agent


def deleted(agent: Agent, path: str, form: dict[str, str] | None = None) -> tuple[Client, str, dict[str, str]]:
    """Ana deletes what Ben has open: Ben, its address and the form he has before him."""
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    where = reverse("edit", args=[agent.slug, path])
    his = form_of(ben.get(where).text)
    assert ana.post(reverse("resource-deletion", args=[agent.slug, path]), {}).status_code == 302
    return ben, where, his


def test_saving_what_was_deleted_is_refused_and_keeps_what_was_typed(agent: Agent) -> None:
    ben, where, his = deleted(agent, TOPIC)

    answer = ben.post(where, his | {"content": "Two bags.\nAnd a hat."})

    assert answer.status_code == 422
    assert "Ana deleted this." in answer.text
    assert form_of(answer.text)["content"] == "Two bags.\r\nAnd a hat."
    assert TOPIC not in drafted(agent)


def test_it_is_created_again_as_it_was_with_what_was_typed(agent: Agent) -> None:
    ben, where, his = deleted(agent, TOPIC)
    refused = form_of(ben.post(where, his | {"content": "Two bags."}).text)

    answer = ben.post(where, refused | {"again": "1"})

    assert answer.url == reverse("resource", args=[agent.slug, TOPIC])
    before, after = (read_file(TOPIC, files[TOPIC])[0].fields for files in (FILES, drafted(agent)))
    assert after == {**before, "content": "Two bags."}


def test_what_shared_its_file_is_created_again_beside_the_others(agent: Agent) -> None:
    ben, where, his = deleted(agent, HANDOFF)
    without = drafted(agent)[HANDOFFS]
    refused = form_of(ben.post(where, his | {"description": "To people"}).text)

    answer = ben.post(where, refused | {"again": "1"})

    assert answer.status_code == 302
    made = {each.name: each.fields for each in read_file(HANDOFFS, drafted(agent)[HANDOFFS])}
    before = {each.name: each.fields for each in read_file(HANDOFFS, TWO)}
    assert made == before | {"front_desk": {**before["front_desk"], "description": "To people"}}
    assert b"night_desk # until six" in without
    assert b"night_desk # until six" in drafted(agent)[HANDOFFS]


def test_somebody_who_made_it_again_first_is_met_and_not_overwritten(agent: Agent) -> None:
    ben, where, his = deleted(agent, TOPIC)
    cleo = a_client(agent, Role.EDITOR, name="Cleo")
    hers = form_of(cleo.get(where).text)
    cleo.post(where, hers | {"content": "Three bags.", "again": "1"})

    answer = ben.post(where, his | {"content": "Two bags.", "again": "1"})

    assert answer.status_code == 422
    assert "Cleo saved this since you opened it" in answer.text
    assert read_file(TOPIC, drafted(agent)[TOPIC])[0].fields["content"] == "Three bags."


def test_a_whole_file_that_was_deleted_is_created_again_from_its_text(agent: Agent) -> None:
    ben, where, _ = deleted(agent, TOPIC)
    where += "?file"
    his = form_of(ben.get(where).text)

    refused = ben.post(where, his | {"text": "name: Luggage\n"})
    answer = ben.post(where, form_of(refused.text) | {"again": "1"})

    assert refused.status_code == 422
    assert answer.status_code == 302
    assert drafted(agent)[TOPIC] == b"name: Luggage\n"


def test_the_address_of_what_was_deleted_shows_what_it_held_last(agent: Agent) -> None:
    ben, where, his = deleted(agent, HANDOFF)

    page = ben.get(where)

    assert page.status_code == 200
    assert "Ana deleted this." in page.text
    assert form_of(page.text)["description"] == his["description"]


def test_what_was_renamed_meanwhile_is_saved_under_its_new_name(agent: Agent) -> None:
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    where = reverse("edit", args=[agent.slug, TOPIC])
    his = form_of(ben.get(where).text)
    ana.post(reverse("resource-renaming", args=[agent.slug, TOPIC]), {"name": "Bags", "update": "on"})

    met = ben.post(where, his | {"content": "Two bags."})
    answer = ben.post(reverse("edit", args=[agent.slug, "topics/bags.yaml"]), form_of(met.text))

    assert met.status_code == 422
    assert "Ana renamed this since you opened it" in met.text
    assert 'action="/agents/' in met.text
    assert answer.url == reverse("resource", args=[agent.slug, "topics/bags.yaml"])
    assert TOPIC not in drafted(agent)
    fields = read_file("topics/bags.yaml", drafted(agent)["topics/bags.yaml"])[0].fields
    assert (fields["name"], fields["content"]) == ("Bags", "Two bags.")
    assert ben.get(where).url == reverse("edit", args=[agent.slug, "topics/bags.yaml"])


def test_a_dialog_about_what_was_renamed_or_deleted_leads_to_what_became_of_it(agent: Agent) -> None:
    ana, ben = a_client(agent, Role.EDITOR, name="Ana"), a_client(agent, Role.EDITOR, name="Ben")
    ana.post(reverse("resource-renaming", args=[agent.slug, TOPIC]), {"name": "Bags"})
    ana.post(reverse("resource-deletion", args=[agent.slug, HANDOFF]), {})
    before = drafted(agent)

    for act in ("resource-deletion", "resource-renaming", "resource-duplication"):
        moved = ben.post(reverse(act, args=[agent.slug, TOPIC]), {"name": "Suitcases"})
        assert moved.url == reverse("resource", args=[agent.slug, "topics/bags.yaml"])
        assert "Ana renamed this: it is Bags now. Nothing was done to it." in ben.get(moved.url).text
        gone = ben.post(reverse(act, args=[agent.slug, HANDOFF]), {"name": "desk"})
        assert gone.url == reverse("resources", args=[agent.slug])
        assert "Ana deleted this." in ben.get(gone.url).text

    asked = ben.get(reverse("resource-deletion", args=[agent.slug, TOPIC]), headers={"HX-Request": "true"})
    assert asked.headers["HX-Redirect"] == moved.url
    assert drafted(agent) == before
    assert ben.post(reverse("resource-deletion", args=[agent.slug, "topics/never.yaml"])).status_code == 404
