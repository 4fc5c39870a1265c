"""Where a conversation is, and what moves it."""

from __future__ import annotations

from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Sandbox
from tests.runtime.agents import playbook
from tests.runtime.talking import Talk, call, names, told

HEAD = "flows/table"


def advanced(name: str, prompt: str) -> str:
    return f"step_type: advanced_step\nname: {name}\nprompt: '{prompt}'\n"


def flow_of(start: str, more: dict[str, str], **functions: str) -> Playbook:
    files = {
        "topics/menu.yaml": "name: Menu\nenabled: true\nactions: '{{fn:of_the_topic}}'\ncontent: The menu.\n",
        "config/handoffs.yaml": "handoffs:\n- name: desk\n  is_default: true\n",
        "agent_settings/rules.txt": " ".join(f"{{{{fn:{name}}}}}" for name in ("begin", *functions)[:2]),
        f"{HEAD}/flow_config.yaml": f"name: Table\ndescription: d\nstart_step: {start}\n",
        "functions/begin.py": 'def begin(conv):\n    conv.goto_flow("Table")',
    }
    return playbook({**files, **{f"{HEAD}/{path}": text for path, text in more.items()}}, **functions)


def test_the_last_transition_wins_and_its_step_speaks_in_this_turn(sandbox: Sandbox) -> None:
    book = flow_of(
        "Ask day",
        {
            "steps/ask_day.yaml": advanced("Ask day", "Ask the day. {{ft:move}}"),
            "steps/ask_time.yaml": advanced("Ask time", "Ask the time."),
            "steps/ask_size.yaml": advanced("Ask size", "Ask the size."),
            "functions/move.py": """
                def move(conv, flow):
                    flow.goto_step("Ask time")
                    flow.goto_step("Ask size", "label")
                    return
                """,
        },
    )
    talk = Talk(book, sandbox)
    turn = talk.says("a table", call("begin"), call("move"), "How many?")

    assert [(move.step, move.by) for move in turn.moves] == [("Ask day", "begin"), ("Ask size", "move")]
    assert talk.scene.place is not None
    assert (talk.scene.place.prompt, talk.scene.place.entered) == ("Ask the size.", True)
    assert "Ask the size." in talk.scene.prompt
    assert "Ask the day." not in talk.scene.prompt
    assert (turn.said, turn.flow, turn.step) == ("How many?", "Table", "Ask size")
    assert list(talk.scene.place.heard) == ["a table"]


def test_a_step_is_found_whatever_its_case_and_a_missing_one_moves_nothing(sandbox: Sandbox) -> None:
    book = flow_of(
        "Ask day",
        {
            "steps/ask_day.yaml": advanced("Ask day", "{{ft:right}} {{ft:wrong}}"),
            "steps/ask_time.yaml": advanced("Ask time", "Ask the time."),
            "functions/right.py": 'def right(conv, flow):\n    flow.goto_step(" ask TIME ")',
            "functions/wrong.py": 'def wrong(conv, flow):\n    flow.goto_step("Ask month")',
        },
    )
    talk = Talk(book, sandbox)
    talk.says("a table", call("begin"), "When?")
    wrong = talk.says("x", call("wrong"), "When?")
    right = talk.says("x", call("right"), "At what time?")

    assert (wrong.step, wrong.moves) == ("Ask day", [])
    assert told(wrong, "error") == ["The flow Table has no step Ask month: nothing moved."]
    assert right.step == "Ask time"
    assert told(right, "warning") == ["The step  ask TIME  of Table is called Ask time."]


def test_the_start_function_may_say_nothing(sandbox: Sandbox) -> None:
    greeting = {"voice/configuration.yaml": "greeting:\n  welcome_message: Hello.\n  language_code: en-GB\n"}
    start = 'def start_function(conv):\n    return {"utterance": %s}'
    silent = Talk(playbook(greeting, start_function=start % '""'), sandbox).greeting
    other = Talk(playbook(greeting, start_function=start % '"Good day."'), sandbox).greeting
    failing = Talk(playbook(greeting, start_function="def start_function(conv):\n    1 / 0"), sandbox).greeting

    assert (silent.said, silent.heard) == ("", None)
    assert told(silent) == ["The start function says nothing: the agent listens."]
    assert other.said == "Good day."
    assert failing.said == "Hello."
    assert failing.functions[0].error is not None


def test_values_of_a_default_step_are_checked_and_open_its_ways(sandbox: Sandbox) -> None:
    entities = """
        entities:
        - name: size
          description: How many people
          entity_type: numeric
          config:
            has_decimal: false
            has_range: true
            min: 1
            max: 8
        """
    step = """
        step_type: default_step
        name: Ask size
        conditions:
        - name: Size known
          condition_type: step_condition
          description: The size is known.
          child_step: Ask time
          required_entities:
          - size
        - name: Changed their mind
          condition_type: exit_flow_condition
          description: They want nothing.
        extracted_entities:
        - size
        prompt: Ask how many.
        """
    book = playbook(
        {
            "agent_settings/rules.txt": "Use {{fn:begin}}.",
            "config/entities.yaml": entities,
            f"{HEAD}/flow_config.yaml": "name: Table\ndescription: d\nstart_step: Ask size\n",
            f"{HEAD}/steps/ask_size.yaml": step,
            f"{HEAD}/steps/ask_time.yaml": advanced("Ask time", "{{ft:show}}"),
            f"{HEAD}/functions/show.py": """
                def show(conv, flow):
                    return {"utterance": repr([conv.state.size, conv.entities.size.value, conv.entities.size.valid])}
                """,
            "functions/begin.py": 'def begin(conv):\n    conv.goto_flow("Table")',
        }
    )
    talk = Talk(book, sandbox)
    talk.says("a table", call("begin"), "How many?")
    assert names(talk.scene.offered) == ["save_values", "choose_changed_their_mind", "begin"]

    refused = talk.says("twelve", call("save_values", size="12"), "At most eight.")
    assert talk.scene.place is not None
    assert talk.scene.place.wanted[0].error == "must be between 1 and 8."
    assert "refused" in talk.scene.called[-1].result
    assert (refused.state, refused.entities, refused.step) == ({}, {}, "Ask size")

    taken = talk.says("six", call("save_values", size="6"), call("choose_size_known"), "At what time?")
    assert taken.state == {"size": (None, 6)}
    assert taken.entities["size"]["value"] == "6"
    assert [(move.step, move.by) for move in taken.moves] == [("Ask time", "Size known")]
    assert (taken.said, taken.step) == ("At what time?", "Ask time")
    assert talk.says("x", call("show")).said == "[6, '6', True]"


def test_leaving_by_a_condition_and_by_name(sandbox: Sandbox) -> None:
    step = """
        step_type: default_step
        name: Ask
        conditions:
        - name: Nothing
          condition_type: exit_flow_condition
        prompt: Ask.
        """
    talk = Talk(flow_of("Ask", {"steps/ask.yaml": step}), sandbox)
    talk.says("x", call("begin"), "Well?")
    turn = talk.says("nothing", call("choose_nothing"), "Fine.")

    assert (turn.flow, turn.step, turn.said) == (None, None, "Fine.")
    assert talk.scene.place is None


def test_function_steps_run_on_entry_one_after_another(sandbox: Sandbox) -> None:
    book = flow_of(
        "first",
        {
            "function_steps/first.py": """
                def first(conv, flow):
                    conv.state.first = flow.current_step
                    flow.goto_step("second")
                """,
            "function_steps/second.py": 'def second(conv, flow):\n    flow.goto_step("Ask day")\n    return "Say so."',
            "steps/ask_day.yaml": advanced("Ask day", "Ask the day."),
        },
    )
    talk = Talk(book, sandbox)
    turn = talk.says("a table", call("begin"), "Which day?")

    assert [move.step for move in turn.moves] == ["first", "second", "Ask day"]
    assert [(run.name, run.by) for run in turn.functions] == [("begin", "model"), ("first", "step"), ("second", "step")]
    assert [reply.text for reply in turn.replies] == ["Which day?"]
    assert talk.scene.instruction == "Say so."
    assert turn.state == {"first": (None, "first")}


def test_a_function_step_that_stays_runs_again_with_the_next_input(sandbox: Sandbox) -> None:
    code = """
        def wait(conv, flow):
            conv.state.seen = (conv.state.seen or 0) + 1
            if conv.state.seen == 3:
                conv.exit_flow()
                return {"utterance": "Out.", "content": "Ask what else."}
            return {"content": "Say: wait."} if conv.state.seen == 2 else None
        """
    talk = Talk(flow_of("wait", {"function_steps/wait.py": code}), sandbox)
    first = talk.says("a table", call("begin"))
    second = talk.says("and now?", "Please wait.")
    third = talk.says("and now?")

    assert (first.said, first.step) == ("", "wait")
    assert told(first, "warning") == ["wait neither moved nor spoke: it keeps the place."]
    assert (second.said, second.step) == ("Please wait.", "wait")
    assert (third.said, third.step, talk.standing.instruction) == ("Out.", None, "Ask what else.")


def test_an_utterance_with_a_move_to_a_function_step(sandbox: Sandbox) -> None:
    book = flow_of(
        "Ask",
        {
            "steps/ask.yaml": advanced("Ask", "{{ft:go}}"),
            "functions/go.py": 'def go(conv, flow):\n    flow.goto_step("check")\n    return {"utterance": "One."}',
            "function_steps/check.py": """
                def check(conv, flow):
                    flow.goto_step("Ask")
                    return {"utterance": "Two."}
                """,
        },
    )
    talk = Talk(book, sandbox)
    turn = talk.says("x", call("begin"), call("go"), "never")

    assert [reply.text for reply in turn.replies] == ["One.", "Two."]
    assert turn.step == "Ask"


def test_what_a_result_says_wins_over_calls(sandbox: Sandbox) -> None:
    book = flow_of(
        "Ask",
        {"steps/ask.yaml": advanced("Ask", "Ask."), "steps/other.yaml": advanced("Other", "Other.")},
        f="""
            def f(conv):
                conv.goto_flow("Nowhere")
                return {"transition": {"goto_flow": "table", "goto_step": "Other"}}
            """,
    )
    turn = Talk(book, sandbox).says("x", call("f"), "There.")

    assert (turn.flow, turn.step) == ("Table", "Other")
    assert told(turn) == ["The flow table is called Table."]


def test_only_what_the_texts_in_force_refer_to_is_offered(sandbox: Sandbox) -> None:
    book = flow_of(
        "Ask",
        {
            "steps/ask.yaml": advanced("Ask", "{{ft:own}} {{fn:f}} {{ho:desk}} <channel:voice>{{ft:spoken}}</channel>"),
            "functions/own.py": "def own(conv, flow): pass",
            "functions/f.py": '@func_description("The own f.")\ndef f(conv, flow): pass',
            "functions/spoken.py": "def spoken(conv, flow): pass",
            "functions/unnamed.py": "def unnamed(conv, flow): pass",
        },
        f='@func_description("The general f.")\ndef f(conv): pass',
        of_the_topic="def of_the_topic(conv): pass",
    )
    talk = Talk(book, sandbox)
    talk.says("the menu", "Here.")
    assert names(talk.scene.offered) == ["begin", "f", "of_the_topic"]
    talk.says("yes", "Here.")
    assert names(talk.scene.offered) == ["begin", "f", "of_the_topic"]
    assert "Menu (from the turn before)" in talk.scene.prompt
    talk.says("well", call("begin"), "Ask.")
    assert names(talk.scene.offered) == ["own", "f", "handoff_desk", "begin"]
    assert talk.scene.offered[1].description == "The general f."
    called = talk.says("the menu", call("unnamed"), "No.")
    assert names(called.topics) == ["Menu"]
    assert told(called, "error") == ["The model called unnamed, which was not offered."]
