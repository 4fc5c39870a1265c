"""What is heard and what is said: keyphrases, corrections, pronunciations and phrase filters."""

from __future__ import annotations

from deployments.resources.kinds.kind import Field, Kind

_NAME = Field("name", "Name", required=True)
_DESCRIPTION = Field("description", "Description", "prose", omitted="empty")

KINDS = (
    Kind(
        key="keyphrase",
        label="Keyphrase",
        group="Speech recognition",
        form="list",
        paths=(
            "voice/speech_recognition/keyphrase_boosting.yaml",
            # Where an older agent keeps them.
            "speech_recognition/keyphrase_boosting.yaml",
        ),
        at="keyphrases",
        identity="keyphrase",
        fields=(
            Field("keyphrase", "Keyphrase", required=True, bare=True),
            Field("level", "Level", "choice", choices=("default", "boosted", "maximum")),
        ),
        rules=("unique_ignoring_case",),
    ),
    Kind(
        key="transcript_correction",
        label="Transcript correction",
        group="Speech recognition",
        form="list",
        paths=("voice/speech_recognition/transcript_corrections.yaml",),
        at="corrections",
        identity="name",
        fields=(
            _NAME,
            _DESCRIPTION,
            Field(
                "regular_expressions",
                "Rules",
                "table",
                required=True,
                fewest=1,
                ordered=True,
                columns=(
                    Field("regular_expression", "Pattern", required=True),
                    Field("replacement", "Replacement"),
                    Field(
                        "replacement_type",
                        "Replaces",
                        "choice",
                        choices=("full", "partial"),
                        spellings={"substring": "partial"},
                    ),
                ),
            ),
        ),
        rules=("regex:regular_expressions.regular_expression",),
    ),
    Kind(
        key="pronunciation",
        label="Pronunciation",
        group="Response control",
        form="list",
        paths=("voice/response_control/pronunciations.yaml",),
        at="pronunciations",
        ordered=True,
        fields=(
            Field("regex", "Pattern", required=True),
            Field("replacement", "Replacement", default=""),
            Field("case_sensitive", "Case sensitive", "flag", default=False),
            Field("language_code", "Language", omitted="empty"),
            _DESCRIPTION,
        ),
        rules=("regex:regex",),
    ),
    Kind(
        key="phrase_filter",
        label="Phrase filter",
        group="Response control",
        form="list",
        paths=("voice/response_control/phrase_filtering.yaml",),
        at="phrase_filtering",
        identity="name",
        fields=(
            Field("name", "Name", required=True, limit=100, limit_severity="warning"),
            _DESCRIPTION,
            Field("regular_expressions", "Patterns", "list", required=True, fewest=1),
            Field("say_phrase", "Say the phrase", "flag", default=False),
            Field("language_code", "Language", omitted="empty"),
            Field("function", "Function", "ref", to=("function",), omitted="empty"),
        ),
        rules=("regex:regular_expressions",),
    ),
)
