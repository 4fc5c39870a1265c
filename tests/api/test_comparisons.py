"""A comparison as data: surface.md, section 6."""

from __future__ import annotations

from typing import Any

import pytest

from deployments import pipeline
from deployments.api import compared
from deployments.models import Agent
from tests.api.asking import a_program, refused
from tests.vocabulary import FILES, FIND_CABIN, RULES, an_actor, an_agent, edited, live, promoted, published

pytestmark = pytest.mark.django_db

KEYS = {
    "kind", "group", "item", "name", "previous_name", "file", "previous_file", "change", "lines", "changes",
}  # fmt: skip
CABIN = "functions/find_cabin.py"


def between(agent: Agent, left: str, right: str, query: str = "") -> Any:
    response = a_program(agent).get(f"/agents/{agent.slug}/comparisons/{left}...{right}{query}")
    assert response.status_code == 200, response.content
    return response.json()


def text_of(rows: list[Any], side: str) -> str:
    """The lines of one side of rows in which nothing is folded."""
    assert all(row["change"] != "gap" for row in rows)
    return "\n".join("".join(text for _, text in row[side]["text"]) for row in rows if row[side])


def test_both_sides_say_what_they_showed() -> None:
    agent = an_agent()
    version = live(agent).version
    edited(agent)

    answer = between(agent, "live", "draft")

    assert answer["left"] == {"ref": "live", "version": version.hash, "environment": "live"}
    assert answer["right"] == {"ref": "draft", "version": None, "environment": None}


def test_a_changed_text_is_one_entry_with_its_counts() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be brief.\nAlways smile.\n"})

    answer = between(agent, "live", "draft")

    assert answer["counts"] == {"added": 0, "removed": 0, "changed": 1, "moved": 0}
    (entry,) = answer["resources"]
    assert set(entry) == KEYS
    assert (entry["file"], entry["change"], entry["lines"]) == (RULES, "changed", {"added": 1, "removed": 1})


def test_an_environment_that_holds_nothing_is_an_empty_side() -> None:
    agent = an_agent()
    published(agent)

    answer = between(agent, "live", "sandbox")

    assert {entry["change"] for entry in answer["resources"]} == {"added"}
    assert answer["left"] == {"ref": "live", "version": None, "environment": "live"}


def test_a_renamed_function_is_one_moved_entry_without_lines() -> None:
    agent = an_agent()
    live(agent)
    files = {**FILES, "functions/look_up_cabin.py": FIND_CABIN.replace(b"find_cabin", b"look_up_cabin")}
    del files[CABIN]
    pipeline.import_files(agent, files, by=an_actor(agent))

    (entry,) = between(agent, "live", "draft")["resources"]

    assert (entry["change"], entry["previous_file"], entry["file"]) == ("moved", CABIN, "functions/look_up_cabin.py")
    assert (entry["previous_name"], entry["name"]) == ("find_cabin", "look_up_cabin")


def test_each_entry_names_the_versions_that_touched_its_file() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"One.\n"})
    first = published(agent, "Rules").version
    edited(agent, {CABIN: FIND_CABIN.replace(b"C-104", b"C-105")})
    second = published(agent, "Cabin").version

    entries = {entry["file"]: entry for entry in between(agent, "live", "sandbox")["resources"]}

    assert [change["version"] for change in entries[RULES]["changes"]] == [first.hash]
    (change,) = entries[CABIN]["changes"]
    assert (change["version"], change["message"], change["by"]) == (second.hash, "Cabin", second.author_email)
    assert "limited" not in entries[CABIN]


def test_a_variable_and_an_entry_of_a_list_are_of_the_versions_that_changed_them_and_not_of_others() -> None:
    front = b"- name: front_desk\n  description: Pier\n  is_default: true\n"
    desks = b"handoffs:\n" + front + b"- name: back_desk\n  description: Office\n"
    agent = an_agent(files={**FILES, "config/handoffs.yaml": desks})
    live(agent)
    with_window = FIND_CABIN.replace(b"    return", b"    conv.state.window = 1\n    return")
    edited(agent, {CABIN: with_window, "config/handoffs.yaml": desks.replace(b"Office", b"Shed")})
    first = published(agent).version
    edited(
        agent, {CABIN: with_window.replace(b"C-104", b"C-105"), "config/handoffs.yaml": desks.replace(b"Pier", b"Hall")}
    )
    second = published(agent).version
    edited(agent, {"config/handoffs.yaml": desks.replace(b"Pier", b"Hall").replace(b"Office", b"Shed")})
    published(agent)

    told = {
        entry["name"]: {change["version"] for change in entry["changes"]}
        for entry in between(agent, "live", "sandbox")["resources"]
    }

    assert told["find_cabin"] == {first.hash, second.hash}
    assert told["window"] == {first.hash}
    assert told["front_desk"] == {second.hash}
    assert len(told["back_desk"]) == 3


def test_more_versions_than_are_named_are_said_to_be_more() -> None:
    agent = an_agent()
    live(agent)
    for number in range(23):
        edited(agent, {RULES: f"{number}.\n".encode()})
        published(agent)

    (entry,) = between(agent, "live", "sandbox")["resources"]

    assert len(entry["changes"]) == 20
    assert "newest 20 versions that touched this" in entry["limited"]


def test_versions_that_touched_other_files_are_not_counted() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {CABIN: FIND_CABIN.replace(b"C-104", b"C-105")})
    cabin = published(agent).version
    for number in range(22):
        edited(agent, {RULES: f"{number}.\n".encode()})
        published(agent)

    entries = {entry["file"]: entry for entry in between(agent, "live", "sandbox")["resources"]}

    assert [change["version"] for change in entries[CABIN]["changes"]] == [cabin.hash]
    assert "limited" not in entries[CABIN]


def test_only_formatting_is_no_change_and_is_named_apart() -> None:
    agent = an_agent()
    live(agent)
    lines = FILES["topics/luggage_limits.yaml"].decode().splitlines(keepends=True)
    edited(agent, {"topics/luggage_limits.yaml": "".join([lines[1], lines[0], *lines[2:]]).encode()})

    answer = between(agent, "live", "draft")

    assert answer["resources"] == []
    assert answer["formatting"] == ["topics/luggage_limits.yaml"]


def test_lines_come_when_they_are_asked_for_and_join_to_both_texts() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be brief.\nAlways promise a cabin.\nSmile.\n"})

    (entry,) = between(agent, "live", "draft", "?detail=lines")["resources"]

    (field,) = [field for field in entry["fields"] if field["change"] != "same"]
    assert set(field) == {"name", "label", "type", "change", "rows"}
    assert text_of(field["rows"], "left").strip() == "Be brief.\nNever promise a cabin."
    assert text_of(field["rows"], "right").strip() == "Be brief.\nAlways promise a cabin.\nSmile."
    changed = next(row for row in field["rows"] if row["change"] == "changed")
    assert ["removed", "Never"] in changed["left"]["text"]
    assert ["added", "Always"] in changed["right"]["text"]


def test_long_unchanged_stretches_are_gaps_that_say_how_much_they_skip() -> None:
    agent = an_agent()
    lines = [f"Rule {number}." for number in range(200)]
    edited(agent, {RULES: "\n".join(lines).encode()})
    live(agent)
    edited(agent, {RULES: "\n".join([*lines[:150], "New.", *lines[150:]]).encode()})

    (entry,) = between(agent, "live", "draft", "?detail=lines")["resources"]

    gaps = [row for field in entry["fields"] for row in field["rows"] if row["change"] == "gap"]
    assert gaps[0]["skipped"] == 147
    assert gaps[0]["left"] == {"number": 1, "text": []}


def test_one_file_may_be_asked_for_alone() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"One.\n", CABIN: FIND_CABIN + b"# more\n"})

    answer = between(agent, "live", "draft", f"?file={RULES}")

    assert [entry["file"] for entry in answer["resources"]] == [RULES]
    assert answer["counts"]["changed"] == 2


def test_what_does_not_fit_into_one_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"\n".join(b"Line %d" % number for number in range(30))})
    monkeypatch.setattr(compared._Room, "rows", 10)
    monkeypatch.setattr(compared._Room.__init__, "__defaults__", (10, compared.MOST_CHARACTERS))

    (entry,) = between(agent, "live", "draft", "?detail=lines")["resources"]
    (alone,) = between(agent, "live", "draft", f"?detail=lines&file={RULES}")["resources"]

    assert sum(len(field["rows"]) for field in entry["fields"]) == 10
    assert "?file=" in entry["limited"]
    assert "download both" in alone["limited"]


def test_an_item_has_as_many_entries_as_it_has_changed_files() -> None:
    agent = an_agent()
    live(agent)
    flow = {
        "flows/booking/flow_config.yaml": b"name: booking\ndescription: Books\nstart_step: ask\n",
        "flows/booking/steps/ask.yaml": b"step_type: advanced_step\nname: ask\nprompt: Ask.\n",
    }
    edited(agent, flow)

    answer = between(agent, "live", "draft")

    assert answer["counts"]["added"] == 1
    assert {entry["file"] for entry in answer["resources"]} == set(flow)
    assert {entry["item"] for entry in answer["resources"]} == {"booking"}


@pytest.mark.parametrize("sides", ["moon...live", "live...moon", "live...abcdef123", "draft...live"])
def test_a_side_that_names_nothing_is_a_404(sides: str) -> None:
    agent = an_agent()
    live(agent)

    refused(a_program(agent).get(f"/agents/{agent.slug}/comparisons/{sides}"), 404, "VERSION_NOT_FOUND")


def test_an_unknown_detail_is_a_400() -> None:
    agent = an_agent()
    live(agent)

    response = a_program(agent).get(f"/agents/{agent.slug}/comparisons/live...sandbox?detail=all")

    refused(response, 400, "SCHEMA_VALIDATION_FAILED")


def test_a_comparison_of_a_version_with_itself_is_empty() -> None:
    agent = an_agent()
    placed = live(agent)

    answer = between(agent, "live", placed.version.short)

    assert answer["resources"] == answer["formatting"] == []


def test_the_same_hashes_mean_the_same_after_a_promotion() -> None:
    agent = an_agent()
    older = live(agent).version
    newer = published(agent)
    before = between(agent, older.short, newer.version.short)

    promoted(newer, "live")

    assert between(agent, older.short, newer.version.short) == before
