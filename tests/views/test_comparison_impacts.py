from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Role
from deployments.pipeline import Actor, import_files
from tests.vocabulary import FILES, a_person, admin_of, an_agent, published

pytestmark = pytest.mark.django_db


def test_what_still_names_a_removed_resource_is_listed_and_else_nothing() -> None:
    agent = an_agent()
    left = published(agent).version
    rest = {path: held for path, held in FILES.items() if path != "config/handoffs.yaml"}
    import_files(agent, rest, by=Actor(admin_of(agent.workspace)))
    client = Client()
    client.force_login(a_person(Role.VIEWER, agent.workspace))

    gone = client.get(reverse("comparison-impacts", args=[agent.slug, left.short, "draft"]))
    back = client.get(reverse("comparison-impacts", args=[agent.slug, "draft", left.short]))
    part = client.get(
        reverse("comparison-impacts", args=[agent.slug, left.short, "draft"]), headers={"HX-Request": "true"}
    )

    assert "{{ho:front_desk}}" in gone.text
    assert "Luggage limits" in gone.text
    assert "whatever the right side names is there" in back.text
    assert part.text.lstrip().startswith("<div")
