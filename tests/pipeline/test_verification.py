from __future__ import annotations

import pytest
from django.db import connection

from deployments.models import Agent
from deployments.models.manifest import pack
from deployments.pipeline import change_ladder, discard
from deployments.pipeline.verification import verify
from tests.vocabulary import a_workspace, an_actor, an_agent, edited, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def an_eventful_agent() -> Agent:
    agent = an_agent()
    live(agent)
    live(agent)
    rolled_back(agent, "live")
    promoted(published(agent), "live")
    change_ladder(agent, steps=2, by=an_actor(agent))
    change_ladder(agent, steps=3, by=an_actor(agent))
    discard(agent, state=edited(agent).state, by=an_actor(agent))
    live(agent)
    edited(agent)
    return agent


def test_what_the_verbs_left_is_found_in_order() -> None:
    agent = an_eventful_agent()

    found = verify()

    assert found.problems == []
    assert found.checked["agents"] == 1
    assert found.checked["versions"] == agent.versions.count()
    assert found.checked["deployments"] == agent.deployments.count()
    assert found.checked["events"] == agent.events.count()
    assert found.checked["blobs"] == agent.blobs.count()
    assert found.checked["drafts"] == 2


# What somebody with the database in their hands may do to it, and how that is told.
DAMAGES = [
    ("does not hold what its hash", "UPDATE deployments_blob SET content = 'x', size = 1"),
    ("bytes and says", "UPDATE deployments_blob SET size = size + 1"),
    ("does not hold the files its digest", "UPDATE deployments_path SET name = 'x' WHERE name = 'project.yaml'"),
    ("names 1 files that are not there", "UPDATE deployments_version SET manifest = %(nothing)s WHERE number = 2"),
    ("has a manifest that cannot be read", "UPDATE deployments_version SET manifest = 'x' WHERE number = 2"),
    ("what its hash was made of", "UPDATE deployments_version SET description = 'Another' WHERE number = 2"),
    ("has number 3, not 2", "UPDATE deployments_version SET number = 7 WHERE number = 2"),
    ("names a parent that is no earlier", "UPDATE deployments_version SET parent_id = id WHERE number = 2"),
    ("the draft does not hold", "UPDATE deployments_draft SET manifest_digest = 'x'"),
    (
        "had ended",
        "UPDATE deployments_deployment SET ended_at = ended_at + interval '1 day' WHERE verb = 'rolled_back'",
    ),
    ("did not replace", "UPDATE deployments_deployment SET started_at = started_at + interval '1 microsecond'"),
    ("held something else", "UPDATE deployments_deployment SET restored_id = replaced_id WHERE verb = 'rolled_back'"),
    ("still holds an active", "UPDATE deployments_environment SET on_ladder = false WHERE slug = 'live'"),
    ("has 0 lines of history", "DELETE FROM deployments_event WHERE kind = 'rolled_back'"),
    ("does not say what deployment", "UPDATE deployments_event SET before_id = NULL WHERE kind = 'promoted'"),
    ("names no deployment", "UPDATE deployments_event SET deployment_id = NULL WHERE kind = 'promoted'"),
    ("in another workspace", "UPDATE deployments_event SET workspace_id = %(other)s WHERE kind = 'promoted'"),
    ("no longer guards deployments_blob", "DROP TRIGGER stays ON deployments_blob"),
]
GUARDED = ("version", "blob", "path", "event")


@pytest.mark.parametrize(("told", "damage"), DAMAGES)
def test_every_kind_of_damage_is_told(told: str, damage: str) -> None:
    an_eventful_agent()
    other = a_workspace()

    with connection.cursor() as cursor:
        # The guards are taken away for a moment, as whoever owns the database can.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE deployments_{table} DISABLE TRIGGER stays")
        cursor.execute(damage, {"other": other.pk, "nothing": pack({"0": 0})})
        for table in GUARDED:
            if "DROP" not in damage or table != "blob":
                cursor.execute(f"ALTER TABLE deployments_{table} ENABLE TRIGGER stays")

    assert any(told in problem for problem in verify().problems)


def test_guards_that_are_switched_off_are_told() -> None:
    an_agent()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE deployments_event DISABLE TRIGGER stays")

    problems = verify().problems

    assert problems == ["The database no longer guards deployments_event against changes: run `manage.py migrate`."]


@pytest.mark.django_db(transaction=True)
def test_verification_sees_one_instant_and_changes_nothing() -> None:
    an_eventful_agent()

    assert verify().problems == []
