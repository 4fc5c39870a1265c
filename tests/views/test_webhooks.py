from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from deployments import pipeline
from deployments.models import Delivery, Event, Role, Webhook
from deployments.pipeline import Refusal, Refused
from deployments.pipeline.webhooks import changing
from deployments.pipeline.webhooks.calling import Outcome
from deployments.pipeline.webhooks.delivering import settle
from deployments.pipeline.webhooks.signing import secret_from
from tests.signing_in import a_client
from tests.vocabulary import a_webhook, a_workspace, an_actor, an_agent, live, published

pytestmark = pytest.mark.django_db


def test_a_webhook_is_made_and_its_secret_shown_once() -> None:
    workspace = a_workspace()
    client = a_client(workspace)
    assert "No webhook yet" in client.get(reverse("webhooks", args=[workspace.slug])).text

    answer = client.post(
        reverse("new-webhook", args=[workspace.slug]),
        {"address": " https://ci.example/hook ", "tells": ["refused", "promoted"]},
    )

    webhook = Webhook.objects.get()
    assert (webhook.address, webhook.tells, webhook.on) == ("https://ci.example/hook", ["promoted", "refused"], True)
    shown = re.search(r'id="secret" value="([^"]+)"', answer.text)
    assert shown
    assert shown[1] == secret_from(webhook.salt)
    for name in ("webhooks", "webhook", "edit-webhook", "webhook-rotation"):
        arguments = [workspace.slug] if name == "webhooks" else [workspace.slug, webhook.pk]
        text = client.get(reverse(name, args=arguments)).text
        assert shown[1] not in text
        assert webhook.salt not in text


@pytest.mark.parametrize("edits", [False, True])
@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"address": ""}, "This field is required."),
        ({"address": "https://10.0.0.1/hook"}, "private or local machine"),
        ({"address": "ci.example"}, "is no address"),
        ({"tells": []}, "Choose at least one."),
        ({"tells": ["exploded"]}, "Select a valid choice"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:12],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    said: dict[str, Any], why: str, edits: bool
) -> None:
    workspace = a_workspace()
    webhook, _ = a_webhook(workspace)
    name, arguments = ("edit-webhook", [workspace.slug, webhook.pk]) if edits else ("new-webhook", [workspace.slug])

    answer = a_client(workspace).post(
        reverse(name, args=arguments), {"address": "https://typed.example/", "tells": ["published"]} | said
    )

    assert answer.status_code == 422
    assert why in answer.text
    assert said.get("address", "https://typed.example/") in answer.text
    assert Webhook.objects.get().address == webhook.address


def test_changed_switched_rotated_and_deleted() -> None:
    workspace = a_workspace()
    webhook, secret = a_webhook(workspace)
    client, arguments = a_client(workspace), [workspace.slug, webhook.pk]

    client.post(reverse("edit-webhook", args=arguments), {"address": "https://other.example/", "tells": ["refused"]})
    answer = client.post(reverse("webhook-switch", args=arguments), {"on": "off"}, follow=True)
    assert "The webhook is off." in answer.text
    assert "Send a test" not in answer.text
    webhook.refresh_from_db()
    assert (webhook.address, webhook.tells, webhook.on) == ("https://other.example/", ["refused"], False)
    client.post(reverse("webhook-switch", args=arguments), {"on": "on"})
    text = client.post(reverse("webhook-rotation", args=arguments)).text
    assert secret not in text
    assert "whsec_" in text
    assert "the earlier secret signs until" in client.get(reverse("webhook", args=arguments)).text
    assert "The webhook is deleted." in client.post(reverse("webhook-deletion", args=arguments), follow=True).text
    assert not Webhook.objects.exists()
    history = client.get(reverse("workspace-history", args=[workspace.slug])).text
    for words in ("made the webhook", "changed the webhook", "switched off", "switched on", "rotated the secret"):
        assert words in " ".join(history.split())


def test_the_log_says_what_became_of_each_message_and_sends_it_again() -> None:
    agent = an_agent(name="Night ferry")
    webhook, _ = a_webhook(agent.workspace)
    live(agent)
    good, failed, waiting = Delivery.objects.order_by("pk")
    now = timezone.now()
    settle(good.pk, 1, Outcome(204, 12), now)
    settle(failed.pk, 1, Outcome(500, 34, "<b>oh no</b>"), now)
    client, arguments = a_client(agent.workspace), [agent.workspace.slug, webhook.pk]

    listed = " ".join(client.get(reverse("webhook", args=arguments)).text.split())
    assert "Published · Night ferry · Sandbox" in listed
    assert '204 <span class="quiet">in 12 ms' in listed
    assert listed.count("next try") == 1
    assert "failing" in listed
    shown = client.get(reverse("webhook-delivery", args=[*arguments, failed.pk])).text
    assert "&lt;b&gt;oh no&lt;/b&gt;" in shown
    assert failed.message_id in shown
    assert "deployment.promoted" in shown

    again = client.post(reverse("redelivery", args=[*arguments, good.pk]), follow=True)

    assert "on its way again" in again.text
    good.refresh_from_db()
    assert (good.state, good.round) == ("waiting", 2)
    assert waiting.round == 1


def test_a_test_is_sent_and_is_no_release() -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)

    answer = a_client(agent.workspace).post(
        reverse("webhook-test", args=[agent.workspace.slug, webhook.pk]), follow=True
    )

    assert "A test is on its way" in answer.text
    delivery = Delivery.objects.get()
    assert json.loads(delivery.body)["type"] == "webhook.test"
    assert delivery.event is None


def test_one_that_slipway_switched_off_says_why() -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    published(agent)
    settle(Delivery.objects.get().pk, 1, Outcome(410, 5), timezone.now())
    client = a_client(agent.workspace)

    page = client.get(reverse("webhook", args=[agent.workspace.slug, webhook.pk])).text
    history = client.get(reverse("workspace-history", args=[agent.workspace.slug])).text

    assert "Slipway switched it off.</b> It answered 410: gone." in page
    assert "It answered 410: gone." in history


def test_the_example_on_the_page_has_the_fields_of_a_real_message(settings: Settings) -> None:
    settings.ADDRESS = "https://slipway.example"
    agent = an_agent()
    a_webhook(agent.workspace)
    live(agent)
    real = json.loads(Delivery.objects.newest_first()[0].body)

    answer = a_client(agent.workspace).get(reverse("webhooks", args=[agent.workspace.slug]))

    example = json.loads(answer.context["example"])
    assert list(example) == list(real)
    assert {key: type(value) for key, value in example["data"].items() if value is not None}.items() >= {
        key: type(value) for key, value in real["data"].items() if value is not None
    }.items()
    assert list(example["data"]["version"]) == list(real["data"]["version"])
    assert real["data"]["address"].startswith("https://slipway.example/agents/")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.RELEASER])
def test_others_than_admins_are_told_why_not(role: Role) -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    published(agent)
    client, here = a_client(agent.workspace, role), [agent.workspace.slug]
    one = [*here, webhook.pk]
    pages = [("webhooks", here), ("new-webhook", here), ("webhook", one), ("edit-webhook", one)]
    pages += [("webhook-delivery", [*one, Delivery.objects.get().pk])]  # type: ignore[list-item]

    for name, arguments in pages:
        answer = client.get(reverse(name, args=arguments))
        assert answer.status_code == 403
        assert "Only admins may manage webhooks" in answer.text
    for name in ("webhook-switch", "webhook-test", "webhook-rotation", "webhook-deletion"):
        assert client.post(reverse(name, args=one)).status_code == 403
    assert Webhook.objects.get().on


def test_ten_thousand_deliveries_cost_the_queries_of_one(django_assert_num_queries: Any) -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    published(agent)
    event = Event.objects.latest("pk")
    client, address = a_client(agent.workspace), reverse("webhook", args=[agent.workspace.slug, webhook.pk])
    client.get(address)  # the session is written at the first
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    now = timezone.now()
    Delivery.objects.bulk_create(
        (
            Delivery(webhook=webhook, event=event, told="published", body="{}", made_at=now - timedelta(minutes=each))
            for each in range(10_000)
        ),
        batch_size=2000,
    )

    with django_assert_num_queries(len(few)):
        answer = client.get(address)

    assert "of more than 1,000 deliveries" in answer.text
    assert answer.text.count('<th scope="row"') == 50


def test_a_delivery_of_another_webhook_is_not_found_under_this_one() -> None:
    agent = an_agent()
    webhook, _ = a_webhook(agent.workspace)
    other, _ = a_webhook(agent.workspace)
    delivery = pipeline.send_test(other, by=an_actor(agent))
    client = a_client(agent.workspace)

    for name, method in (("webhook-delivery", client.get), ("redelivery", client.post)):
        assert method(reverse(name, args=[agent.workspace.slug, webhook.pk, delivery.pk])).status_code == 404


@pytest.mark.parametrize(
    ("act", "sent"),
    [
        ("webhook-deletion", {}),
        ("webhook-rotation", {}),
        ("webhook-switch", {"on": "on"}),
    ],
)
@pytest.mark.parametrize(
    ("refusal", "status", "why"),
    [
        (Refusal("webhook_gone", "This webhook was deleted meanwhile."), 409, "This webhook was deleted meanwhile."),
        (Refusal("no_permission", "Only admins may manage webhooks."), 403, "Only admins may manage webhooks."),
    ],
)
def test_whoever_comes_second_reads_what_became_of_it(
    act: str, sent: dict[str, str], refusal: Refusal, status: int, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look of a page and its verb somebody else may have been there."""
    webhook, _ = a_webhook(a_workspace())
    client = a_client(webhook.workspace)

    def refused(*_: object, **__: object) -> None:
        raise Refused(refusal)

    monkeypatch.setattr(changing, "_locked", refused)
    answer = client.post(reverse(act, args=[webhook.workspace.slug, webhook.pk]), sent)

    assert answer.status_code == status
    assert why in answer.text
    assert Webhook.objects.get() == webhook
