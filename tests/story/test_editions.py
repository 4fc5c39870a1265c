from __future__ import annotations

from itertools import pairwise

import pytest

from deployments.resources import read_all
from deployments.resources.checking import check
from deployments.story.editions import HERE, Edition, draft_edition, editions, published_editions

AGENTS = ["ferry-desk", "harbour-hotel"]
EVERY = [pytest.param(edition, id=f"{agent}/{edition.name}") for agent in AGENTS for edition in editions(agent)]


@pytest.mark.parametrize("edition", EVERY)
def test_every_edition_is_an_agent_of_a_real_size(edition: Edition) -> None:
    assert len(edition.files) >= 60
    assert "project.yaml" in edition.files


@pytest.mark.parametrize("edition", EVERY)
def test_every_edition_says_by_whom_and_what(edition: Edition) -> None:
    assert edition.by in {"maya", "jonas", "priya"}
    assert edition.description or edition.name == "draft"


@pytest.mark.parametrize("agent", AGENTS)
def test_every_edition_differs_from_the_one_before(agent: str) -> None:
    told = editions(agent)

    for before, after in pairwise(told):
        changed = {path for path in before.files | after.files if before.files.get(path) != after.files.get(path)}
        assert changed, after.name


@pytest.mark.parametrize("agent", AGENTS)
def test_no_file_of_an_edition_repeats_what_was_there(agent: str) -> None:
    told = {edition.name: edition for edition in editions(agent)}
    names = list(told)

    for before, name in pairwise(names):
        for path in (HERE / "versions" / agent / name / "files").rglob("*"):
            if path.is_file():
                inside = path.relative_to(HERE / "versions" / agent / name / "files").as_posix()
                assert told[before].files.get(inside) != path.read_bytes(), f"{name}: {inside}"


def test_the_editions_hold_what_a_tour_should_show() -> None:
    ferry, hotel = published_editions("ferry-desk"), published_editions("harbour-hotel")

    assert (len(ferry), len(hotel)) == (9, 5)
    assert "topics/summer_sailings.yaml" in ferry[0].files
    assert "topics/winter_sailings.yaml" in ferry[1].files
    assert b"fax_room" in ferry[2].files["topics/freight.yaml"]
    assert b"fax_room" not in b"".join(ferry[3].files.values())
    assert b"taxi_office" not in b"".join(hotel[4].files.values())
    assert draft_edition("ferry-desk") is not None
    assert draft_edition("harbour-hotel") is None


@pytest.mark.parametrize("edition", EVERY)
def test_every_edition_passes_every_check(edition: Edition) -> None:
    findings = check(read_all(edition.files))

    assert [finding for finding in findings if finding.severity != "note"] == []


def test_the_checks_would_find_a_handoff_that_is_gone() -> None:
    files = dict(editions("harbour-hotel")[3].files)

    files["config/handoffs.yaml"] = editions("harbour-hotel")[4].files["config/handoffs.yaml"]

    assert {finding.code for finding in check(read_all(files))} == {"dangling"}
