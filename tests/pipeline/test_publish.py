from __future__ import annotations

from datetime import UTC, datetime
from unittest.mock import patch

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from deployments.models import Draft, Event, Role, Version
from deployments.models.version import hash_of_version
from deployments.pipeline import Actor, Invalid, Refused, discard, errors_in, findings_in, publish, refusal_to_publish
from tests.vocabulary import (
    BROKEN,
    FILES,
    RULES,
    a_person,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db


def test_publishing_makes_the_draft_a_version_in_sandbox() -> None:
    """product-semantics.md, section 20, row 1."""
    agent = an_agent()
    ben = a_person(Role.EDITOR, agent.workspace)
    draft = edited(agent, by=ben)
    at = datetime(2026, 6, 2, 9, 17, 32, tzinfo=UTC)

    with time_machine.travel(at, tick=False):
        placed = publish(agent, state=draft.state, description=" Shorter answers\n", by=Actor(ben))

    version = placed.version
    assert placed == environment(agent, "sandbox").active
    assert (placed.verb, placed.title, placed.by, placed.started_at) == ("published", "Shorter answers", ben, at)
    assert (version.author, version.author_email, version.published_at) == (ben, ben.email, at)
    assert version.manifest == draft.manifest
    assert len(version.short) == 9
    assert not Draft.objects.exists()
    assert agent.draft_or_none is None


def test_a_publication_leaves_one_line_of_history() -> None:
    agent = an_agent()

    first = published(agent, "First")
    second = published(agent, "Second")

    line = agent.events.filter(kind=Event.Kind.PUBLISHED).newest_first()[0]
    assert (line.before, line.after, line.deployment) == (first.version, second.version, second)
    assert (line.message, line.environment, line.by, line.refused) == (
        "Second",
        environment(agent, "sandbox"),
        second.by,
        False,
    )
    assert agent.events.filter(kind=Event.Kind.PUBLISHED).count() == 2


def test_publishing_touches_no_later_environment() -> None:
    agent = an_agent()
    there = live(agent)

    published(agent)

    assert environment(agent, "live").active == there


def test_versions_are_numbered_and_name_what_they_came_from() -> None:
    agent = an_agent()
    first, second = published(agent).version, published(agent).version

    assert (first.number, first.parent) == (1, None)
    assert (second.number, second.parent) == (2, first)


def test_a_versions_hash_covers_what_it_says() -> None:
    agent = an_agent()
    first, second = published(agent).version, published(agent, "Why").version

    said = (second.author_email, second.published_at, second.description)
    assert second.hash == hash_of_version(second.manifest_digest, first.hash, *said)
    assert second.hash != hash_of_version(second.manifest_digest, None, *said)


def test_the_first_nine_characters_are_unique_in_an_agent() -> None:
    agent = an_agent()
    taken = published(agent).version
    draft = edited(agent)
    wanted = [taken.short + "0" * 31, taken.short + "1" * 31, "a" * 40]

    with patch(f"{publish.__module__}.hash_of_version", side_effect=wanted):
        version = publish(agent, state=draft.state, by=an_actor(agent)).version

    assert version.hash == "a" * 40


def test_a_draft_that_changed_since_it_was_shown_is_not_published() -> None:
    agent = an_agent()
    seen = edited(agent).state
    edited(agent)

    with pytest.raises(Refused, match="The draft changed since you opened this") as refused:
        publish(agent, state=seen, by=an_actor(agent))

    assert refused.value.code == "draft_moved"
    assert Draft.objects.filter(agent=agent).exists()
    assert agent.events.get(refused=True).code == "draft_moved"


def test_a_draft_that_somebody_published_meanwhile_says_so() -> None:
    agent = an_agent()
    seen = edited(agent).state
    with time_machine.travel(datetime(2030, 1, 5, 14, 2, tzinfo=UTC)):
        published(agent)

        with pytest.raises(Refused) as refused:
            publish(agent, state=seen, by=an_actor(agent))

    assert refused.value.code == "nothing_to_publish"
    assert refused.value.message == "Nothing to publish. Someone published or deleted this draft at 14:02."


def test_a_draft_that_came_back_is_another_draft() -> None:
    agent = an_agent()
    published(agent)
    seen = edited(agent).state
    discard(agent, state=seen, by=an_actor(agent))
    edited(agent)

    with pytest.raises(Refused, match="The draft changed"):
        publish(agent, state=seen, by=an_actor(agent))


def test_a_draft_with_errors_is_refused_with_all_of_them() -> None:
    agent = an_agent()
    draft = edited(agent, BROKEN)

    with pytest.raises(Invalid) as refused:
        publish(agent, state=draft.state, by=an_actor(agent))

    assert refused.value.code == "draft_invalid"
    assert list(refused.value.findings) == errors_in(draft)
    assert draft.errors == len(refused.value.findings) > 0
    assert not Version.objects.exists()
    kept = Draft.objects.get(agent=agent)
    assert kept.state == draft.state


def test_a_handoff_still_used_in_a_topic_cannot_be_published_away() -> None:
    """agent-layout.md, section 16, row 8."""
    agent = an_agent()
    published(agent)
    draft = edited(agent, {"config/handoffs.yaml": b"handoffs: []\n"})

    with pytest.raises(Invalid) as refused:
        publish(agent, state=draft.state, by=an_actor(agent))

    dangling = [finding for finding in refused.value.findings if finding.code == "dangling"]
    assert any("Luggage limits" in finding.message for finding in dangling)


def test_an_older_base_may_be_published_over_a_newer_version() -> None:
    agent = an_agent()
    published(agent)
    newest = published(agent)
    draft = edited(agent)
    rolled_back(agent, "sandbox")

    placed = publish(agent, state=draft.state, by=an_actor(agent))

    assert placed.version.parent == newest.version
    assert environment(agent, "sandbox").active == placed


def test_viewers_may_not_publish() -> None:
    agent = an_agent()
    draft = edited(agent)
    by = an_actor(agent, Role.VIEWER)

    refusal = refusal_to_publish(agent, by=by)

    assert refusal is not None
    assert refusal.sentence == "Only editors, releasers and admins may publish."
    with pytest.raises(Refused, match=refusal.sentence):
        publish(agent, state=draft.state, by=by)


def test_without_a_draft_publishing_is_not_offered() -> None:
    agent = an_agent()
    published(agent)

    refusal = refusal_to_publish(agent, by=an_actor(agent))

    assert refusal is not None
    assert refusal.code == "nothing_to_publish"


def test_editing_then_publishing_keeps_every_other_file() -> None:
    agent = an_agent()
    first = published(agent).version
    edited(agent, {RULES: b"Be kind.\n"})

    second = published(agent).version

    changed = {path for path in first.files if first.files[path] != second.files[path]}
    assert changed == {RULES}
    assert set(second.files) == set(FILES)


def test_the_text_of_a_description_has_a_bound() -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="The description has 5,001 characters; 5,000 are allowed"):
        published(agent, "x" * 5001)


def test_a_publication_costs_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    published(agent)
    draft, by = edited(agent), an_actor(agent)
    assert agent.ladder

    with django_assert_max_num_queries(18):
        publish(agent, state=draft.state, by=by)


def test_a_promoted_version_stays_what_it_was_when_more_is_published() -> None:
    agent = an_agent()
    first = published(agent)
    there = promoted(first, "live")

    published(agent)

    there.refresh_from_db()
    assert there.version == first.version
    assert there.is_active


def test_what_the_sandbox_runs_otherwise_is_a_warning_with_its_line() -> None:
    agent = an_agent()
    code = b"from _gen import *\nimport os\n\n\n@func_description('d')\ndef look(conv: Conversation):\n    yield 1\n"
    draft = edited(agent, {**FILES, "functions/look.py": code})

    found = findings_in(agent, draft.manifest_digest, draft.files)
    told = [(one.severity, one.path, one.line, one.message) for one in found if one.code == "sandbox"]
    assert told == [
        ("warning", "functions/look.py", 2, 'Function "look": os cannot be imported in a function of an agent.'),
        ("warning", "functions/look.py", 6, 'Function "look": look yields: it is run to its end and gives a list.'),
    ]
    assert errors_in(draft) == []
    publish(agent, state=draft.state, by=an_actor(agent))
