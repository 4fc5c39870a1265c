"""Safety filters of the three channels, and guardrails."""

from __future__ import annotations

from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import INSTRUCTIONS

_GUARDRAILS = ("agent_settings/guardrails.yaml",)
CATALOGUE = (
    "jailbreak_defence",
    "hallucination_control",
    "ai_identity",
    "emergency_escalation",
    "tool_call_integrity",
)


def _category(name: str, label: str) -> Field:
    return Field(
        name,
        label,
        "section",
        required=True,
        fields=(
            Field("enabled", "Active", "flag", default=False),
            Field("level", "Level", "choice", choices=("lenient", "medium", "strict")),
        ),
    )


_CATEGORIES = Field(
    "categories",
    "Categories",
    "section",
    required=True,
    closed=True,
    fields=(
        _category("violence", "Violence"),
        _category("hate", "Hate"),
        _category("sexual", "Sexual content"),
        _category("self_harm", "Self-harm"),
    ),
)
_ENABLED = Field("enabled", "Active", "flag", default=False)

KINDS = (
    Kind(
        key="safety",
        label="Safety filters (general)",
        group="Safety",
        form="yaml",
        paths=("agent_settings/safety_filters.yaml",),
        # No switch of its own: it is on while any category is.
        fields=(_CATEGORIES,),
    ),
    Kind(
        key="voice_safety",
        label="Safety filters (voice)",
        group="Safety",
        form="yaml",
        paths=("voice/safety_filters.yaml",),
        fields=(_ENABLED, _CATEGORIES),
    ),
    Kind(
        key="chat_safety",
        label="Safety filters (chat)",
        group="Safety",
        form="yaml",
        paths=("chat/safety_filters.yaml",),
        fields=(_ENABLED, _CATEGORIES),
        rules=("chat_siblings",),
    ),
    Kind(
        key="guardrail",
        label="Guardrail",
        group="Safety",
        form="list",
        paths=_GUARDRAILS,
        at="platform_guardrails",
        identity="name",
        fields=(
            Field("name", "Name", "choice", required=True, choices=CATALOGUE, choice_warning="unknown_guardrail"),
            _ENABLED,
        ),
        rules=("whole_catalogue",),
    ),
    Kind(
        key="custom_guardrail",
        label="Custom guardrail",
        group="Safety",
        form="list",
        paths=_GUARDRAILS,
        at="custom_guardrails",
        identity="name",
        fields=(
            Field("name", "Name", required=True),
            _ENABLED,
            Field("action", "Action", "prose", references=INSTRUCTIONS),
            Field("prompt", "Prompt", "prose"),
        ),
        limit=20,
    ),
)
