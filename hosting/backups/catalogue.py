"""What the database holds, asked of itself: tables with their columns, sequences, foreign keys, migrations."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.apps import apps
from django.db.backends.utils import CursorWrapper
from psycopg import sql

Columns: TypeAlias = dict[str, list[str]]
Migration: TypeAlias = tuple[str, str]

MIGRATIONS = "django_migrations"
# A file that lies about opens no session: after a restore everybody signs in again. And an epoch ends with it.
LEFT_OUT = {"deployments_session", "django_session", "deployments_epoch"}
# What `migrate`, a new connection and an idle worker write by themselves.
_WRITTEN_BY_ITSELF = {MIGRATIONS, "django_content_type", "auth_permission", "deployments_epoch"}
_IDLE_WORK = "procrastinate_"
# How functions and types of ours begin.
_OURS = "^(procrastinate|slipway)_"
_HERE = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"


def tables(cursor: CursorWrapper) -> Columns:
    """Slipway's tables, and the columns that can be written. Those of others in the same database stay theirs."""
    cursor.execute(f"""
        SELECT t.relname, array_agg(c.attname::text ORDER BY c.attnum)
        FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid
        WHERE t.relnamespace = {_HERE} AND t.relkind = 'r'
            AND c.attnum > 0 AND NOT c.attisdropped AND c.attgenerated = ''
        GROUP BY t.relname ORDER BY t.relname""")
    # By their names, since an earlier or later version of Slipway has tables that this one has no model of.
    ours = tuple({f"{app.label}_" for app in apps.get_app_configs()} | {"django_"})
    return {name: columns for name, columns in cursor.fetchall() if name.startswith(ours)}


def holding_something(cursor: CursorWrapper) -> str:
    """A table with rows that somebody put there, or nothing."""
    for name in tables(cursor):
        if name not in _WRITTEN_BY_ITSELF and not name.startswith(_IDLE_WORK):
            run(cursor, "SELECT EXISTS (SELECT FROM {})", name)
            if (cursor.fetchone() or [False])[0]:
                return name
    return ""


def drop_everything(cursor: CursorWrapper) -> None:
    """The tables, and what migrations made beside them."""
    for name in tables(cursor):
        run(cursor, "DROP TABLE IF EXISTS {} CASCADE", name)
    cursor.execute(
        f"""
        SELECT 'ROUTINE IF EXISTS ' || oid::regprocedure FROM pg_proc WHERE pronamespace = {_HERE} AND proname ~ %s
        UNION ALL
        SELECT 'TYPE IF EXISTS ' || oid::regtype FROM pg_type
        WHERE typnamespace = {_HERE} AND typname ~ %s AND typelem = 0""",
        [_OURS, _OURS],
    )
    for (what,) in cursor.fetchall():
        cursor.execute(f"DROP {what} CASCADE")


def sequences(cursor: CursorWrapper) -> dict[tuple[str, str], tuple[str, int | None]]:
    """{(table, column): (sequence, the last number it gave)}."""
    cursor.execute(f"""
        SELECT t.relname, c.attname, s.relname, v.last_value
        FROM pg_class s
        JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid
            AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        JOIN pg_class t ON t.oid = d.refobjid
        JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum = d.refobjsubid
        JOIN pg_sequences v ON v.schemaname = current_schema() AND v.sequencename = s.relname
        WHERE s.relkind = 'S' AND s.relnamespace = {_HERE}""")
    return {(table, column): (name, last) for table, column, name, last in cursor.fetchall()}


def foreign_keys(cursor: CursorWrapper) -> list[tuple[str, str, str]]:
    """(table, name, definition) of each, the definition as `ALTER TABLE … ADD CONSTRAINT` takes it."""
    cursor.execute(f"""
        SELECT t.relname, k.conname, pg_get_constraintdef(k.oid)
        FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
        WHERE k.contype = 'f' AND t.relnamespace = {_HERE} ORDER BY t.relname, k.conname""")
    return [(table, name, definition) for table, name, definition in cursor.fetchall()]


def migrations(cursor: CursorWrapper) -> list[Migration]:
    run(cursor, "SELECT app, name FROM {} ORDER BY id", MIGRATIONS)
    return [(app, name) for app, name in cursor.fetchall()]


def others_connected(cursor: CursorWrapper) -> int:
    """How many connections the same user of the database has beside this one."""
    cursor.execute("""
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
            AND backend_type = 'client backend'""")
    return int((cursor.fetchone() or [0])[0])


def run(cursor: CursorWrapper, statement: str, *names: str, written: str = "") -> None:
    """A statement with names in its braces, and after them what the database itself wrote."""
    cursor.execute(composed(statement, *names).as_string() + written)


def composed(statement: str, *names: str | list[str]) -> sql.Composed:
    parts: list[Any] = [
        sql.Identifier(name) if isinstance(name, str) else sql.SQL(", ").join(map(sql.Identifier, name))
        for name in names
    ]
    return sql.SQL(statement).format(*parts)
