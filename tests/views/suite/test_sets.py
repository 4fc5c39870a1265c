"""The pages of sets and gates."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from deployments import pipeline
from deployments.models import Agent, CaseSet, Role
from tests.signing_in import a_client
from tests.suites import a_case, a_set
from tests.views.suite.vocabulary import seen, words
from tests.vocabulary import an_actor, environment

pytestmark = pytest.mark.django_db


def test_a_set_is_made_edited_and_deleted(agent: Agent) -> None:
    client = a_client(agent)
    said = {"name": "Smoke", "cases": [*a_case("Bags")], "after": ["sandbox", "live"], "nightly": ["live"]}
    numbers = {"repeats": "3", "needed": "60"}

    client.post(reverse("new-set", args=[agent.slug]), {**said, **numbers})
    held = CaseSet.objects.get()
    page = seen(agent, "set", held.pk)
    client.post(reverse("set-edit", args=[agent.slug, held.pk]), {"name": "Smoke", "everything": "on", **numbers})
    held.refresh_from_db()

    assert "After publishing to Sandbox, After promoting to Live, Each night on Live" in page
    assert (held.everything, held.after, held.repeats, held.needed) == (True, [], 3, 60)
    client.post(reverse("set-deletion", args=[agent.slug, held.pk]))
    assert not CaseSet.objects.exists()


def test_a_set_that_somebody_changed_meanwhile_is_not_written_over_unseen(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags")
    client, edit = a_client(agent), reverse("set-edit", args=[agent.slug, held.pk])
    seen_first = re.search('name="instead_of" value="([0-9a-f]+)"', client.get(edit).text)
    assert seen_first
    typed = {"name": "Smoke", "cases": [*a_case("Bags"), *a_case("Pier")], "repeats": "1", "needed": "80"}
    theirs = pipeline.SetOptions(name="Smoke", cases=[*a_case("Bags")], needed=90)
    pipeline.change_set(held, theirs, by=an_actor(agent))

    answer = client.post(edit, {**typed, "instead_of": seen_first[1]})

    assert answer.status_code == 422
    told = words(answer)
    assert (
        "Test cases: 1 there, 2 here. Percent that must pass: 90 there, 80 here. Save again to have it as here." in told
    )
    assert answer.text.count(" checked") == 2
    held.refresh_from_db()
    assert (len(held.cases), held.needed) == (1, 90)
    anew = re.search('name="instead_of" value="([0-9a-f]+)"', answer.text)
    assert anew
    client.post(edit, {**typed, "instead_of": anew[1]})
    held.refresh_from_db()
    assert (len(held.cases), held.needed) == (2, 80)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "Smoke", "everything": "on"}, "name"),
        ({"name": "Other"}, "cases"),
        ({"name": "Other", "everything": "on", "needed": "101"}, "needed"),
        ({"name": "Other", "cases": "test_suite/none.yaml"}, "cases"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused_beside_its_field(agent: Agent, said: dict[str, str], field: str) -> None:
    a_set(agent, "Smoke")

    answer = a_client(agent).post(reverse("new-set", args=[agent.slug]), {"repeats": "1", "needed": "100", **said})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert CaseSet.objects.count() == 1


def test_a_set_keeps_cases_that_the_draft_has_no_longer_and_says_so(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags", "Tides")

    answer = a_client(agent).get(reverse("set-edit", args=[agent.slug, held.pk]))

    assert "no longer there" in words(answer)
    assert answer.context["form"]["cases"].value() == ("test_suite/bags.yaml", "test_suite/tides.yaml")
    assert "test_suite/tides.yaml no longer there" in seen(agent, "set", held.pk)


def test_a_set_that_is_a_gate_is_not_deleted_and_says_why(agent: Agent) -> None:
    held = a_set(agent, "Smoke")
    pipeline.change_gate(environment(agent, "live"), held, by=an_actor(agent))

    answer = a_client(agent).post(reverse("set-deletion", args=[agent.slug, held.pk]))

    assert "is the gate before Live" in words(answer)
    assert CaseSet.objects.exists()


def test_an_admin_chooses_the_gates(agent: Agent) -> None:
    held = a_set(agent, "Smoke")
    address = reverse("gates", args=[agent.slug])

    a_client(agent).post(address, {"live": str(held.pk)})
    chosen = [step.gate_id for step in agent.environments.order_by("position")]
    refused = a_client(agent, Role.RELEASER).post(address, {})
    unknown = a_client(agent).post(address, {"live": "0"}, follow=True)

    assert chosen == [None, None, held.pk]
    assert refused.status_code == 403
    assert "No gate was changed" in words(unknown)
    assert environment(agent, "live").gate == held
