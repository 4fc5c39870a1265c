"""Which topics a question is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deployments.resources import read_all
from deployments.runtime.retrieval import Index, Topic, words

AGENTS = Path(__file__).parents[2] / "deployments" / "story" / "agents"


def topics(agent: str) -> list[Topic]:
    root = AGENTS / agent
    files = {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()}
    found = []
    for resource in read_all(files):
        questions = resource.fields.get("example_queries")
        if resource.kind == "topic" and isinstance(questions, list):
            texts = tuple(str(question) for question in questions)
            found.append(Topic(resource.path, resource.name, str(resource.fields.get("content")), texts))
    return found


@pytest.mark.parametrize("agent", ["ferry-desk", "harbour-hotel"])
def test_a_sample_question_finds_its_topic(agent: str) -> None:
    index = Index(topics(agent), "en-GB")
    for topic in topics(agent):
        for question in topic.questions:
            best = index.find(f"  {question.upper()} ")[0]
            assert best.exact
            assert best.topic == topic


@pytest.mark.parametrize("agent", ["ferry-desk", "harbour-hotel"])
def test_a_question_that_is_no_sample_mostly_finds_its_topic(agent: str) -> None:
    # Three samples a topic, each looked up without itself: what is left is two others, the name and the content.
    known = topics(agent)
    first = three = asked = 0
    for number, topic in enumerate(known):
        for question in topic.questions:
            others = tuple(other for other in topic.questions if other != question)
            known[number] = replace(topic, questions=others)
            found = [hit.topic.key for hit in Index(known, "en-GB").find(question, threshold=0)]
            asked += 1
            first += found[:1] == [topic.key]
            three += topic.key in found[:3]
        known[number] = topic

    assert first / asked > 0.5
    assert three / asked > 0.65


@pytest.mark.parametrize("question", ["What is the capital of Peru?", "", "???", "Who won the world cup in 1990"])
def test_a_question_about_nothing_here_finds_nothing(question: str) -> None:
    assert Index(topics("ferry-desk"), "en-GB").find(question) == []


def test_at_most_five_are_found_and_equal_ones_keep_their_order() -> None:
    alike = [Topic(str(number), "Parking", "Where to park.", ("Where can I park?",)) for number in range(8)]

    assert [hit.topic.key for hit in Index(alike, "en").find("Where may I park")] == list("01234")


def test_actions_are_no_part_of_it_and_accents_case_and_endings_do_not_count() -> None:
    assert words("Où est le CAFÉ ?", "fr") == words("cafe", "fr")
    assert words("sailings", "en") == words("Sailing", "en-GB")
    assert words("what is it", "en") == {"what", "is", "it"}
