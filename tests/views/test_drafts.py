"""Draft activity, deleting the draft, and having it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from deployments import pipeline
from deployments.models import Agent, Draft, DraftChange, Role
from deployments.pipeline import changes, outline
from deployments.views import frame
from deployments.views.drafting import drafted
from tests.signing_in import a_client
from tests.vocabulary import BROKEN, RULES, a_person, a_workspace, an_actor, an_agent, edited, live, published

pytestmark = pytest.mark.django_db


def activity(agent: Agent, client: Client) -> str:
    return client.get(reverse("draft", args=[agent.slug])).text


def test_it_lists_each_change_with_its_comparison_and_who_saved_what() -> None:
    agent = an_agent()
    base = published(agent)
    edited(agent, {RULES: b"Be kind.\n"}, by=a_person(Role.EDITOR, agent.workspace, name="Ben Birch"))
    edited(agent, {"topics/tides.yaml": b"name: Tides\nenabled: true\ncontent: Twice a day.\n"})

    text = activity(agent, a_client(agent, Role.EDITOR))

    assert "2 changes" in text
    assert "Ben Birch" in text
    assert text.count(reverse("comparison", args=[agent.slug, base.version.short, "draft"]) + "?item=") == 4
    assert text.count("<span>imported") == 2
    rows = text[text.index("<tbody>") : text.index("</tbody>")]
    assert rows.count("Ben Birch") == 1  # beside the one resource he changed
    assert reverse("version-archive", args=[agent.slug, "draft"]) in text
    assert reverse("draft-import", args=[agent.slug]) in text
    assert reverse("resource-creation", args=[agent.slug]) in text


def test_whoever_made_one_of_very_many_changes_is_named_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    published(agent)
    ben, cleo = (a_person(Role.EDITOR, agent.workspace, name=name) for name in ("Ben Birch", "Cleo Cole"))
    topics = {f"topics/t{n}.yaml": f"name: T{n}\nenabled: true\ncontent: Yes.\n".encode() for n in range(4)}
    monkeypatch.setattr(DraftChange, "LISTED", 2)
    monkeypatch.setattr(drafted, "LISTED", 2)
    edited(agent, topics, by=ben)  # lists two of its four resources
    monkeypatch.setattr(changes, "READ", 1)
    edited(agent, {"topics/u0.yaml": topics["topics/t0.yaml"], "topics/u1.yaml": b"name: U\n"}, by=cleo)  # lists none
    edited(agent, {"topics/v.yaml": b"name: V\n"})

    text = activity(agent, a_client(agent, Role.EDITOR))

    rows = text[text.index("<tbody>") : text.index("</tbody>")]
    assert (rows.count("Ben Birch"), rows.count("Cleo Cole")) == (4, 2)
    assert "Ben Birch" in text[: text.index("<tbody>")]
    assert "1 older change not listed" in text


def test_problems_stand_there_with_their_places() -> None:
    agent = an_agent()
    edited(agent, BROKEN)

    text = activity(agent, a_client(agent, Role.EDITOR))

    assert 'id="problems"' in text
    assert "1 error: publishing is refused until they are corrected" in text
    assert reverse("edit", args=[agent.slug, "topics/tides.yaml"]) + "?file" in text


def test_a_viewer_reads_it_and_is_offered_no_import() -> None:
    agent = an_agent()
    edited(agent)

    text = activity(agent, a_client(agent, Role.VIEWER))

    assert reverse("draft-import", args=[agent.slug]) not in text
    assert reverse("discard", args=[agent.slug]) not in text
    assert "Draft activity" in text
    assert reverse("resource-creation", args=[agent.slug]) not in text


def test_formatting_alone_is_said_as_that() -> None:
    agent = an_agent()
    published(agent)
    edited(
        agent,
        {"voice/configuration.yaml": b"greeting:\n  welcome_message: 'Welcome aboard.'\n  language_code: en-GB\n"},
    )

    text = activity(agent, a_client(agent, Role.EDITOR))

    assert "Nothing differs in meaning." in text
    assert "Formatting differs in 1 file" in text


def test_many_changes_cost_the_same_queries(
    django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries],
) -> None:
    agent = an_agent()
    published(agent)
    edited(
        agent, {f"topics/topic_{n}.yaml": f"name: Topic {n}\nenabled: true\ncontent: x\n".encode() for n in range(60)}
    )
    client = a_client(agent, Role.EDITOR)
    activity(agent, client)

    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        text = activity(agent, client)

    assert "60 changes" in text


def test_deleting_names_what_is_lost_and_every_page_returns_to_what_is_published() -> None:
    agent = an_agent()
    base = live(agent)
    draft = edited(agent)
    client = a_client(agent, Role.EDITOR)

    shown = client.get(reverse("discard", args=[agent.slug])).text
    answer = client.post(reverse("discard", args=[agent.slug]), {"state": draft.state})
    after = client.get(answer["Location"]).text

    assert "1 resource differs" in shown
    assert base.version.short[:3] in shown
    assert f'value="{draft.state}"' in shown
    assert "The draft is deleted." in after
    assert 'aria-label="Draft"' not in after
    assert not type(draft).objects.filter(agent=agent).exists()


def test_a_draft_that_changed_meanwhile_is_not_deleted() -> None:
    agent = an_agent()
    seen = edited(agent).state
    now = edited(agent).state

    answer = a_client(agent, Role.EDITOR).post(reverse("discard", args=[agent.slug]), {"state": seen})

    assert answer.status_code == 422
    assert f'value="{now}"' in answer.text
    assert "The draft changed since you opened this." in answer.text
    agent.refresh_from_db()
    assert agent.draft.state == now


def test_a_page_that_reads_a_draft_while_it_is_saved_asks_to_be_looked_at_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agent = an_agent()
    published(agent)
    edited(agent)
    client, page = a_client(agent, Role.EDITOR), reverse("agent", args=[agent.slug]) + "history/"
    client.raise_request_exception = False

    saved = count()

    def quicker(draft: Draft) -> outline.Outline:
        tides = b"name: Tides\nenabled: true\ncontent: Low at %d.\n" % next(saved)
        edited(Agent.objects.get(pk=agent.pk), {"topics/tides.yaml": tides})
        return outline.of_draft(draft)

    with monkeypatch.context() as patch:
        patch.setattr(frame, "of_draft", quicker)
        said = client.get(page)

    assert (said.status_code, said.headers["Retry-After"]) == (503, "5")
    assert "Somebody changed this while it was read. Try again." in said.text
    assert f'href="{page}">Try again</a>' in said.text
    assert client.get(page).status_code == 200


def test_deleting_twice_says_that_somebody_was_quicker() -> None:
    agent = an_agent()
    published(agent)
    state = edited(agent).state
    client = a_client(agent, Role.EDITOR)
    client.post(reverse("discard", args=[agent.slug]), {"state": state})

    answer = client.post(reverse("discard", args=[agent.slug]), {"state": state})

    assert answer.status_code == 422
    assert "Nothing to delete." in answer.text


def test_a_deleted_draft_can_be_had_back_while_there_is_no_other() -> None:
    agent = an_agent()
    published(agent)
    state = edited(agent, {RULES: b"Be kind.\n"}).state
    client = a_client(agent, Role.EDITOR)
    client.post(reverse("discard", args=[agent.slug]), {"state": state})
    kept = agent.kept_drafts.get()
    back = reverse("draft-restoration", args=[agent.slug, kept.pk])

    assert back in activity(agent, client)
    assert back in client.get(reverse("history", args=[agent.slug])).text
    dialog = client.get(back).text
    assert "Behaviour" in dialog
    assert "It is kept until" in dialog
    answer = client.post(back)

    agent = Agent.objects.get(pk=agent.pk)
    assert answer["Location"] == reverse("draft", args=[agent.slug])
    assert agent.draft.change_count == 1
    assert "The draft is back" in client.get(answer["Location"]).text


def test_restoring_is_offered_only_to_whom_and_while_it_would_be_accepted() -> None:
    agent = an_agent()
    published(agent)
    editor, viewer = a_client(agent, Role.EDITOR), a_client(agent, Role.VIEWER)
    editor.post(reverse("discard", args=[agent.slug]), {"state": edited(agent).state})
    kept = agent.kept_drafts.get()
    offer = f'href="{reverse("draft-restoration", args=[agent.slug, kept.pk])}"'
    line = agent.events.filter(kind="draft_deleted").get()
    pages = [reverse("history", args=[agent.slug]), reverse("event", args=[agent.slug, line.pk])]

    def offered(client: Client) -> list[bool]:
        return [offer in client.get(page).text for page in pages]

    assert (offered(editor), offered(viewer)) == ([True, True], [False, False])
    draft = edited(agent)
    assert offered(editor) == [False, False]
    assert all("Publish or delete the present draft first." in editor.get(page).text for page in pages)
    pipeline.discard(agent, state=draft.state, by=an_actor(agent))
    assert offered(editor) == [True, True]
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        editor = a_client(agent, Role.EDITOR)
        assert offered(editor) == [False, False]


def test_it_is_not_brought_back_over_another_draft() -> None:
    agent = an_agent()
    published(agent)
    client = a_client(agent, Role.EDITOR)
    client.post(reverse("discard", args=[agent.slug]), {"state": edited(agent).state})
    kept = agent.kept_drafts.get()
    other = edited(agent)

    answer = client.post(reverse("draft-restoration", args=[agent.slug, kept.pk]))

    assert answer.status_code == 422
    assert "Publish or delete the present draft first." in answer.text
    assert "Compared with the present draft" in answer.text
    assert Agent.objects.get(pk=agent.pk).draft.state == other.state


def test_a_viewer_deletes_and_restores_nothing() -> None:
    agent = an_agent()
    published(agent)
    editor, viewer = a_client(agent, Role.EDITOR), a_client(agent, Role.VIEWER)
    state = edited(agent).state

    refused = viewer.post(reverse("discard", args=[agent.slug]), {"state": state})
    editor.post(reverse("discard", args=[agent.slug]), {"state": state})
    kept = agent.kept_drafts.get()
    also_refused = viewer.post(reverse("draft-restoration", args=[agent.slug, kept.pk]))

    assert (refused.status_code, also_refused.status_code) == (403, 403)
    assert "Only editors, releasers and admins may delete or restore a draft." in also_refused.text
    assert agent.kept_drafts.count() == 1


def test_somebody_elses_draft_is_not_there_and_wrong_methods_are_refused() -> None:
    agent, other = an_agent(), an_agent(a_workspace())
    edited(agent)
    stranger, editor = a_client(other, Role.EDITOR), a_client(agent, Role.EDITOR)

    for name in ("draft", "discard"):
        assert stranger.get(reverse(name, args=[agent.slug])).status_code == 404
        assert Client().get(reverse(name, args=[agent.slug])).status_code == 302
    assert stranger.post(reverse("draft-restoration", args=[agent.slug, 1])).status_code == 404
    assert editor.post(reverse("draft", args=[agent.slug])).status_code == 405
    assert "no longer kept" in editor.get(reverse("draft-restoration", args=[agent.slug, 1])).text
    assert editor.delete(reverse("discard", args=[agent.slug])).status_code == 405
