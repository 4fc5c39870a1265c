"""How the agent opens and sounds: voice, chat, turn taking and the SIP headers of a version."""

from __future__ import annotations

import re

from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import NONE, SPOKEN

_VOICE = ("voice/configuration.yaml",)
_CHAT = ("chat/configuration.yaml",)

_GREETING = (
    Field("welcome_message", "Welcome message", "prose", required=True, references=SPOKEN),
    Field("language_code", "Language", required=True),
)
_STYLE = (Field("prompt", "Style prompt", "prose", references=NONE),)
_PRESETS = ("office-ambiance", "restaurant-ambiance", "whitenoise-subtle")

KINDS = (
    Kind("voice_greeting", "Greeting", "Voice", "section", _VOICE, _GREETING, at="greeting"),
    Kind("voice_style", "Style", "Voice", "section", _VOICE, _STYLE, at="style_prompt"),
    Kind(
        key="voice_disclaimer",
        label="Disclaimer",
        group="Voice",
        form="section",
        paths=_VOICE,
        at="disclaimer_messages",
        fields=(
            Field("message", "Message", "prose", references=SPOKEN),
            Field("enabled", "Active", "flag", default=False),
            Field("language_code", "Language", required=True),
        ),
    ),
    Kind(
        key="voice_fillers",
        label="Filler phrases",
        group="Voice",
        form="section",
        paths=_VOICE,
        at="filler_phrases",
        fields=(
            Field("enabled", "Active", "flag", default=False),
            Field("phrases", "Phrases", "list"),
            Field("randomize", "Random order", "flag", default=False),
            Field("initial_interval_seconds", "First after seconds", "number", least=0.5),
            Field("interval_seconds", "Then every seconds", "number", least=1),
        ),
        closed=True,
        rules=("a_phrase_when_enabled",),
    ),
    Kind(
        key="voice_ambience",
        label="Background sound",
        group="Voice",
        form="section",
        paths=_VOICE,
        at="background_ambience",
        fields=(
            Field("enabled", "Active", "flag", default=False),
            Field("preset", "Preset", "choice", required=True, choices=_PRESETS, choice_warning="unknown_preset"),
            Field("loudness", "Loudness in dB", "number", least=-70, most=-20),
        ),
        closed=True,
    ),
    Kind(
        key="asr_settings",
        label="Turn taking",
        group="Voice",
        form="yaml",
        paths=("voice/speech_recognition/asr_settings.yaml",),
        fields=(
            Field("speech_end_delay_ms", "Milliseconds of silence that end a turn", "whole", least=200, most=1500),
            Field(
                "barge_in",
                "Barge-in",
                "section",
                closed=True,
                or_flag=True,
                fields=(
                    Field("enabled", "Active", "flag"),
                    Field("allow_on_first_turn", "Also on the first turn", "flag"),
                    Field("max_per_call", "Most per call", "whole", least=0),
                ),
            ),
            Field(
                "interaction_style",
                "Interaction style",
                "choice",
                choices=("balanced", "precise", "swift", "sonic", "turbo"),
                older=True,
            ),
        ),
    ),
    Kind(
        key="sip_header",
        label="SIP header",
        group="Voice",
        form="list",
        paths=("config/sip_headers.yaml",),
        at="sip_headers",
        identity="name",
        identity_ignores_case=True,
        identity_cleaned=False,
        fields=(
            Field(
                "name",
                "Name",
                required=True,
                pattern=re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+"),
                pattern_words="a SIP token: letters, digits and - . ! % * _ + ` ' ~",
            ),
            Field("value", "Value", pattern=re.compile(r"[^\r\n]*"), pattern_words="one line"),
            Field("description", "Description", "prose", omitted="empty"),
        ),
        limit=50,
    ),
    Kind("chat_greeting", "Greeting", "Chat", "section", _CHAT, _GREETING, at="greeting", rules=("chat_siblings",)),
    Kind("chat_style", "Style", "Chat", "section", _CHAT, _STYLE, at="style_prompt", rules=("chat_siblings",)),
)
