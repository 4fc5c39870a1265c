"""Who the agent is: behaviour, role, languages, and the older forms of the role."""

from __future__ import annotations

import re

from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import INSTRUCTIONS, PERSONA

LANGUAGE_CODE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_LANGUAGES = ("agent_settings/languages.yaml",)
_CODE = Field("code", "Language", required=True, pattern=LANGUAGE_CODE, pattern_words="a language code such as en-GB")

KINDS = (
    Kind(
        key="rules",
        label="Behaviour",
        group="Agent",
        form="text",
        paths=("agent_settings/rules.txt",),
        fields=(Field("text", "Behaviour", "prose", references=INSTRUCTIONS),),
    ),
    Kind(
        key="persona",
        label="Role",
        group="Agent",
        form="text",
        paths=("agent_settings/persona.txt",),
        fields=(Field("text", "Role", "prose", references=PERSONA),),
    ),
    Kind(
        key="personality",
        label="Personality",
        group="Agent",
        form="yaml",
        paths=("agent_settings/personality.yaml",),
        fields=(
            Field(
                "adjectives",
                "Adjectives",
                "section",
                fields=tuple(
                    Field(word, word, "flag", default=False)
                    for word in ("Polite", "Calm", "Kind", "Funny", "Energetic", "Thoughtful", "Other")
                ),
            ),
            Field("custom", "In other words", "prose", omitted="empty"),
        ),
        older=True,
    ),
    Kind(
        key="role",
        label="Role (older form)",
        group="Agent",
        form="yaml",
        paths=("agent_settings/role.yaml",),
        fields=(
            Field("value", "Role"),
            Field("additional_info", "Additional information", "prose"),
            Field("custom", "In other words", "prose", when=("value", ("Other",)), omitted="empty"),
        ),
        older=True,
    ),
    Kind(
        key="language_default",
        label="Languages",
        group="Agent",
        form="scalar",
        paths=_LANGUAGES,
        at="default_language",
        fields=(_CODE,),
    ),
    Kind(
        key="language_extra",
        label="Languages",
        group="Agent",
        form="scalars",
        paths=_LANGUAGES,
        at="additional_languages",
        fields=(_CODE,),
        identity="code",
        identity_cleaned=False,
        limit=10,
        rules=("not_the_default_language",),
    ),
)
