"""Documents, the advanced settings, and files that no other kind claims."""

from __future__ import annotations

from deployments.resources.kinds.kind import Field, Kind

_TEXT = (Field("text", "Text", "prose"),)

_ADVANCED = {
    "csat_sms": "Satisfaction SMS",
    "handoff_api": "Handoff API",
    "ragdoll": "Retrieval (ragdoll)",
    "tts_postprocessing": "Speech post-processing",
    "smart_vad": "Smart voice activity",
    "vad": "Voice activity",
    "eot": "End of turn",
    "barge_in": "Barge-in",
    "backchannelling": "Backchannelling",
    "prompts": "Prompts",
    "language_switching": "Language switching",
    "webchat": "Web chat",
    "memory": "Memory",
    "verified_context": "Verified context",
    "realtime": "Realtime",
    "filler_utterances": "Filler utterances",
    "polywhirl_rollout": "Rollout (polywhirl)",
    "conversation_control": "Conversation control",
    "asr": "Speech recognition",
    "audio_enhancement": "Audio enhancement",
    "background_track": "Background track",
    "llm": "Model",
    "ab": "A/B",
    "email": "E-mail",
    "agentic_dial": "Agentic dial",
    "webhooks": "Webhooks",
    "dtmf": "Keypad input",
    "polyff": "Feature flags (polyff)",
}

KINDS = (
    Kind(
        key="document",
        label="Context document",
        group="Documents",
        form="text",
        paths=("context/*.md",),
        fields=_TEXT,
        any_case=True,
        rules=("name_of_platforms_own",),
    ),
    Kind(
        key="experimental_config",
        label="Advanced settings",
        group="Advanced",
        form="json",
        paths=("agent_settings/experimental_config.json",),
        # The inside of a setting is compared and never judged.
        fields=tuple(Field(name, label, "json") for name, label in _ADVANCED.items()),
    ),
    Kind("agent_file", "Agent file", "Other files", "text", ("project.yaml",), _TEXT, rules=("agent_file",)),
    # Ours: the keys at the top of a shared file that no kind claims, so that none is lost from sight.
    Kind("other_keys", "Other keys", "Other files", "rest", (), ()),
    Kind("text_file", "File", "Other files", "text", (), _TEXT),
    Kind(
        key="binary_file",
        label="File",
        group="Other files",
        form="bytes",
        paths=(),
        fields=(Field("size", "Size in bytes", "whole"), Field("hash", "Hash")),
    ),
)
