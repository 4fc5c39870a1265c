"""Databases for tests: migrations run once in a run, and whoever needs a database of its own copies the result."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql


def migrated() -> str:
    """The name of the database that is copied: every migration and nothing else. Made by the first who asks."""
    name = _name()
    with _the_server() as server:
        server.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            with ThreadPoolExecutor(1, initializer=connect_to, initargs=(name,)) as beside:
                beside.submit(_migrate).result()
    return name


@contextmanager
def a_copy(name: str) -> Iterator[None]:
    """A database of that name while the block runs."""
    original = migrated()
    with _the_server() as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, original))))
        yield
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_the_migrated() -> None:
    with _the_server() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name())))


def connect_to(name: str) -> None:
    """This thread's own connection: the same server, another database."""
    here = connections.create_connection("default")
    here.settings_dict = {**here.settings_dict, "NAME": name}
    connections["default"] = here


def _name() -> str:
    """The run's own, so that no run copies what an earlier one left behind."""
    return Path(os.environ["SLIPWAY_DATA_DIR"]).name


@contextmanager
def _the_server() -> Iterator[psycopg.Connection[Any]]:
    place = {key.lower(): str(settings.DATABASES["default"][key] or "") for key in ("HOST", "PORT", "USER", "PASSWORD")}
    server = {key: value for key, value in place.items() if value}
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as connection:
        yield connection


def _migrate() -> None:
    try:
        call_command("migrate", verbosity=0)
    finally:
        connections.close_all()
