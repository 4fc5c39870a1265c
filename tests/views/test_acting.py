"""From a comparison to its act: exactly the pair that was reviewed, or nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Role
from deployments.pipeline import Moved, Reviewed, change_gate, promote
from tests.signing_in import a_client
from tests.suites import a_case, a_set
from tests.vocabulary import FILES, an_actor, an_agent, environment, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def act_on(client: Client, agent: Agent, left: str, right: str) -> str:
    """Where the comparison's button leads."""
    page = client.get(reverse("comparison", args=[agent.slug, left, right])).text
    found = re.search(r'<a class="button primary" href="([^"]+)" hx-get', page)
    return unescape(found[1]) if found else ""


def confirmed(client: Client, act: str) -> tuple[int, str]:
    """The dialog's form sent as it stands, with its tick."""
    dialog = client.get(act).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', dialog))
    answer = client.post(act.partition("?")[0], hidden | {"message": "Reviewed", "confirm": "on"})
    return answer.status_code, answer.text


def test_what_was_reviewed_is_promoted_to_where_the_left_side_stands() -> None:
    agent = an_agent()
    live(agent)
    coming = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)

    status, _ = confirmed(client, act_on(client, agent, "live", "pre-release"))

    assert status == 302
    active = environment(agent, "live").active
    assert active is not None
    assert active.version == coming.version


def test_when_the_left_side_moved_only_the_difference_since_the_review_is_offered() -> None:
    agent = an_agent()
    seen = live(agent)
    coming = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)
    act = act_on(client, agent, "live", "pre-release")
    theirs = promoted(published(agent), "live")

    dialog = client.get(act).text

    assert "What you reviewed has moved." in dialog
    since = reverse("comparison", args=[agent.slug, seen.version.short, theirs.version.short])
    assert f'href="{since}">See what changed in Live since your review' in dialog
    assert 'type="submit"' not in dialog.partition("<dialog")[2]
    status, text = confirmed(client, act)
    assert status == 422
    assert "Nothing was changed" in text
    assert environment(agent, "live").active == theirs
    assert coming.version != theirs.version


def test_when_the_right_side_moved_the_act_is_refused_too() -> None:
    agent = an_agent()
    live(agent)
    seen = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)
    act = act_on(client, agent, "live", "pre-release")
    dialog = client.get(act).text
    newer = promoted(published(agent), "pre-release")
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', dialog))

    answer = client.post(act.partition("?")[0], hidden | {"message": "", "confirm": "on"})

    assert answer.status_code == 422
    assert f"Pre-release moved to version {newer.version.short}" in answer.text
    since = reverse("comparison", args=[agent.slug, seen.version.short, newer.version.short])
    assert f'href="{since}">See what changed in Pre-release since your review' in answer.text
    live_now = environment(agent, "live").active
    assert live_now is not None
    assert live_now.version not in (seen.version, newer.version)


def test_when_both_sides_moved_both_differences_are_offered() -> None:
    agent = an_agent()
    seen = live(agent)
    coming = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)
    act = act_on(client, agent, "live", "pre-release")
    theirs = promoted(published(agent), "live")
    newer = promoted(published(agent), "pre-release")

    dialog = client.get(act).text
    status, refused = confirmed(client, act)

    assert status == 422
    for text in (dialog, refused):
        for was, now, where in ((seen, theirs, "Live"), (coming, newer, "Pre-release")):
            since = reverse("comparison", args=[agent.slug, was.version.short, now.version.short])
            assert f'href="{since}">See what changed in {where} since your review' in text
            assert text.count(f"{where} moved to version {now.version.short}") == 1


def test_an_environment_filled_since_the_review_offers_what_it_holds_now() -> None:
    agent = an_agent()
    coming = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)
    act = act_on(client, agent, "live", "pre-release")
    theirs = promoted(published(agent), "live")

    status, refused = confirmed(client, act)

    assert status == 422
    now = reverse("comparison", args=[agent.slug, theirs.version.short, coming.version.short])
    assert f'href="{now}">Compare what Live holds now with what you reviewed' in refused
    assert environment(agent, "live").active == theirs


def test_the_verb_itself_refuses_a_right_side_that_moved() -> None:
    agent = an_agent()
    held = live(agent)
    seen = promoted(published(agent), "pre-release")
    promoted(published(agent), "pre-release")

    with pytest.raises(Moved) as refused:
        promote(
            seen.version,
            to=environment(agent, "live"),
            replacing=held.pk,
            reviewed=Reviewed(held.pk, seen),
            by=an_actor(agent),
        )

    assert refused.value.expected == seen
    assert environment(agent, "live").active == held


def test_an_earlier_version_of_the_left_side_is_rolled_back_to() -> None:
    agent = an_agent()
    first = live(agent)
    live(agent)
    client = a_client(agent, Role.RELEASER)
    act = act_on(client, agent, "live", first.version.short)
    assert "/rollback/" in act

    status, _ = confirmed(client, act)

    assert status == 302
    active = environment(agent, "live").active
    assert active is not None
    assert (active.version, active.verb) == (first.version, "rolled_back")


def test_a_step_that_was_never_taken_is_not_skipped_from_a_comparison() -> None:
    agent = an_agent()
    live(agent)
    fresh = published(agent)
    client = a_client(agent, Role.RELEASER)

    act = act_on(client, agent, "live", "sandbox")

    assert act == reverse("promotion", args=[agent.slug, fresh.version.short, "pre-release"])


def test_nonsense_in_place_of_what_was_reviewed_is_a_404() -> None:
    agent, other = an_agent(), live(an_agent())
    placed = live(agent)
    rolled = reverse("promotion", args=[agent.slug, placed.version.short, "live"])
    client = a_client(agent, Role.RELEASER)

    assert client.get(rolled, {"right": "x", "replacing": ""}).status_code == 404
    assert client.get(rolled, {"right": "version", "replacing": "x"}).status_code == 404
    assert client.get(rolled, {"right": str(other.pk), "replacing": ""}).status_code == 404


def test_after_a_rollback_the_newer_version_is_offered_forward_again() -> None:
    agent = an_agent()
    live(agent)
    newer = live(agent)
    rolled_back(agent, "live")
    client = a_client(agent, Role.RELEASER)

    act = act_on(client, agent, "live", newer.version.short)

    assert "/promote/live/" in act


def test_a_closed_gate_is_told_beside_the_button_with_what_is_missing() -> None:
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?")})
    live(agent)
    promoted(published(agent), "pre-release")
    change_gate(environment(agent, "live"), a_set(agent), by=an_actor(agent))
    address = reverse("comparison", args=[agent.slug, "live", "pre-release"])

    page = a_client(agent, Role.RELEASER).get(address).text

    assert re.search(r'aria-disabled="true" aria-describedby="act-refused">.*Promote to Live', page)
    assert "Smoke" in page.partition("act-refused")[2].partition("What is missing")[0]
    missing = re.search(r'<a href="([^"]+)"[^>]*>What is missing</a>', page)
    assert missing
    assert "Run it now" in a_client(agent, Role.RELEASER).get(unescape(missing[1])).text
    # An admin may give a reason instead.
    assert act_on(a_client(agent, Role.ADMIN), agent, "live", "pre-release")
