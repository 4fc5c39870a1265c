"""Runs a command of manage.py with the database it needs, and says every error a person can meet in one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from hosting.environment import unread
from hosting.home import PROJECT, data_directory, make_home
from hosting.problem import HostingError, tell

# Which commands of Django read or write the database; all of our own do.
_DJANGO = {
    "changepassword",
    "clearsessions",
    "createsuperuser",
    "dbshell",
    "dumpdata",
    "flush",
    "inspectdb",
    "loaddata",
    "migrate",
    "procrastinate",
    "remove_stale_contenttypes",
    "shell",
    "showmigrations",
    "sqlmigrate",
}
_OURS = PROJECT / "deployments" / "management" / "commands"
_OWNERS = {"demo", "serve"}
_OWN_PARSERS = {"procrastinate"}


def run(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if _needs_database(arguments):
        for name, sentence in unread():
            tell(sentence)
            del os.environ[name]  # so that the processes it starts do not say it again
    try:
        with _database(arguments):
            _execute(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except SystemExit as end:
        if isinstance(end.code, str):
            tell(end.code)
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as error:
        if "--traceback" in arguments:
            raise
        tell(_sentence(error))
        return getattr(error, "returncode", 1)
    return 0


def _execute(arguments: list[str]) -> None:
    import django
    from django.core.management import ManagementUtility, get_commands

    django.setup()
    name = arguments[1] if len(arguments) > 1 else "help"
    if not name.startswith("-") and name not in {"help", "version"} and name not in get_commands():
        tell(f"There is no command {name}: `manage.py help` lists them.")
        raise SystemExit(2)
    # Unless asked to raise, Django prints the errors of a command itself, the name of a class before them.
    raising = [] if "--traceback" in arguments or name in _OWN_PARSERS or name.startswith("-") else ["--traceback"]
    ManagementUtility([*arguments, *raising] if name != "help" else arguments).execute()


@contextmanager
def _database(arguments: list[str]) -> Iterator[None]:
    if os.environ.get("DATABASE_URL") or not _needs_database(arguments):
        yield
        return
    from hosting.embedded import EmbeddedPostgres
    from hosting.ownership import TakenError, Use

    database = EmbeddedPostgres(data_directory())
    owner = arguments[1] in _OWNERS
    use: Use | None = None
    try:
        database.start()
    except TakenError:
        if owner:
            raise
        # Theirs is used; an owner that is just ending gives way, and then it is ours after all.
        use = Use(make_home(data_directory()))
        try:
            database.start()
        except TakenError:
            database.wait_for_owner()
        else:
            use.release()
            use = None
    try:
        yield
    finally:
        if use:
            use.release()
        else:
            database.stop(waiting_for_users=not owner)


def _needs_database(arguments: list[str]) -> bool:
    if len(arguments) < 2 or {"-h", "--help"} & set(arguments):
        return False
    return arguments[1] in _DJANGO or (_OURS / f"{arguments[1]}.py").exists()


def _sentence(error: Exception) -> str:
    from django.core.exceptions import ImproperlyConfigured, ValidationError
    from django.core.management import CommandError
    from django.db import DatabaseError, OperationalError, ProgrammingError

    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, HostingError | ImproperlyConfigured | CommandError):
        return str(error)
    told = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, ProgrammingError) and getattr(error.__cause__, "sqlstate", "") in {"42P01", "42703"}:
        return "The database does not have this version's tables yet: run `manage.py migrate` first."
    if isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") == "53100":
        return "The disk of the database is full: make room, then try again. Nothing was changed."
    if isinstance(error, OperationalError):
        return f"The database cannot be used ({told}): check that it runs, and DATABASE_URL."
    if isinstance(error, DatabaseError):
        return f"The database refused ({told}); nothing was changed."
    if isinstance(error, OSError):
        return f"{error.filename or 'The system'} cannot be used ({error.strerror or told})."
    return f"Something failed that should not ({type(error).__name__}: {told}); add --traceback to see where."
