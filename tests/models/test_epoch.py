"""What a process remembers under ids is forgotten when the database may have given them out anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, connections

from deployments.keeping import Kept
from deployments.models import Epoch, content, epoch
from tests.vocabulary import an_agent, live

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Iterator[Kept[str]]:
    """Something remembered, as every page has some."""
    epoch.forget_what_was_lost(connection)
    kept: Kept[str] = Kept(most=9, weight=9)
    kept.get("a", lambda: "a", len)
    yield kept
    epoch._known = None


def test_as_long_as_the_epoch_lasts_all_is_kept(kept: Kept[str]) -> None:
    epoch.forget_what_was_lost(connection)

    assert kept.find("a") == "a"
    assert Epoch.objects.count() == 1


def test_a_crash_ends_the_epoch_and_nothing_is_remembered_across_it(kept: Kept[str]) -> None:
    files = live(an_agent()).version.files
    assert set(files) <= set(content._remembered.values())
    Epoch.objects.all().delete()  # as a crash does to a table that is not logged

    epoch.forget_what_was_lost(connection)

    assert kept.find("a") is None
    assert not content._remembered
    assert not content._remembered_weights
    assert Epoch.objects.count() == 1


def test_every_new_connection_looks(kept: Kept[str]) -> None:
    epoch._known = None
    other = connections.create_connection("default")

    other.connect()
    other.close()

    assert kept.find("a") is None


def test_the_table_is_one_that_a_crash_empties() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'deployments_epoch'")
        assert cursor.fetchone() == ("u",)
