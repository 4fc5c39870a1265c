"""The shape of the project: formatting, lint, types, layers, migrations, templates, and a README that is true."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AlterField,
    AlterModelTable,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.template import engines

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CODE = ["clients", "config", "deployments", "hosting", "benchmarks", "tests", "manage.py"]


def succeeds(*command: str) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_code_is_formatted() -> None:
    succeeds("ruff", "format", "--check", *CODE)


def test_code_has_no_lint() -> None:
    succeeds("ruff", "check", *CODE)


@pytest.mark.xdist_group("types")
def test_types_agree() -> None:
    succeeds("mypy")


def test_imports_point_one_way() -> None:
    succeeds("lint-imports")


def test_templates_are_formatted() -> None:
    succeeds("djade", "--check", "--target-version", "5.2", *map(str, sorted(ROOT.glob("templates/**/*.html"))))


def test_every_template_compiles() -> None:
    for path in sorted(ROOT.glob("templates/**/*.html")):
        engines["django"].engine.get_template(str(path.relative_to(ROOT / "templates")))  # type: ignore[attr-defined]


def test_what_a_template_says_it_is_given_is_there() -> None:
    for path in sorted(ROOT.glob("templates/**/*.html")):
        for name, room in re.findall(r"\b([A-Z]\w+) of ((?:views|forms)(?:\.[a-z_]+)+)", path.read_text()):
            assert hasattr(import_module(f"deployments.{room}"), name), f"{path}: {name} of {room}"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# The last one after which the web servers of the earlier Slipway have to be started again before people edit.
UNBOUND = "0024_ground"
# What takes something away all the same, by its name, and since which release nothing reads or writes it any more.
TAKEN_AWAY: dict[str, str] = {}


@pytest.fixture(scope="module")
def migrations() -> MigrationLoader:
    return MigrationLoader(None)


def test_every_migration_leaves_the_slipway_before_it_able_to_write(migrations: MigrationLoader) -> None:
    """`migrate` runs while the earlier web servers go on, which name the columns they know and no others."""
    ours = sorted(name for app, name in migrations.disk_migrations if app == "deployments")
    for name in ours[ours.index(UNBOUND) + 1 :]:
        assert name in TAKEN_AWAY or not stops(migrations, name), f"{name}: {', '.join(stops(migrations, name))}"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("0020_drafts_keep_what_differs", ["AddField of a value the database lacks", "RemoveField"]),
        ("0023_groups_of_versions", []),
        ("0024_ground", ["AddField of a value the database lacks"] * 2),
        ("0025_contacts_are_found", []),
    ],
)
def test_what_stops_the_slipway_before_is_found(migrations: MigrationLoader, name: str, why: list[str]) -> None:
    assert stops(migrations, name) == why


def stops(migrations: MigrationLoader, name: str) -> list[str]:
    """What the code of the migration before this one would fail at. A new column is null or has a `db_default`; what
    goes is first no longer used, and taken away by a later release. What SQL and Python do is for the reviewer.
    """
    migration = migrations.disk_migrations["deployments", name]
    state = migrations.project_state(migration.dependencies[0], at_end=True)
    found = []
    for operation in migration.operations:
        match operation:
            case AddField(field=field) if not (field.null or field.has_db_default()):
                found.append("AddField of a value the database lacks")
            case AlterField(field=field) if (
                field.null < state.models["deployments", operation.model_name_lower].fields[operation.name].null
            ):
                found.append("AlterField to a column that must be filled")
            case RemoveField() | RenameField() | DeleteModel() | RenameModel() | AlterModelTable() | AddConstraint():
                found.append(type(operation).__name__)
        operation.state_forwards("deployments", state)
    return found


def test_the_readme_names_every_folder_and_no_other() -> None:
    layout = README_LAYOUT.search((ROOT / "README.md").read_text())
    assert layout, "The README has no layout."
    named = set(re.findall(r"^(?:    )?([\w./-]+/)(?: |$)", layout.group(1), re.MULTILINE))
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {f"{path.split('/')[0]}/" for path in tracked if "/" in path and not path.startswith(".")}
    packages = {f"{path.split('/')[1]}/" for path in tracked if path.startswith("deployments/") and path.count("/") > 1}
    assert folders | packages <= named
    assert all((ROOT / name).exists() or (ROOT / "deployments" / name).exists() for name in named)


README_LAYOUT = re.compile(r"## Layout\n+```\n(.*?)```", re.DOTALL)


def test_no_registry_address_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    registry = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian\.org")
    for path in tracked:
        if path != "tests/test_structure.py" and (ROOT / path).is_file():
            assert not registry.search((ROOT / path).read_text(errors="ignore")), path


@pytest.mark.parametrize("lock", ["run.txt", "test.txt"])
def test_every_locked_dependency_is_pinned_by_hash(lock: str) -> None:
    text = (ROOT / "config/requirements" / lock).read_text()
    entries = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(entries) > 20
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_a_file_that_has_grown_too_long_is_redesigned() -> None:
    for path in [*ROOT.glob("deployments/**/*.py"), *ROOT.glob("hosting/**/*.py"), *ROOT.glob("config/*.py")]:
        inside = path.relative_to(ROOT)
        if "migrations" in inside.parts or "story" in inside.parts:
            continue
        assert len(path.read_text().splitlines()) <= 300, f"{inside} has more than 300 lines"


def test_no_file_holds_both_sides_of_a_merge() -> None:
    found = subprocess.run(
        ["git", "grep", "-lE", "^(<{7}|>{7}) "], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


def test_nothing_of_ours_imports_difflib() -> None:
    for path in [*ROOT.glob("deployments/**/*.py"), *ROOT.glob("hosting/**/*.py"), *ROOT.glob("config/*.py")]:
        assert not re.search(r"^\s*(import|from) difflib", path.read_text(), re.MULTILINE), path
