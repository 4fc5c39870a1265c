"""The smallest agent, whole: what it answers, what it offers and how it ends."""

from __future__ import annotations

from deployments.runtime.sandbox.running import Sandbox
from tests.runtime.agents import PIER, playbook
from tests.runtime.talking import Talk, call, names


def test_a_question_meets_its_topic_and_offers_what_the_topic_refers_to(sandbox: Sandbox) -> None:
    talk = Talk(playbook(PIER), sandbox)
    turn = talk.says("How many bags may I bring?", "Two bags of 20 kg each per passenger.")

    assert talk.greeting.said == "Welcome aboard."
    assert [(topic.name, topic.exact) for topic in turn.topics] == [("Luggage limits", True)]
    assert turn.said == "Two bags of 20 kg each per passenger."
    assert names(talk.scene.offered) == ["leave_pier", "handoff_front_desk"]
    assert turn.ended is None
    assert "".join(talk.heard).strip() == turn.said


def test_goodbye_is_said_exactly_and_ends(sandbox: Sandbox) -> None:
    talk = Talk(playbook(PIER), sandbox)
    turn = talk.says("goodbye", call("leave_pier"))

    assert [run.name for run in turn.functions] == ["leave_pier"]
    assert turn.state == {"goodbyes": (None, 1)}
    assert [(one.kind, one.told) for one in turn.intentions] == [("metric", {"name": "GOODBYES", "value": 1})]
    assert turn.said == "Fair winds!"
    assert turn.replies[0].source == "functions/leave_pier.py"
    assert turn.ended is not None
    assert (turn.ended.by, turn.ended.outcome) == ("agent", "hangup")


def test_a_handoff_is_called_like_a_function(sandbox: Sandbox) -> None:
    talk = Talk(playbook(PIER), sandbox)
    turn = talk.says("Is there a weight limit?", call("handoff_front_desk", reason="skis", utterance="One moment."))

    assert turn.said == "One moment."
    assert turn.ended is not None
    assert turn.ended.handoff is not None
    handoff = turn.ended.handoff
    assert (handoff.destination, handoff.reason, handoff.described) == ("front_desk", "skis", "refer, +4915550100")
