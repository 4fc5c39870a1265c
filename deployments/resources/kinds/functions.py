"""Functions, wherever they stand, and the variables that functions make."""

from __future__ import annotations

from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import MESSAGE

TYPES_OF_PARAMETERS = ("String", "Integer", "Number", "Boolean")

CODE = Field("code", "Function definition", "code", required=True)

DESCRIPTION = Field("description", "Description", "prose", omitted="empty")
REQUIRED_DESCRIPTION = Field("description", "Description", "prose", required=True, omitted="empty")

PARAMETERS = Field(
    "parameters",
    "Parameters",
    "table",
    key="name",
    ordered=True,
    unique=True,
    omitted="empty",
    columns=(
        Field("name", "Name", required=True),
        Field("description", "Context description", "prose"),
        Field("type", "Type", "choice", choices=TYPES_OF_PARAMETERS),
    ),
)

# The decorator being there is what switches the delay on, so an empty section is not an absent one.
DELAY = Field(
    "delay",
    "Delay control",
    "section",
    fields=(
        Field("delay_before_responses_start", "Initial delay", "number", least=0, most=10),
        Field("silence_after_each_response", "Interval", "number", least=0, most=10),
        Field(
            "delay_responses",
            "Delay messages",
            "table",
            required=True,
            fewest=1,
            ordered=True,
            columns=(
                Field("text", "Message", "prose", required=True, references=MESSAGE),
                Field("seconds", "Seconds", "number", least=0),
            ),
        ),
        Field("randomize", "Random order", "flag", default=False),
    ),
)

KINDS = (
    Kind(
        key="function",
        label="Function",
        group="Functions",
        form="python",
        paths=("functions/*.py",),
        fields=(REQUIRED_DESCRIPTION, PARAMETERS, DELAY, CODE),
        rules=("signature", "python"),
        parameters=("conv",),
    ),
    Kind(
        key="start_function",
        label="Start function",
        group="Functions",
        form="python",
        paths=("functions/start_function.py",),
        fields=(DESCRIPTION, DELAY, CODE),
        rules=("signature", "python", "no_parameters"),
        parameters=("conv",),
    ),
    Kind(
        key="end_function",
        label="End function",
        group="Functions",
        form="python",
        paths=("functions/end_function.py",),
        fields=(DESCRIPTION, DELAY, CODE),
        rules=("signature", "python", "no_parameters"),
        parameters=("conv",),
    ),
    Kind(
        key="variable",
        label="Variable",
        group="Variables",
        form="derived",
        paths=(),
        fields=(Field("name", "Name"), Field("used_in", "Used in", "list", compared=False)),
        identity="name",
        identity_cleaned=False,
    ),
)
