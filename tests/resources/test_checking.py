from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.resources import KINDS, Resource, Value, read_all
from deployments.resources.archive import read_folder
from deployments.resources.checking import check
from deployments.resources.checking.rules import RULES, WITH_FIELD
from deployments.resources.kinds import Field
from tests.resources.checked import AGENT, CABIN, codes_of, found_in, found_with

EXAMPLE = Path(__file__).parent / "examples" / "agent"


def errors_in(files: dict[str, str]) -> list[str]:
    return [finding.message for finding in found_in(files) if finding.severity == "error"]


def test_an_empty_agent_is_valid() -> None:
    assert check([]) == []
    assert found_in({"project.yaml": ""}) == []


def test_the_example_of_every_kind_has_no_error() -> None:
    findings = check(read_all(read_folder(EXAMPLE).files))

    assert codes_of(findings) <= {("note", "unused")}


def test_deleting_a_hand_off_that_a_topic_uses_names_the_topic() -> None:
    (finding,) = found_with({"config/handoffs.yaml": None})

    assert finding.path == "topics/luggage_limits.yaml"
    assert (finding.field, finding.line, finding.code, finding.severity) == ("actions", 1, "dangling", "error")
    assert finding.message == (
        'Topic "Luggage limits": "Actions" has {{ho:front_desk}}, but there is no handoff "front_desk". '
        "Add it or take the reference out."
    )


def test_a_reference_is_found_in_its_line_of_the_text() -> None:
    (finding,) = found_with({"agent_settings/rules.txt": "One.\nTwo.\nAsk {{fn:nobody}}.\n{{vrbl:cabin}}"})

    assert (finding.path, finding.field, finding.line) == ("agent_settings/rules.txt", "text", 3)


def test_a_test_that_expects_a_flow_or_step_that_is_not_there_is_warned_of() -> None:
    rows = [
        {"check": "flow", "value": "board_ship"},
        {"check": "flow", "value": ""},
        {"check": "step", "value": "Ask booking code"},
        {"check": "says", "value": "Leave ship"},
        {"check": "flow", "value": "Leave ship"},
        {"check": "step", "value": "Ask name"},
    ]
    told = {"name": "Boards", "scenario": "You board.", "channel": "webchat", "language": "en-GB"}
    case = json.dumps(told | {"slipway": {"expectations": rows}})

    flow, step = found_with({"test_suite/boards.yaml": case})

    assert (flow.field, flow.code, flow.severity) == ("slipway.expectations.5.value", "dangling", "warning")
    assert 'expects the flow "Leave ship", which is not there, so it can only fail.' in flow.message
    assert (step.field, step.severity) == ("slipway.expectations.6.value", "warning")
    assert '"Ask name"' in step.message


def test_the_line_of_a_mistake_in_code_is_counted_as_people_see_the_code() -> None:
    (finding,) = found_with({"functions/find_cabin.py": CABIN.replace("    return", "    retrun")})

    # Without the header and the blank lines below it.
    assert (finding.code, finding.field, finding.line) == ("syntax", "code", 5)


def test_errors_come_first_and_notes_last() -> None:
    findings = found_with(
        {
            "agent_settings/rules.txt": "Ask {{fn:nobody}}.",
            "topics/luggage_limits.yaml": "name: Luggage limits\nmood: good\n",
            "config/entities.yaml": "entities:\n- name: deck\n  entity_type: free_text\n",
        }
    )

    assert [finding.severity for finding in findings] == ["error", "warning", "note"]


def test_a_file_that_cannot_be_read_does_not_make_every_reference_to_it_wrong() -> None:
    (finding,) = found_with({"config/handoffs.yaml": "handoffs: ["})

    assert (finding.path, finding.code, finding.line) == ("config/handoffs.yaml", "parse", 2)


def test_older_forms_are_not_found_wrong() -> None:
    older = {
        "agent_settings/personality.yaml": "adjectives:\n  Polite: true\n  Calm: false\ncustom: ''\n",
        "agent_settings/role.yaml": "value: Other\nadditional_info: ''\ncustom: A desk on a pier.\n",
        "voice/speech_recognition/asr_settings.yaml": "barge_in: true\ninteraction_style: swift\n",
        "speech_recognition/keyphrase_boosting.yaml": "keyphrases:\n  - keyphrase: 42\n    level: boosted\n",
        "topics/Billing/Refunds.yaml": "actions: ''\ncontent: Within a week.\n",
        "topics/Opening hours.yaml": "content: Always.\nexample_queries: []\n",
    }

    assert found_in(AGENT | older) == []


def test_a_topic_in_a_folder_may_repeat_its_path_as_its_name() -> None:
    assert errors_in({"topics/Billing/Refunds.yaml": "name: Billing/Refunds\n"}) == []
    assert len(errors_in({"topics/Billing/Refunds.yaml": "name: Money back\n"})) == 1


def test_names_spelled_in_two_unicode_forms_are_the_same_name() -> None:
    files = {
        "topics/cafe\u0301.yaml": "name: Caf\u00e9\n",
        "agent_settings/rules.txt": "Use {{ho:cafe\u0301}}.",
        "config/handoffs.yaml": "handoffs:\n- name: caf\u00e9\n  is_default: true\n",
    }

    assert errors_in(files) == []


def test_an_import_that_code_is_ready_to_miss_is_no_error() -> None:
    code = CABIN + "\n\ntry:\n    from functions.maybe import maybe\nexcept ImportError:\n    maybe = None\n"

    assert found_with({"functions/find_cabin.py": code}) == []


def test_a_helper_beside_the_functions_may_be_imported() -> None:
    code = CABIN + "\n\nfrom functions.lib.words import plural\nfrom functions import find_cabin as again\nimport os\n"

    assert found_with({"functions/find_cabin.py": code, "functions/lib/words.py": "def plural(): ...\n"}) == []


def test_annotations_written_as_text_are_read() -> None:
    code = CABIN.replace("conv: Conversation, code: str", 'conv: "Conversation", code: "str"')

    assert found_with({"functions/find_cabin.py": code}) == []


def test_odd_code_is_judged_without_a_warning_of_python_itself() -> None:
    code = CABIN.replace("    return", '    assert ("\\d" is 1, "never")\n    return')

    assert found_with({"functions/find_cabin.py": code}) == []


def test_every_rule_that_a_kind_names_is_known() -> None:
    words = {word for kind in KINDS.values() for word in kind.rules}

    assert {word for word in words if ":" not in word} == set(RULES)
    assert {word.partition(":")[0] for word in words if ":" in word} == set(WITH_FIELD)


def test_a_finding_is_about_a_resource_that_is_there() -> None:
    resources = read_all({path: text.encode() for path, text in AGENT.items()})
    broken = [resource for resource in resources if resource.kind not in ("handoff", "function", "variable")]

    findings = check(broken)

    assert findings
    assert {finding.path for finding in findings} <= {resource.path for resource in broken}


def test_a_flood_of_findings_is_cut_and_says_so_and_hides_no_other_severity() -> None:
    findings = found_with(
        {
            "agent_settings/rules.txt": "{{fn:nobody}}\n" * 3_000,
            "topics/luggage_limits.yaml": "name: Luggage limits\nmood: good\n",
        }
    )

    errors = [finding for finding in findings if finding.severity == "error"]
    assert len(errors) == 1_000
    assert errors[-1].message.endswith("1,000 errors were found and the rest are not listed. Begin with these.")
    assert ("warning", "unknown_key") in codes_of(findings)


@pytest.mark.parametrize(
    "annotation", ["+".join(["1"] * 900), "+".join(["1"] * 20_000), "a" + ".b" * 3_000, "-" * 50_000 + "1", "9" * 5_000]
)
def test_code_that_is_hostile_is_found_wrong_and_breaks_nothing(annotation: str) -> None:
    findings = found_with({"functions/find_cabin.py": CABIN.replace("code: str", f"code: {annotation}")})

    assert codes_of(findings) & {("error", "signature"), ("error", "syntax")}


def test_one_missing_value_and_many_are_one_finding() -> None:
    variants = "".join(f"- name: v{number}\n" for number in range(40))

    findings = found_with({"config/variant_attributes.yaml": f"variants:\n{variants}attributes:\n- name: pier\n"})

    (missing,) = [finding for finding in findings if finding.code == "missing"]
    assert missing.message == (
        'Attribute "pier": it has no value for variant "v0" and 39 more. Add one for each, even an empty one.'
    )


values: st.SearchStrategy[Value] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["{{fn:a}}", "("]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def any_fields(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Value]]:
    """Declared names, holding now something of their shape and now anything at all."""
    shapes: dict[str, st.SearchStrategy[Value]] = {}
    for field in fields:
        shape = values
        if field.fields:
            shape |= any_fields(field.fields)
        if field.columns:
            shape |= st.lists(any_fields(field.columns), max_size=2)
        if field.values:
            inner = any_fields((field.values,)).map(lambda made: next(iter(made.values()), None))
            shape |= st.dictionaries(st.text(max_size=4), inner, max_size=2)
        shapes[field.name] = shape | st.sampled_from([*field.choices, "a"])
    return st.fixed_dictionaries({}, optional=shapes)


def any_resource(key: str) -> st.SearchStrategy[Resource]:
    kind = KINDS[key]
    path = (kind.paths or ("other/file",))[0].replace("**/", "").replace("*", "a")
    address = f"{path}#{kind.at}" if kind.at else path
    return any_fields(kind.fields).map(lambda fields: Resource(key, address, path, "a", fields))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(sorted(KINDS)).flatmap(any_resource), min_size=1, max_size=6))
def test_whatever_a_file_holds_the_checks_answer(resources: list[Resource]) -> None:
    for finding in check(resources):
        assert finding.message.endswith(".")


@pytest.mark.parametrize("seconds", ["9" * 400, "1e999"])
def test_a_number_without_end_is_said_to_be_one(seconds: str) -> None:
    delay = f'@func_latency_control(delay_before_responses_start={seconds}, delay_responses=[("One moment.", 1)])\n'

    found = found_with({"functions/find_cabin.py": CABIN.replace("@func_description", f"{delay}@func_description")})

    (finding,) = [each for each in found if each.severity == "error"]
    assert (finding.field, finding.code) == ("delay.delay_before_responses_start", "type")
    assert finding.message.endswith("is a number without end. Write one of a few digits.")


def test_a_pattern_too_long_to_be_tried_is_not_cut_and_refused() -> None:
    test = {"name": "Long", "scenario": "s", "channel": "voice", "language": "en-GB"}
    pattern = f"({'x' * 10_000})"
    case = test | {"slipway": {"expectations": [{"check": "matches", "value": pattern}]}}

    assert errors_in(AGENT | {"test_suite/long.yaml": json.dumps(case)}) == []
