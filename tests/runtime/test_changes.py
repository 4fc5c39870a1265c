"""Two versions that differ in one topic, asked the same without any model: only that answer differs."""

from __future__ import annotations

from deployments.runtime.models import models_from
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.turns import Turn
from tests.runtime.agents import PIER, playbook
from tests.runtime.talking import Talk
from tests.runtime.test_turns import without_time

TOPIC = "topics/luggage_limits.yaml"
OTHER = "name: Food\nenabled: true\ncontent: The kitchen opens at seven.\nexample_queries:\n- When can we eat?\n"
ASKED = ("How many bags may I bring?", "When can we eat?", "goodbye")


def asked(files: dict[str, str], sandbox: Sandbox) -> list[Turn]:
    talk = Talk(playbook({**files, "topics/food.yaml": OTHER}), sandbox)
    talk.engine.asker = models_from("")
    return [talk.greeting, *(talk.says(text) for text in ASKED)]


def test_one_changed_topic_changes_one_answer_and_nothing_is_left_to_chance(sandbox: Sandbox) -> None:
    changed = {**PIER, TOPIC: PIER[TOPIC].replace("Two bags of 20 kg", "One bag of 10 kg")}
    before, again, after = (asked(files, sandbox) for files in (PIER, PIER, changed))

    assert [without_time(turn) for turn in before] == [without_time(turn) for turn in again]
    assert [old.said == new.said for old, new in zip(before, after, strict=True)] == [True, False, True, True]
    assert "One bag of 10 kg" in after[1].said
    assert after[-1].said == "Fair winds!"
