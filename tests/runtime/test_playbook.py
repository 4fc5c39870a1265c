"""What a conversation reads of a version's files."""

from __future__ import annotations

from deployments.runtime.scene import Parameter
from tests.runtime.agents import PIER, of_the_story, playbook


def test_functions_are_read_from_the_syntax_tree() -> None:
    book = playbook(
        {
            "functions/book.py": """
                from _gen import *  # <AUTO GENERATED>
                import nothing.that.exists
                @func_description("Book a table.")
                @func_parameter("size", "How many")
                @func_parameter("note", "Anything else")
                @func_latency_control(delay_before_responses_start=2, silence_after_each_response=4,
                    delay_responses=[("One moment.", 1), ("Still looking.", 2)])
                def book(conv: Conversation, size: int, paid: float, sure: "bool", days: list[str],
                         note: str | None = None, *, late=False, **others):
                    raise SystemExit
                """,
            "flows/a/functions/f.py": "def f(conv, flow, x: Optional[int]): pass",
            "flows/a/flow_config.yaml": "name: A\ndescription: d\nstart_step: S\n",
            "functions/broken.py": "def broken(conv:\n",
            "functions/other.py": "def something(conv): pass",
            "functions/lost.py": "from functions.gone import x\ndef lost(conv): pass",
            "functions/start_function.py": "def start_function(conv): pass",
        }
    )

    book_it = book.functions["book"]
    assert book_it.description == "Book a table."
    assert list(book_it.parameters) == [
        Parameter(name="size", type="integer", description="How many"),
        Parameter(name="paid", type="number"),
        Parameter(name="sure", type="boolean"),
        Parameter(name="days", type="array"),
        Parameter(name="note", type="string", description="Anything else", required=False),
        Parameter(name="late", type="string", required=False),
    ]
    assert book_it.takes_more
    assert book_it.delay is not None
    assert list(book_it.delay.messages) == [(2.0, "One moment."), (7.0, "Still looking.")]
    inner = book.flows[0].functions["f"]
    assert inner.with_flow
    assert list(inner.parameters) == [Parameter(name="x", type="integer", required=False)]
    assert {name: book.fault(one).split(" ")[0] for name, one in book.functions.items()} == {
        "book": "", "broken": "The", "lost": "It", "other": "It",
    }  # fmt: skip
    assert "functions.gone" in book.fault(book.functions["lost"])
    assert book.start is not None
    assert "start_function" not in book.functions


def test_older_agents_are_described_by_two_files() -> None:
    files = {
        "agent_settings/personality.yaml": "adjectives:\n  Polite: true\n  Calm: false\n  Kind: true\n",
        "agent_settings/role.yaml": "value: Receptionist\nadditional_info: At the front.\n",
    }

    assert playbook(files).role == "You are a polite, kind Receptionist.\n\nAt the front."
    assert playbook({**files, "agent_settings/persona.txt": "Ada."}).role == "Ada."


def test_a_topic_of_a_variant_replaces_the_general_one() -> None:
    topic = "name: Parking\nenabled: {on}\ncontent: {content}\nexample_queries:\n- Where can I park?\n"
    book = playbook(
        {
            "config/variant_attributes.yaml": "variants:\n- name: Old Town\n  is_default: true\n- name: Beach\n",
            "topics/parking.yaml": topic.format(on="true", content="general"),
            "topics/off.yaml": topic.format(on="false", content="off").replace("Parking", "Off"),
            "child_topics/old_town/parking.yaml": topic.format(on="true", content="own"),
            "child_topics/nowhere/parking.yaml": topic.format(on="true", content="lost"),
        }
    )

    def found(variant: str | None) -> list[str]:
        return [hit.topic.content for hit in book.index("en-GB", variant).find("Where can I park?")]

    assert book.variant == "Old Town"
    assert (found("Old Town"), found("Beach"), found(None)) == (["own"], ["general"], ["general"])


def test_a_chat_without_a_greeting_says_the_one_of_the_voice() -> None:
    book = playbook(PIER)

    assert book.greetings["webchat"] == book.greetings["voice"]
    assert book.language == "en-US"


def test_the_agents_of_the_story_are_read_whole() -> None:
    for name in ("ferry-desk", "harbour-hotel"):
        book = of_the_story(name)
        assert book.flows
        assert book.default_handoff is not None
        assert all(step.kind == "function" or step.prompt for flow in book.flows for step in flow.steps)
        assert all(flow.step(flow.start)[1] for flow in book.flows)
        assert not [one.path for one in book.functions.values() if book.fault(one)]


def test_a_delay_without_end_is_none() -> None:
    code = """
        @func_latency_control(delay_before_responses_start={digits}, delay_responses=[("One moment.", 1)])
        def book(conv: Conversation): pass
        """
    book = playbook({"functions/book.py": code.format(digits="9" * 400)})

    delay = book.functions["book"].delay
    assert delay is not None
    assert list(delay.messages) == [(0.0, "One moment.")]
