"""Making, renaming, duplicating, moving and deleting resources in the draft."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from deployments.forms.reshaping import kind_choices
from deployments.models import Agent, DraftChange, Role
from deployments.resources import KINDS, read_all
from tests.resources.examples_of_agents import folder
from tests.signing_in import a_client
from tests.vocabulary import FILES, an_agent, drafted, edited, live

pytestmark = pytest.mark.django_db

TOPIC = "topics/luggage_limits.yaml"
FUNCTION = "functions/find_cabin.py"
HANDOFF = "config/handoffs.yaml#handoffs/front_desk"
TWO = {
    "config/handoffs.yaml": FILES["config/handoffs.yaml"]
    + b"- name: night_desk # until six\n  description: ''\n  is_default: false\n  sip_config:\n    method: bye\n"
}


def post(agent: Agent, act: str, path: str = "", **data: Any) -> Any:
    """Sent as a browser does: with what the dialog holds, to where its form leads, without what stands after a #."""
    client = a_client(agent, Role.EDITOR)
    dialog = client.get(reverse(act, args=[agent.slug, *([path] if path else [])])).text
    seen = re.search(r'name="seen" value="([^"]*)"', dialog)
    leads = re.search(r'<form method="post" action="([^"]*)"', dialog[dialog.index("<dialog") :])
    assert leads
    where = html.unescape(leads[1]).partition("#")[0]
    return client.post(where, {"seen": seen[1] if seen else ""} | data)


def test_every_kind_that_can_be_made_is_made_and_opens_in_its_form() -> None:
    whole = {
        "flows/boarding/flow_config.yaml": b"name: Boarding\ndescription: ''\nstart_step: ''\n",
        "config/variant_attributes.yaml": b"variants:\n- name: summer\nattributes: []\n",
    }
    agent = an_agent(files={**FILES, **whole})
    client = a_client(agent, Role.EDITOR)
    made = [key for _, kinds in kind_choices() for key, _ in kinds]
    present = {resource.kind for resource in read_all(FILES) if not KINDS[resource.kind].identity}

    for key in made:
        name = {"language_extra": "fr-FR", "language_default": "en-GB", "text_file": "notes/plan.txt"}.get(key, "made")
        inside = "flows/boarding" if KINDS[key].inside == "flow" else ""
        inside = "child_topics/summer" if any("child_topics/*" in path for path in KINDS[key].paths[:1]) else inside
        answer = client.post(
            reverse("resource-creation", args=[agent.slug]), {"kind": key, "name": name, "inside": inside}
        )
        if answer.status_code != 302:
            assert key in present | {"agent_file"}, (key, re.findall(r'class="error".*?</span></span>', answer.text))
            continue
        assert client.get(answer["Location"], follow=True).status_code == 200, key

    assert len(made) > 35


def test_a_name_that_is_taken_is_refused_beside_the_field_and_nothing_is_made() -> None:
    agent = an_agent()

    answer = a_client(agent, Role.EDITOR).post(
        reverse("resource-creation", args=[agent.slug]), {"kind": "topic", "name": "Luggage limits"}
    )

    assert answer.status_code == 422
    assert "choose another name" in answer.text
    assert drafted(agent) == dict(FILES)


def test_renaming_takes_along_what_refers_to_it_unless_told_not_to() -> None:
    agent = an_agent()
    dialog = a_client(agent, Role.EDITOR).get(reverse("resource-renaming", args=[agent.slug, HANDOFF])).text

    answer = post(agent, "resource-renaming", HANDOFF, name="pier_desk", update="on")

    assert "1 place" in dialog
    assert "Luggage limits" in dialog
    assert answer["Location"] == reverse("resource", args=[agent.slug, "config/handoffs.yaml#handoffs/pier_desk"])
    assert b"{{ho:pier_desk}}" in drafted(agent)[TOPIC]
    assert DraftChange.objects.latest("pk").kind == DraftChange.Kind.RENAMED
    post(agent, "resource-renaming", "config/handoffs.yaml#handoffs/pier_desk", name="desk")
    assert b"{{ho:pier_desk}}" in drafted(agent)[TOPIC]


def test_what_only_refers_to_something_renamed_is_not_told_to_be_renamed() -> None:
    agent = an_agent()

    post(agent, "resource-renaming", HANDOFF, name="pier_desk", update="on")

    said = a_client(agent, Role.EDITOR).get(reverse("draft", args=[agent.slug])).text
    sentence = " ".join(re.sub(r"<[^>]+>", " ", said[said.index('class="sentence"') :].partition("</p>")[0]).split())
    assert sentence.endswith("renamed Handoff pier_desk with what refers to it: 2 files")


def test_a_renamed_variable_opens_under_its_new_name() -> None:
    agent = an_agent(files={FUNCTION: b"def find_cabin(conv):\n    conv.state.deck = 1\n"})

    answer = post(agent, "resource-renaming", "#variables/deck", name=" level ", update="on")

    assert answer["Location"] == reverse("resource", args=[agent.slug, "#variables/level"])
    assert [str(said) for said in get_messages(answer.wsgi_request)] == [
        "Renamed: deck to level. 1 other file changed with it."
    ]


def test_a_copy_stands_beside_the_first() -> None:
    agent = an_agent()

    answer = post(agent, "resource-duplication", FUNCTION, name="find_bunk")

    assert answer["Location"] == reverse("resource", args=[agent.slug, "functions/find_bunk.py"])
    assert [str(said) for said in get_messages(answer.wsgi_request)] == ["Duplicated: find_cabin as find_bunk."]
    assert drafted(agent)["functions/find_bunk.py"] == FILES[FUNCTION].replace(b"def find_cabin", b"def find_bunk")


def test_what_is_deleted_leaves_its_references_to_another_when_asked() -> None:
    agent = an_agent(files={**FILES, **TWO})

    refused = post(agent, "resource-deletion", HANDOFF, instead="nobody")
    answer = post(agent, "resource-deletion", HANDOFF, instead="night_desk")

    assert refused.status_code == 422
    assert "There is no other handoff" in refused.text
    assert answer.status_code == 302
    assert b"{{ho:night_desk}}" in drafted(agent)[TOPIC]
    assert b"front_desk" not in drafted(agent)["config/handoffs.yaml"]
    assert b"# until six" in drafted(agent)["config/handoffs.yaml"]


def test_deleting_alone_touches_no_other_file() -> None:
    agent = an_agent()

    post(agent, "resource-deletion", FUNCTION)

    assert drafted(agent) == {path: data for path, data in FILES.items() if path != FUNCTION}


def test_an_item_is_moved_with_its_comment() -> None:
    held = folder("agent")
    ordered = [each for each in read_all(held) if KINDS[each.kind].ordered and KINDS[each.kind].form == "list"]
    agent = an_agent(files=held)
    first = ordered[0]
    siblings = [each for each in ordered if each.kind == first.kind]

    answer = post(agent, "resource-move", first.path, to=len(siblings))

    assert answer.status_code == 302
    now = [each.fields for each in read_all(drafted(agent)) if each.kind == first.kind]
    assert now == [*(each.fields for each in siblings[1:]), first.fields]


def test_what_somebody_changed_meanwhile_is_looked_at_again() -> None:
    agent = an_agent()
    client = a_client(agent, Role.EDITOR)
    where = reverse("resource-deletion", args=[agent.slug, TOPIC])
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(where).text)
    assert seen
    edited(agent, {TOPIC: b"name: Luggage limits\nenabled: true\nactions: ''\ncontent: Three bags.\n"})

    answer = client.post(where, {"seen": seen[1], "instead": ""})

    assert answer.status_code == 422
    assert "Somebody changed this" in answer.text
    assert TOPIC in drafted(agent)


@pytest.mark.parametrize("name", ["resource-renaming", "resource-duplication", "resource-deletion", "resource-move"])
def test_a_viewer_may_not(name: str) -> None:
    agent = an_agent()
    live(agent)
    where = reverse(name, args=[agent.slug, HANDOFF])
    viewer = a_client(agent, Role.VIEWER)

    assert viewer.get(where).status_code == 403
    assert viewer.post(where, {"name": "x", "to": "1"}).status_code == 403
    page = viewer.get(reverse("resource", args=[agent.slug, HANDOFF])).text
    assert where not in page
