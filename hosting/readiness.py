"""What must be so before pages are served: the tables are there, the settings are safe, the static files collected."""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hosting.address import is_only_here
from hosting.problem import HostingError


def missing_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def migrate() -> None:
    if missing_migrations():
        call_command("migrate", interactive=False, verbosity=0)


def refuse_missing_migrations() -> None:
    missing = missing_migrations()
    if missing:
        named = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise HostingError(f"The database misses {named}: run `manage.py migrate`, then start again.")


def refuse_insecure_settings(host: str) -> None:
    """Production only. What is refused is named, with a value that would do."""
    address = urlsplit(settings.ADDRESS)
    if len(settings.SECRET_KEY) < 50 or len(set(settings.SECRET_KEY)) < 5:
        raise HostingError("SLIPWAY_SECRET_KEY is too easy to guess: give it 50 random characters.")
    if any(allowed in {"*", "."} for allowed in settings.ALLOWED_HOSTS):
        raise HostingError("SLIPWAY_ALLOWED_HOSTS lets in every host name: name those that Slipway is reached by.")
    if address.scheme == "http" and not is_only_here(str(address.hostname)):
        raise HostingError("SLIPWAY_ADDRESS begins with http://, so passwords would travel in the open: use https://.")
    if not is_only_here(host) and address.scheme != "https":
        raise HostingError(
            f"{host} is reached from other machines: set SLIPWAY_ADDRESS to the https:// address people use, "
            "or listen on 127.0.0.1."
        )


def collect_static_files() -> None:
    """Under hashed names in the data directory; again only when one of them changed."""
    mark = Path(settings.STATIC_ROOT) / ".collected"
    state = _state_of_static_files()
    if not mark.exists() or mark.read_text(encoding="ascii") != state:
        call_command("collectstatic", interactive=False, verbosity=0, clear=False)
        mark.write_text(state, encoding="ascii")


def _state_of_static_files() -> str:
    seen = hashlib.sha256(f"{version('django')} {version('whitenoise')}".encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            seen.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return seen.hexdigest()
