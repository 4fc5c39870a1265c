"""Taking saved changes back, and taking resources from a version, through their pages."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from deployments.models import Agent, DraftChange, Person, Role
from tests.signing_in import a_client
from tests.vocabulary import FILES, RULES, a_person, an_agent, drafted, edited, live, published

pytestmark = pytest.mark.django_db
PETS = {"topics/pets.yaml": b"name: Pets\nenabled: true\ncontent: Dogs.\nactions: ''\n"}
TOPIC = "topics/luggage_limits.yaml"


def an_editor(agent: Agent, name: str) -> Person:
    return a_person(Role.EDITOR, agent.workspace, name=name)


def sent(page: str) -> dict[str, str]:
    found = re.search(r'name="state" value="([^"]*)"', page)
    return {"state": found[1] if found else ""}


def test_a_saved_change_is_reverted_from_its_line() -> None:
    agent = an_agent()
    published(agent)
    ben, cleo = an_editor(agent, "Ben Birch"), an_editor(agent, "Cleo")
    edited(agent, PETS, by=ben)
    edited(agent, {RULES: b"Be kind.\n"}, by=cleo)
    client = a_client(cleo)
    where = reverse("change-reversion", args=[agent.slug, DraftChange.objects.get(by=ben, draft__agent=agent).pk])
    assert where in client.get(reverse("draft", args=[agent.slug])).text

    dialog = client.get(where).text
    answer = client.post(where, sent(dialog))

    assert "Ben Birch" in dialog
    assert "removed" in dialog
    assert answer["Location"] == reverse("draft", args=[agent.slug])
    assert drafted(agent) == dict(FILES) | {RULES: b"Be kind.\n"}


def test_all_of_mine_goes_and_what_others_made_since_is_named() -> None:
    agent = an_agent()
    published(agent)
    ben, cleo = an_editor(agent, "Ben Birch"), an_editor(agent, "Cleo")
    edited(agent, PETS | {RULES: b"Be kind.\n"}, by=ben)
    edited(agent, {RULES: b"Be kinder.\n"}, by=cleo)
    client = a_client(ben)
    where = reverse("own-reversion", args=[agent.slug])
    assert where in client.get(reverse("draft", args=[agent.slug])).text

    dialog = client.get(where).text
    answer = client.post(where, sent(dialog))

    assert "Left alone" in dialog
    assert "by Cleo" in dialog
    assert ", </span>" not in dialog  # what was added has nothing to say beyond that
    assert f"{RULES} (Cleo)" in client.get(answer["Location"]).text
    assert drafted(agent) == dict(FILES) | {RULES: b"Be kinder.\n"}


def test_a_change_that_arrives_while_the_dialog_is_open_is_shown_and_nothing_is_reverted() -> None:
    agent = an_agent()
    published(agent)
    ben = an_editor(agent, "Ben")
    edited(agent, PETS, by=ben)
    client = a_client(ben)
    where = reverse("own-reversion", args=[agent.slug])
    seen = sent(client.get(where).text)
    edited(agent, {RULES: b"Be kind.\n"}, by=an_editor(agent, "Cleo Cole"))

    answer = client.post(where, seen)

    assert answer.status_code == 422
    assert "Saved since you opened this" in answer.text
    assert "Cleo Cole" in answer.text
    assert drafted(agent) == {**FILES, **PETS, RULES: b"Be kind.\n"}


def test_viewers_revert_and_take_nothing_and_nothing_is_offered_to_them() -> None:
    agent = an_agent()
    version = live(agent).version
    edited(agent, PETS)
    viewer = a_client(a_person(Role.VIEWER, agent.workspace))
    change = DraftChange.objects.get(draft__agent=agent)

    page = viewer.get(reverse("draft", args=[agent.slug])).text

    assert "/revert/" not in page
    assert viewer.post(reverse("change-reversion", args=[agent.slug, change.pk])).status_code == 403
    assert viewer.get(reverse("taking", args=[agent.slug, version.short])).status_code == 403
    assert a_client(an_editor(agent, "Ben")).get(reverse("own-reversion", args=[agent.slug])).status_code == 404


def test_chosen_resources_are_taken_from_a_version_and_the_rest_stays() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, PETS | {RULES: b"Be kind.\n", TOPIC: FILES[TOPIC].replace(b"Two", b"Three")})
    published(agent)
    client = a_client(an_editor(agent, "Ben"))
    where = reverse("taking", args=[agent.slug, first.short])
    page = client.get(where).text
    boxes = {
        unescape(name).strip(): box for box, name in re.findall(r'value="([^"]*)" id="take-[^>]*><span>([^<]*)<', page)
    }
    assert boxes.keys() == {"Pets", "Luggage limits", "Behaviour"}

    none = client.post(where, sent(page))
    answer = client.post(where, sent(page) | {"item": [boxes["Pets"], boxes["Luggage limits"]]})  # type: ignore[dict-item]

    assert none.status_code == 422
    assert "Choose at least one resource." in none.text
    assert answer.status_code == 302
    assert drafted(agent) == {**FILES, RULES: b"Be kind.\n"}
    assert DraftChange.objects.get(draft__agent=agent).kind == DraftChange.Kind.TAKEN


def test_one_resource_is_restored_from_the_page_it_has_in_a_version() -> None:
    front = b"- name: front_desk\n  description: People\n  is_default: true\n"
    two = b"handoffs:\n" + front + b"- name: office\n  description: Back\n"
    agent = an_agent(files={**FILES, "config/handoffs.yaml": two})
    first = live(agent).version
    edited(agent, {"config/handoffs.yaml": b"handoffs:\n" + front.replace(b"People", b"Pier")})
    client = a_client(an_editor(agent, "Ben"))
    office = "config/handoffs.yaml#handoffs/office"
    shown = client.get(reverse("version-resource", args=[agent.slug, first.short, office])).text
    link = unescape(re.search(r'href="([^"]*/take/[^"]*)"', shown)[1])  # type: ignore[index]

    page = client.get(link).text
    box = re.findall(r'name="item" value="([^"]*)"[^>]* checked', page)
    client.post(link, sent(page) | {"item": box})  # type: ignore[dict-item]

    assert len(box) == 1
    held = drafted(agent)
    assert held is not None
    assert b"Pier" in held["config/handoffs.yaml"]
    assert b"office" in held["config/handoffs.yaml"]
    assert "There is nothing to take" in client.get(link).text


def test_a_row_of_a_comparison_leads_to_restoring_its_resource_from_either_version() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, {TOPIC: FILES[TOPIC].replace(b"Two", b"Three")})
    second = published(agent).version
    client = a_client(an_editor(agent, "Ben"))
    compared = client.get(reverse("comparison", args=[agent.slug, first.short, second.short])).text
    links = [unescape(link) for link in re.findall(r'href="([^"]*/take/[^"]*)"', compared)]

    here = client.get(links[0]).text
    box = re.findall(r'name="item" value="([^"]*)"[^>]* checked', here)
    client.post(links[0], sent(here) | {"item": box})  # type: ignore[dict-item]

    assert [link.split("/take/")[0].rpartition("/")[2] for link in links] == [first.short, second.short]
    assert drafted(agent) == FILES
