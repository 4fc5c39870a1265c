"""A flow and its parts: one folder, shown as one item."""

from __future__ import annotations

import re

from deployments.resources.kinds.functions import CODE, DELAY, PARAMETERS, REQUIRED_DESCRIPTION
from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import ADVANCED_STEP

# Latin letters with and without accents, digits, space and _ & , / . -
STEP_NAME = re.compile(
    r"[0-9A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\u0300-\u036f _&,/.\-]+"
)

ASR_BIASING = Field(
    "asr_biasing",
    "Speech biasing",
    "section",
    omitted="disabled",
    fields=(
        Field("is_enabled", "Active", "flag", default=False),
        Field("alphanumeric", "Letters and digits", "flag", default=False),
        Field("name_spelling", "Spelled names", "flag", default=False),
        Field("numeric", "Digits", "flag", default=False),
        Field("party_size", "Party size", "flag", default=False),
        Field("precise_date", "Precise date", "flag", default=False),
        Field("relative_date", "Relative date", "flag", default=False),
        Field("single_number", "Single number", "flag", default=False),
        Field("time", "Time", "flag", default=False),
        Field("yes_no", "Yes or no", "flag", default=False),
        Field("address", "Address", "flag", default=False),
        Field("custom_keywords", "Keywords of its own", "list", default=[]),
    ),
)

DTMF_CONFIG = Field(
    "dtmf_config",
    "Keypad input",
    "section",
    omitted="disabled",
    fields=(
        Field("is_enabled", "Active", "flag", default=False),
        Field("inter_digit_timeout", "Seconds between digits", "whole", least=0),
        Field("max_digits", "Most digits", "whole", least=0),
        Field("end_key", "End key", default="#"),
        Field("collect_while_agent_speaking", "Collect while the agent speaks", "flag", default=False),
        Field("is_pii", "Personal data", "flag", default=False),
    ),
)

CONDITIONS = Field(
    "conditions",
    "Conditions",
    "table",
    key="name",
    sorted=True,
    unique=True,
    when=("step_type", ("default_step",)),
    columns=(
        Field("name", "Label", required=True, limit=50),
        Field(
            "condition_type",
            "Type",
            "choice",
            required=True,
            choices=("step_condition", "exit_flow_condition"),
        ),
        Field("description", "Description", "prose"),
        Field(
            "child_step",
            "Next step",
            "ref",
            required=True,
            to=("flow_step", "function_step"),
            when=("condition_type", ("step_condition",)),
            omitted="empty",
        ),
        Field("required_entities", "Required entities", "list", to=("entity",), omitted="empty"),
    ),
)

KINDS = (
    Kind(
        key="flow",
        label="Flow",
        group="Flows",
        form="yaml",
        paths=("flows/*/flow_config.yaml",),
        fields=(
            Field("name", "Name", required=True),
            Field("description", "Description", "prose", required=True, trimmed=True),
            Field("start_step", "Start step", "ref", required=True, to=("flow_step", "function_step")),
        ),
        file_name_from="name",
    ),
    Kind(
        key="flow_step",
        label="Step",
        group="Flows",
        form="yaml",
        paths=("flows/*/steps/*.yaml",),
        fields=(
            Field("step_type", "Type", "choice", required=True, choices=("advanced_step", "default_step")),
            Field(
                "name",
                "Name",
                required=True,
                pattern=STEP_NAME,
                pattern_words="made of Latin letters, digits, spaces and _ & , / . - only",
            ),
            ASR_BIASING,
            DTMF_CONFIG,
            Field(
                "asr", "Speech recognition", "section", fields=(Field("provider", "Provider"), Field("model", "Model"))
            ),
            Field(
                "vad",
                "Voice activity",
                "section",
                fields=(
                    Field("provider", "Provider"),
                    Field("vad_start", "Start", "number", least=0),
                    Field("vad_end", "End", "number", least=0),
                    Field("speech_threshold", "Speech threshold", "number"),
                    Field("silence_threshold", "Silence threshold", "number"),
                ),
            ),
            Field("barge_in", "Barge-in", "section", fields=(Field("is_enabled", "Active", "flag"),)),
            Field(
                "llm",
                "Model",
                "section",
                fields=(
                    Field("provider_model_id", "Model"),
                    Field(
                        "reasoning_effort",
                        "Reasoning effort",
                        "choice",
                        choices=("unspecified", "minimal", "low", "medium", "high", "auto"),
                    ),
                ),
            ),
            CONDITIONS,
            Field(
                "extracted_entities",
                "Extracted entities",
                "list",
                to=("entity",),
                sorted=True,
                when=("step_type", ("default_step",)),
            ),
            # A default step allows fewer references: the rule `default_step_references`.
            Field("prompt", "Prompt", "prose", required=True, trimmed=True, references=ADVANCED_STEP),
        ),
        file_name_from="name",
        inside="flow",
        rules=("default_step_references",),
    ),
    Kind(
        key="function_step",
        label="Function step",
        group="Flows",
        form="python",
        paths=("flows/*/function_steps/*.py",),
        fields=(DELAY, CODE),
        inside="flow",
        rules=("signature", "python", "no_parameters"),
        parameters=("conv", "flow"),
    ),
    Kind(
        key="flow_function",
        label="Flow function",
        group="Flows",
        form="python",
        paths=("flows/*/functions/*.py",),
        fields=(REQUIRED_DESCRIPTION, PARAMETERS, DELAY, CODE),
        inside="flow",
        rules=("signature", "python"),
        parameters=("conv", "flow"),
    ),
)
