"""What is written is not written over: the database itself refuses, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from deployments.models import Agent, Blob, Deployment, Event, Path, Version
from deployments.models.deployment import time_ordered_id
from tests.vocabulary import an_agent, live, published

pytestmark = pytest.mark.django_db

CHANGES: list[Callable[[Agent], object]] = [
    lambda agent: Version.objects.filter(agent=agent).update(description="Another"),
    lambda agent: Version.objects.filter(agent=agent).update(manifest={}),
    lambda agent: Blob.objects.filter(agent=agent).update(content=b""),
    lambda agent: Path.objects.filter(agent=agent).update(name=F("id")),
    lambda agent: Event.objects.filter(agent=agent).update(message="Another"),
    lambda agent: Version.objects.filter(agent=agent)._raw_delete("default"),
    lambda agent: Blob.objects.filter(agent=agent)._raw_delete("default"),
    lambda agent: Event.objects.filter(agent=agent)._raw_delete("default"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_versions_blobs_paths_and_history_are_never_changed(change: Callable[[Agent], object]) -> None:
    agent = an_agent()
    published(agent, "As it is")

    with pytest.raises(DatabaseError, match="is never changed or deleted"), transaction.atomic():
        change(agent)

    assert agent.versions.get().description == "As it is"


def test_only_what_says_that_it_clears_may_delete() -> None:
    agent = an_agent()
    published(agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('slipway.purging', 'off', true)")

    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.filter(agent=agent)._raw_delete("default")


def test_even_what_clears_may_not_change_a_version() -> None:
    agent = an_agent()
    published(agent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('slipway.purging', 'on', true)")

    with pytest.raises(DatabaseError), transaction.atomic():
        Version.objects.filter(agent=agent).update(description="Another")


def test_a_second_active_deployment_is_impossible() -> None:
    there = live(an_agent())
    second = Deployment.objects.get(pk=there.pk)
    second.pk, second.replaced = time_ordered_id(), None
    second._state.adding = True

    with pytest.raises(IntegrityError, match="one_active_deployment_an_environment"), transaction.atomic():
        second.save()


def test_nothing_ends_before_it_started() -> None:
    there = live(an_agent())

    with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
        Deployment.objects.filter(pk=there.pk).update(ended_at=there.started_at - timedelta(seconds=1))


def test_ids_of_deployments_sort_by_age() -> None:
    ids = [time_ordered_id() for _ in range(200)]

    assert all(each.version == 7 for each in ids)
    assert [each.int >> 80 for each in ids] == sorted(each.int >> 80 for each in ids)
    assert len(set(ids)) == 200
