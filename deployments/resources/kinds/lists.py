"""What the lists in `config/` hold: messages, handoffs, variants, entities and translations."""

from __future__ import annotations

import re

from deployments.resources.kinds.agent import LANGUAGE_CODE
from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import MESSAGE

IDENTIFIER = re.compile(r"[^\W\d]\w*")
_NAME = Field("name", "Name", required=True)
_VARIANTS = ("config/variant_attributes.yaml",)

ENTITY_TYPES = (
    "numeric",
    "alphanumeric",
    "enum",
    "date",
    "phone_number",
    "time",
    "address",
    "free_text",
    "name_config",
)


def _of(*types: str) -> tuple[str, tuple[str, ...]]:
    return ("entity_type", types)


_ENTITY_CONFIG = (
    Field("has_decimal", "Decimals", "flag", when=_of("numeric")),
    Field("has_range", "Range", "flag", when=_of("numeric")),
    Field("min", "Least", "number", when=_of("numeric")),
    Field("max", "Most", "number", when=_of("numeric")),
    Field("enabled", "Active", "flag", when=_of("alphanumeric", "phone_number", "time")),
    Field("validation_type", "Validation", when=_of("alphanumeric")),
    Field("regular_expression", "Regular expression", when=_of("alphanumeric")),
    Field("options", "Options", "list", when=_of("enum"), ordered=True),
    Field("relative_date", "Relative dates", "flag", when=_of("date")),
    Field("country_codes", "Country codes", "list", when=_of("phone_number")),
    Field("start_time", "Earliest", when=_of("time")),
    Field("end_time", "Latest", when=_of("time")),
)

_SIP_CONFIG = Field(
    "sip_config",
    "Transfer",
    "section",
    fields=(
        Field("method", "Method", "choice", required=True, choices=("invite", "refer", "bye")),
        Field("phone_number", "Phone number", when=("method", ("invite", "refer"))),
        Field("outbound_endpoint", "Outbound endpoint", when=("method", ("invite",))),
        Field(
            "outbound_encryption",
            "Outbound encryption",
            "choice",
            choices=("TLS/SRTP", "UDP/RTP"),
            when=("method", ("invite",)),
        ),
    ),
)

KINDS = (
    Kind(
        key="sms_template",
        label="SMS template",
        group="SMS",
        form="list",
        paths=("config/sms_templates.yaml",),
        at="sms_templates",
        identity="name",
        fields=(
            _NAME,
            Field("text", "Text", "prose", required=True, references=MESSAGE, limit=500, limit_severity="warning"),
            Field(
                "env_phone_numbers",
                "Sent from",
                "section",
                fields=(
                    Field("sandbox", "Sandbox"),
                    Field("pre_release", "Pre-release"),
                    Field("live", "Live"),
                ),
            ),
        ),
        rules=("long_sms",),
    ),
    Kind(
        key="handoff",
        label="Handoff",
        group="Handoffs",
        form="list",
        paths=("config/handoffs.yaml",),
        at="handoffs",
        identity="name",
        fields=(
            _NAME,
            Field("description", "Description", "prose"),
            Field("is_default", "Default", "flag", default=False),
            _SIP_CONFIG,
            Field(
                "sip_headers",
                "SIP headers",
                "table",
                key="key",
                omitted="empty",
                columns=(Field("key", "Header", required=True), Field("value", "Value")),
            ),
        ),
        rules=("one_default",),
    ),
    Kind(
        key="variant",
        label="Variant",
        group="Variants",
        form="list",
        paths=_VARIANTS,
        at="variants",
        identity="name",
        fields=(_NAME, Field("is_default", "Default", "flag", default=False, omitted="default")),
        limit=1000,
        rules=("one_default",),
    ),
    Kind(
        key="variant_attribute",
        label="Attribute",
        group="Variants",
        form="list",
        paths=_VARIANTS,
        at="attributes",
        identity="name",
        fields=(
            Field("name", "Name", required=True, pattern=IDENTIFIER, pattern_words="a Python identifier"),
            Field(
                "kind",
                "Type",
                "choice",
                choices=("string", "number", "boolean", "enum", "object"),
                default="string",
                omitted="default",
            ),
            Field(
                "config",
                "Configuration",
                "section",
                omitted="empty",
                when=("kind", ("enum",)),
                fields=(Field("values", "Options", "list", required=True, fewest=1, unique=True, ordered=True),),
            ),
            Field("values", "Values", "map", to=("variant",), values=Field("value", "Value", "json")),
        ),
        limit=50,
        rules=("not_a_keyword", "a_value_for_every_variant", "values_fit_the_type"),
    ),
    Kind(
        key="entity",
        label="Entity",
        group="Entities",
        form="list",
        paths=("config/entities.yaml",),
        at="entities",
        identity="name",
        fields=(
            _NAME,
            Field("description", "Description", "prose"),
            Field("entity_type", "Type", "choice", required=True, choices=ENTITY_TYPES),
            Field("config", "Configuration", "section", closed=True, fields=_ENTITY_CONFIG),
        ),
        rules=("regex:config.regular_expression",),
    ),
    Kind(
        key="translation",
        label="Translation",
        group="Translations",
        form="list",
        paths=("config/translations.yaml",),
        at="translations",
        identity="name",
        fields=(
            Field("name", "Key", required=True),
            Field(
                "translations",
                "Texts",
                "map",
                values=Field("text", "Text", "prose"),
                pattern=LANGUAGE_CODE,
                pattern_words="language codes such as en-GB",
            ),
        ),
        rules=("a_text_for_every_language",),
    ),
)
