"""A process that is frozen in the middle of a promotion does not keep others from promoting there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client
from django.urls import reverse

from deployments import giving_way
from deployments.pipeline import assessing
from deployments.pipeline.placing import lock_environment
from tests.vocabulary import admin_of, an_agent, environment, published

ROOT = Path(__file__).resolve().parents[1]
SHOWN = "from django.db import connection; c = connection.cursor(); "
SHOWN += "c.execute('SHOW idle_in_transaction_session_timeout'); print(c.fetchone()[0]); "
SHOWN += "c.execute('SHOW lock_timeout'); print(c.fetchone()[0])"
PAGES = "from config.web import _application; _application()"
JOBS = "import asyncio, django; django.setup(); asyncio.run = lambda todo: todo.close(); "
JOBS += "from deployments.jobs import work; work()"


@pytest.mark.django_db(transaction=True)
def test_who_stands_still_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    where = environment(an_agent(), "live").pk
    monkeypatch.setattr(giving_way, "_AFTER", "200ms")
    frozen = connections["default"].copy()
    giving_way._limit(frozen)
    with frozen.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT id FROM deployments_environment WHERE id = %s FOR UPDATE", [where])
    began = time.monotonic()

    with transaction.atomic():
        lock_environment(where)

    assert time.monotonic() - began < 30
    with pytest.raises(DatabaseError), frozen.cursor() as cursor:
        cursor.execute("SELECT 1")
    frozen.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", ["200ms", "0"])
def test_who_has_thousands_of_files_to_think_over_is_given_time(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    def slowly(*about: Any, **more: Any) -> list[Any]:
        time.sleep(0.5)
        with connections["default"].cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            limits.append(cursor.fetchone()[0])
        return []

    limits: list[str] = []
    monkeypatch.setattr(giving_way, "_AFTER", limit)
    monkeypatch.setattr(assessing, "_FEW", 0)
    monkeypatch.setattr(assessing, "check_files", slowly)
    giving_way._limit(connections["default"])

    an_agent()

    assert limits == [{"200ms": "15min", "0": "0"}[limit]]
    connections["default"].close()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_waits_too_long_for_what_somebody_holds_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    version = published(agent).version
    monkeypatch.setattr(giving_way, "_WAITED", "200ms")
    giving_way._impatient(connections["default"])
    client = Client(raise_request_exception=False)
    client.force_login(admin_of(agent.workspace))
    holder = connections["default"].copy()
    with holder.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT id FROM deployments_environment WHERE agent_id = %s FOR UPDATE", [agent.pk])

    promotion = reverse("promotion", args=[agent.slug, version.short, "pre-release"])
    answer = client.post(promotion, {"replacing": "", "message": ""})
    holder.close()

    assert answer.status_code == 503
    assert "Somebody holds what this needs, and nothing was changed." in answer.text
    assert environment(agent, "pre-release").active is None
    connections["default"].close()


@pytest.mark.parametrize(("how", "limits"), [(PAGES, ["1min", "30s"]), (JOBS, ["1min", "0"])], ids=["pages", "jobs"])
def test_pages_and_jobs_do_and_pages_wait_no_longer(how: str, limits: list[str]) -> None:
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", f"{how}; {SHOWN}"]

    said = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False, timeout=120)

    assert said.stdout.split() == limits, said.stderr
