"""The link by which callers talk to an environment, as admins set it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from deployments.models import Role, TalkLink
from tests.signing_in import a_client
from tests.vocabulary import an_agent, environment, live

pytestmark = pytest.mark.django_db


def test_a_new_address_of_a_link_is_asked_for_before_the_old_one_dies() -> None:
    agent = an_agent()
    live(agent)
    admin = a_client(agent)
    editor = a_client(agent, Role.EDITOR)
    link = TalkLink.objects.create(environment=environment(agent, "live"), is_on=True)
    address = reverse("talk-link-renewal", args=[agent.slug, "live"])

    asked = admin.get(address)
    kept = TalkLink.objects.get().token
    done = admin.post(address, follow=True)

    assert "This cannot be taken back." in asked.text
    assert kept == link.token
    assert TalkLink.objects.get().token != link.token
    assert "The old one leads nowhere any more." in done.text
    assert editor.get(address).status_code == 403


def test_a_link_is_set_by_admins_and_read_by_everybody() -> None:
    agent = an_agent()
    live(agent)
    admin = a_client(agent)
    editor = a_client(agent, Role.EDITOR)
    address = reverse("talk-link", args=[agent.slug, "live"])
    sent = {"is_on": "on", "sites": "https://shop.example", "turns_a_day": "40"}

    assert editor.post(address, sent).status_code == 403
    assert "The link to Live is on." in admin.post(address, sent, follow=True).text
    assert "/talk/" in editor.get(address).text
    refused = admin.post(address, sent | {"sites": "shop.example"})
    assert refused.status_code == 422
    assert "is no site" in refused.text
