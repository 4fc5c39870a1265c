"""Whatever is done through the forms, the export holds what the same edits of the files would have made of them."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from deployments.comparison import items
from deployments.forms.reshaping import kind_choices
from deployments.models import Agent, Role
from deployments.resources import KINDS, Field, Kind, Resource, editing, kinds, read_all, read_file, reading
from deployments.views.browsing.resources import reshapes
from deployments.views.drafting.creating import _first
from tests.resources.examples_of_agents import folder
from tests.signing_in import a_client
from tests.views.test_editing import form_of
from tests.views.test_forms_of_every_kind import with_value
from tests.vocabulary import FILES, an_agent

pytestmark = pytest.mark.django_db
Files = dict[str, bytes]
WORDS = ["Ask: the #pier", "中央駅 [B]", 'it\'s, "on"']
NAMES = ["night_desk", "second_desk", "quiet_cabin", "long_way_round"]


def by_hand(files: Mapping[str, bytes]) -> Files:
    """The same files as somebody wrote them on another machine: with comments, and line ends of two characters."""
    return {
        path: (b"# By hand.\n" + held + b"\n# The end.\n").replace(b"\n", b"\r\n") if path.endswith(".yaml") else held
        for path, held in files.items()
    }


def exported(client: Client, agent: Agent) -> Files:
    answer = client.get(reverse("version-archive", args=[agent.slug, "draft"]))
    held = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        start = names[0].partition("/")[0] + "/" if all("/" in name for name in names) else ""
        start = start if all(name.startswith(start) for name in names) else ""
        return {name.removeprefix(start): archive.read(name) for name in names}


def editable(files: Files) -> list[Resource]:
    return [
        each
        for each in read_all(files)
        if KINDS[each.kind].form not in ("bytes", "derived", "rest") and not each.problem
    ]


def texts_of(page: str) -> list[str]:
    """The addresses of the controls of a form that take any words."""
    form = page[page.index('<form class="card edit"') :]
    found = re.findall(r'<textarea class="input"[^>]* name="([^"]*)"', form)
    found += re.findall(r'<input class="input" id="[^"]*" name="([^"]*)"(?![^>]*inputmode)[^>]*>', form)
    return [name for name in found if "@" not in name]


def typed(client: Client, agent: Agent, files: Files, resource: Resource, control: str, words: str) -> Files | None:
    """Types these words into a control of the rendered form. None where they were refused."""
    where = reverse("edit", args=[agent.slug, resource.path])
    answer = client.post(where, form_of(client.get(where).text) | {control: words})
    if answer.status_code == 422:
        return None
    top = control.partition(".")[0]
    wanted = with_value(resource.fields, control, words)[top]
    return files | dict(editing.change({resource.file or "": files[resource.file or ""]}, resource.path, {top: wanted}))


def without_gone(files: Mapping[str, bytes | None]) -> Files:
    return {path: held for path, held in files.items() if held is not None}


def test_one_value_typed_into_the_form_of_every_kind_is_that_one_edit_of_its_file() -> None:
    files = by_hand(folder("agent"))
    agent = an_agent(files=files)
    client = a_client(agent, Role.EDITOR)
    done = set()
    for resource in editable(files):
        if resource.kind in done:
            continue
        controls = texts_of(client.get(reverse("edit", args=[agent.slug, resource.path])).text)
        after = next(
            (made for name in controls if (made := typed(client, agent, files, resource, name, "Ask the pier"))), None
        )
        if after is None:
            continue
        done.add(resource.kind)
        here = {each.path: each for each in read_file(resource.file or "", files[resource.file or ""])}
        now = read_file(resource.file or "", after[resource.file or ""])
        assert sum(each.fields != here[each.path].fields for each in now if each.path in here) <= 1
        if KINDS[resource.kind].form not in ("text", "python", "json"):
            assert after[resource.file or ""].startswith(b"# By hand.\r\n")
            assert after[resource.file or ""].endswith(b"# The end.\r\n")
        files = after

    assert exported(client, agent) == files
    assert len(done) > 25


def test_acts_in_turn_through_the_forms_are_the_same_acts_on_the_files() -> None:
    """Each act at least twice; that the files are then what they are by other means is told beside the forms."""
    chance = random.Random(20)
    files = by_hand(folder("agent"))
    agent = an_agent(files=files)
    client = a_client(agent, Role.EDITOR)
    acts = [changed, made, renamed, copied, moved, deleted] * 2
    chance.shuffle(acts)

    for act in acts:
        files = act(client, agent, files, chance)

    assert exported(client, agent) == files


def changed(client: Client, agent: Agent, files: Files, chance: random.Random) -> Files:
    resource = chance.choice(editable(files))
    controls = texts_of(client.get(reverse("edit", args=[agent.slug, resource.path])).text)
    if not controls:
        return files
    return typed(client, agent, files, resource, chance.choice(controls), chance.choice(WORDS)) or files


def made(client: Client, agent: Agent, files: Files, chance: random.Random) -> Files:
    key = chance.choice([key for _, group in kind_choices() for key, _ in group])
    name = chance.choice(NAMES)
    inside = "flows/board_ship" if KINDS[key].inside == "flow" else ""

    def create() -> Mapping[str, bytes | None]:
        return editing.create(files, key, name, _first(KINDS[key], name), inside=inside)

    where = reverse("resource-creation", args=[agent.slug])
    return _both(client, where, {"kind": key, "name": name, "inside": inside}, files, create)


def renamed(client: Client, agent: Agent, files: Files, chance: random.Random) -> Files:
    resource = chance.choice([each for each in editable(files) if reshapes(each)["renamable"]])
    name = chance.choice(NAMES)

    def rename() -> Mapping[str, bytes | None]:
        return editing.rename(files, resource.path, name, update_references=True)

    return _acted(client, agent, "resource-renaming", resource, {"name": name, "update": "on"}, files, rename)


def copied(client: Client, agent: Agent, files: Files, chance: random.Random) -> Files:
    resource = chance.choice([each for each in editable(files) if reshapes(each)["duplicable"]])
    name = chance.choice(NAMES)

    def duplicate() -> Mapping[str, bytes | None]:
        return editing.duplicate(files, resource.path, name)

    return _acted(client, agent, "resource-duplication", resource, {"name": name}, files, duplicate)


def moved(client: Client, agent: Agent, files: Files, chance: random.Random) -> Files:
    found = [each for each in editable(files) if reshapes(each)["movable"]]
    if not found:
        return files
    resource, to = chance.choice(found), chance.randint(1, 4)

    def move() -> Mapping[str, bytes | None]:
        return editing.move(files, resource.path, to - 1)

    return _acted(client, agent, "resource-move", resource, {"to": str(to)}, files, move)


def deleted(client: Client, agent: Agent, files: Files, chance: random.Random) -> Files:
    resource = chance.choice([each for each in editable(files) if reshapes(each)["deletable"]])

    def delete() -> Mapping[str, bytes | None]:
        return editing.delete(files, resource.path, instead="")

    return _acted(client, agent, "resource-deletion", resource, {"instead": ""}, files, delete)


def _acted(
    client: Client, agent: Agent, act: str, resource: Resource, said: dict[str, str], files: Files, by_files: Any
) -> Files:
    where = reverse(act, args=[agent.slug, resource.path])
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(where).text)
    return _both(client, where, said | {"seen": seen[1] if seen else ""}, files, by_files)


def _both(
    client: Client, where: str, said: dict[str, str], files: Files, by_files: Callable[[], Mapping[str, bytes | None]]
) -> Files:
    """What the dialog made and what the edit of the files makes; where one refuses, so does the other."""
    answer = client.post(where, said)
    try:
        after = by_files()
    except editing.EditRefused:
        assert answer.status_code == 422, where
        return files
    assert answer.status_code == 302, (where, said, re.findall(r'role="alert".*?</p>', answer.text))
    return without_gone(files | dict(after))


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kind]:
    """A kind that only this test knows, with a field of every type."""
    kind = Kind(
        "menu",
        "Menu",
        "Knowledge",
        "yaml",
        ("menus/*.yaml",),
        (
            Field("name", "Name", required=True),
            Field("welcome", "Welcome", "prose", references=("fn",)),
            Field("script", "Script", "code"),
            Field("open", "Open", "flag"),
            Field("tables", "Tables", "whole", least=1, most=40),
            Field("price", "Price", "number"),
            Field("style", "Style", "choice", choices=("warm", "cold")),
            Field("cook", "Cook", "ref", to=("function",)),
            Field("tags", "Tags", "list"),
            Field(
                "dishes",
                "Dishes",
                "table",
                key="dish",
                columns=(Field("dish", "Dish"), Field("cost", "Cost", "number")),
            ),
            Field("words", "Words", "map", values=Field("word", "Word")),
            Field("hours", "Hours", "section", fields=(Field("from", "From"), Field("late", "Late", "flag"))),
            Field("extra", "Extra", "json"),
        ),
        file_name_from="name",
    )
    monkeypatch.setitem(kinds.KINDS, "menu", kind)  # type: ignore[arg-type]
    # Made from the registry when the process begins.
    monkeypatch.setitem(items._ORDER_OF_KINDS, "menu", len(kinds.KINDS))  # type: ignore[arg-type]
    monkeypatch.setitem(reading._ORDER, "menu", len(kinds.KINDS))
    monkeypatch.setattr(kinds, "_PATTERNED", (kind, *kinds._PATTERNED))
    kinds.kinds_for.cache_clear()
    yield kind
    monkeypatch.undo()
    kinds.kinds_for.cache_clear()


def test_a_new_kind_in_the_registry_has_its_dialogs_and_its_form(menu: Kind) -> None:
    agent = an_agent(files={**FILES, "menus/lunch.yaml": b"name: Lunch # noon\nopen:   true\ncook: find_cabin\n"})
    client = a_client(agent, Role.EDITOR)
    where = reverse("edit", args=[agent.slug, "menus/lunch.yaml"])
    page = client.get(where).text
    assert all(f">{field.label}" in page for field in menu.fields if field.name != "name")
    sent = form_of(page)
    for row in ("add tags", "add dishes", "add words"):
        sent = form_of(client.post(where, sent | {"act": row}).text)
    typed = {
        "welcome": "Soup first,\r\nthen {{fn:find_cabin}}.",
        "script": "serve()\r\n",
        "tables": "7",
        "price": "2.5",
        "style": "warm",
        "tags.1": "noon",
        "dishes.1.dish": "Soup",
        "dishes.1.cost": "4",
        "words.1.@key": "en",
        "words.1.@value": "Enjoy",
        "hours.from": "noon",
        "extra": '{"a": [1]}',
    }

    beyond = client.post(where, sent | typed | {"tables": "41"})
    client.post(where, sent | typed)

    assert "Choose a number from 1 to 40" in beyond.text
    held = exported(client, agent)["menus/lunch.yaml"]
    assert held.startswith(b"name: Lunch # noon\nwelcome: |-\n  Soup first,\n")
    assert b"\nopen:   true\n" in held
    assert read_file("menus/lunch.yaml", held)[0].fields == {
        "name": "Lunch",
        "open": True,
        "cook": "find_cabin",
        "welcome": "Soup first,\nthen {{fn:find_cabin}}.",
        "script": "serve()\n",
        "tables": 7,
        "price": 2.5,
        "style": "warm",
        "tags": ["noon"],
        "dishes": [{"dish": "Soup", "cost": 4}],
        "words": {"en": "Enjoy"},
        "hours": {"from": "noon"},
        "extra": {"a": [1]},
    }
    made = client.post(reverse("resource-creation", args=[agent.slug]), {"kind": "menu", "name": "Late supper"})
    assert made["Location"].endswith("/menus/late_supper.yaml")
    assert client.get(made["Location"]).status_code == 200
