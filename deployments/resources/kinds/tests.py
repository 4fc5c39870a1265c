"""Tests: a scenario, what stands in for the outside world, and what is asserted."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from deployments.resources.kinds.kind import Field, Kind

CaseSeverity: TypeAlias = Literal["critical", "high", "normal", "low"]
Check: TypeAlias = Literal[
    "says", "never says", "matches", "never matches",
    "flow", "step", "state", "hand-off", "no hand-off", "ends", "faster than",
]  # fmt: skip
ValueType: TypeAlias = Literal["string", "integer", "number", "boolean"]

_RULE = (
    Field(
        "respond",
        "Answer",
        "section",
        required=True,
        fields=(
            Field("status", "Status", "whole", required=True, least=100, most=599),
            Field("body", "Body", "json"),
            Field("headers", "Headers", "map", values=Field("value", "Value")),
        ),
    ),
    # Positive, or -1 on the last rule alone: the rule `mock_repeats`.
    Field("repeat", "Times", "whole", least=-1),
)

_API_MOCKS = Field(
    "api_mocks",
    "API mocks",
    "map",
    to=("api_integration",),
    values=Field(
        "integration",
        "Integration",
        "map",
        values=Field("operation", "Operation", "table", ordered=True, columns=_RULE),
    ),
)

_CALLS = Field(
    "function_call_assertions",
    "Function calls",
    "table",
    key="name",
    sorted=True,
    columns=(
        Field("name", "Function", "ref", required=True, to=("function", "flow_function")),
        Field(
            "arguments",
            "Arguments",
            "table",
            key="parameter_name",
            columns=(
                Field("parameter_name", "Parameter", required=True),
                Field("expected_value", "Expected value", "json"),
                Field("value_type", "Type", "choice", choices=get_args(ValueType), default="string"),
            ),
        ),
        # False means that the function must not be called.
        Field("is_asserted", "Must be called", "flag", default=True, omitted="default"),
    ),
)

_VALUED = tuple(check for check in get_args(Check) if check not in ("no hand-off", "faster than"))

_EXPECTATION = (
    Field("check", "Check", "choice", required=True, choices=get_args(Check)),
    # 1 is the first answer to something the caller said, 0 the greeting. Absent: any turn for what must be said, the
    # end of the conversation for a place, every turn for the rest.
    Field("turn", "Turn", "whole", least=0),
    Field("name", "State variable", when=("check", ("state",))),
    # Of a state variable: JSON.
    Field("value", "Value", "prose", when=("check", _VALUED)),
    Field("seconds", "Seconds", "number", least=0, when=("check", ("faster than",))),
)

# What the layout of other tools has no key for; they may drop it.
_SLIPWAY = Field(
    "slipway",
    "Slipway",
    "section",
    omitted="empty",
    fields=(
        Field("severity", "Severity", "choice", choices=get_args(CaseSeverity)),
        # What the caller says, turn by turn; an empty line is a silence.
        Field("turns", "Scripted turns", "list", ordered=True),
        # A function that stands here does not run: it returns this.
        Field(
            "function_results",
            "Mocked functions",
            "table",
            key="name",
            columns=(
                Field("name", "Function", "ref", required=True, to=("function", "flow_function")),
                Field("returns", "Returns", "json"),
            ),
            unique=True,
        ),
        Field("expectations", "Expectations", "table", ordered=True, columns=_EXPECTATION),
    ),
)

KINDS = (
    Kind(
        key="test_case",
        label="Test",
        group="Tests",
        form="yaml",
        paths=("test_suite/*.yaml",),
        fields=(
            Field("name", "Name", required=True),
            Field("scenario", "Scenario", "prose", required=True),
            Field("channel", "Channel", "choice", required=True, choices=("voice", "webchat")),
            Field("language", "Language", required=True),
            Field("variant", "Variant", "ref", to=("variant",)),
            Field("caller_number", "Caller number"),
            Field("simulated_at", "Simulated time"),
            Field("tags", "Tags", "list"),
            Field("sip_headers", "SIP headers", "map", values=Field("value", "Value")),
            Field("integration_attributes", "Integration attributes", "map", values=Field("value", "Value", "json")),
            _API_MOCKS,
            Field("prompt_assertions", "Assertions", "list"),
            _SLIPWAY,
            _CALLS,
        ),
        file_name_from="name",
        rules=("configured_language", "quoted_caller_number", "time_in_utc", "mock_repeats", "expectations"),
    ),
)
