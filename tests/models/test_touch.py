"""Who touched a file between two versions, told without reading the versions between."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deployments.models import Agent, Touch, Version, who_touched
from deployments.models.touch import MOST_NAMED
from tests.vocabulary import FIND_CABIN, RULES, an_agent, edited, published, rolled_back

pytestmark = pytest.mark.django_db

TOPIC = "topics/luggage_limits.yaml"
FUNCTION = "functions/find_cabin.py"


def a_version(agent: Agent, path: str, content: str) -> Version:
    edited(agent, {path: content.encode()})
    return published(agent).version


def names(agent: Agent, left: Version | None, right: Version | None, *paths: str) -> dict[str, list[int]]:
    found = who_touched(agent, left, right, paths)
    return {path: [version.number for version in touched.versions] for path, touched in found.items()}


def test_a_file_names_the_versions_that_touched_it_newest_first() -> None:
    agent = an_agent()
    first = published(agent).version
    a_version(agent, RULES, "Be kind.\n")
    a_version(agent, FUNCTION, FIND_CABIN.decode().replace("C-104", "C-105"))
    last = a_version(agent, RULES, "Be kind and brief.\n")

    assert names(agent, first, last, RULES, FUNCTION, TOPIC) == {RULES: [4, 2], FUNCTION: [3]}


def test_swapping_the_sides_names_the_same_versions() -> None:
    agent = an_agent()
    first = published(agent).version
    second = a_version(agent, RULES, "Be kind.\n")

    assert names(agent, second, first, RULES) == names(agent, first, second, RULES) == {RULES: [2]}


def test_against_nothing_the_first_version_touched_everything() -> None:
    agent = an_agent()
    first = published(agent).version

    assert names(agent, None, first, RULES, TOPIC) == {RULES: [1], TOPIC: [1]}


def test_at_most_twenty_are_named_and_the_rest_counted() -> None:
    agent = an_agent()
    first = published(agent).version
    for number in range(MOST_NAMED + 2):
        last = a_version(agent, RULES, f"Be brief {number}.\n")

    touched = who_touched(agent, first, last, [RULES])[RULES]

    assert [version.number for version in touched.versions] == list(range(MOST_NAMED + 3, 3, -1))
    assert touched.more == 2


def test_what_a_version_based_on_an_older_one_undid_is_its_doing_too() -> None:
    agent = an_agent()
    published(agent)
    second = a_version(agent, RULES, "Be kind.\n")
    rolled_back(agent, "sandbox")
    third = a_version(agent, TOPIC, "name: Luggage limits\ncontent: None.\n")

    assert third.parent is not None
    assert third.parent.number == 1
    assert names(agent, second, third, RULES, TOPIC) == {RULES: [3], TOPIC: [3]}


def test_no_manifest_is_read_however_many_versions_lie_between() -> None:
    agent = an_agent()
    first = published(agent).version
    for number in range(5):
        last = a_version(agent, RULES, f"Be brief {number}.\n")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        who_touched(agent, first, last, [RULES])

    assert len(queries) == 3
    assert not any('"manifest"' in query["sql"] for query in queries)


def test_another_agents_versions_are_nobody_here() -> None:
    agent, other = an_agent(), an_agent()
    published(other)
    last = published(agent).version

    assert all(version.agent == agent for version in who_touched(agent, None, last, [RULES])[RULES].versions)
    assert names(agent, None, last, RULES) == {RULES: [1]}


def test_a_version_keeps_in_how_many_functions_each_variable_is() -> None:
    agent = an_agent()
    published(agent)
    a_version(agent, "functions/find_deck.py", FIND_CABIN.decode().replace("find_cabin", "find_deck"))

    uses = list(Touch.objects.filter(version__agent=agent).order_by("version").values_list("variables", flat=True))

    assert uses == [{"cabin": 1}, {"cabin": 2}]


def test_what_was_found_out_is_never_changed() -> None:
    agent = an_agent()
    published(agent)

    with pytest.raises(DatabaseError, match="is never changed or deleted"), transaction.atomic():
        Touch.objects.filter(version__agent=agent).update(paths=[])


def test_versions_published_before_are_found_out_by_the_migration() -> None:
    agent = an_agent()
    published(agent)
    a_version(agent, RULES, "Be kind.\n")
    rolled_back(agent, "sandbox")
    a_version(agent, FUNCTION, FIND_CABIN.decode().replace("state.cabin", "state.deck"))
    kept = list(Touch.objects.order_by("version").values("version", "paths", "variables"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('slipway.purging', 'on', true)")
        cursor.execute("DELETE FROM deployments_touch")
        cursor.execute("SELECT set_config('slipway.purging', 'off', true)")

    import_module("deployments.migrations.0004_touches").find_out(apps, connection.schema_editor())

    assert list(Touch.objects.order_by("version").values("version", "paths", "variables")) == kept
