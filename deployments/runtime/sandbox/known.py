"""What the sandboxed interpreter has of the standard library, and what Slipway supplies or refuses beside it."""

from __future__ import annotations

# Modules of the interpreter that are used as they are.
NATIVE = frozenset({"math", "random", "decimal", "copy", "itertools", "time", "hashlib", "base64", "unicodedata"})
# Modules of the interpreter with some names of ours among theirs.
PATCHED = {
    "re": frozenset({"sub", "subn", "U", "UNICODE"}),
    "json": frozenset({"dumps"}),
    "datetime": frozenset({"UTC"}),
    "collections": frozenset({"OrderedDict", "abc"}),
    "dataclasses": frozenset({"asdict", "astuple", "dataclass", "field", "fields", "is_dataclass", "replace"}),
    "functools": frozenset({"wraps", "lru_cache", "cache", "cached_property"}),
}
# Modules that are wholly ours.
SUPPLIED = frozenset(
    {
        "abc", "ast", "calendar", "collections.abc", "concurrent.futures", "enum", "http", "logging", "plog",
        "pydantic", "string", "typing", "typing_extensions", "urllib.parse", "uuid", "zoneinfo", "__future__",
    }
)  # fmt: skip
# Modules that may be imported; what they do is refused where it is called.
CALLED_IN_VAIN = frozenset({"requests", "urllib3", "http.client", "httpx"})
# Methods that the interpreter lacks, or lacks a part of, and what is called in their place with the value first.
STANDING_IN = {
    "sub": "_swapped",
    "subn": "_counted",
    "strptime": "_timed",
    "utcnow": "_utcnow",
    "today": "_today",
    "fromtimestamp": "_of_timestamp",
    "isocalendar": "_isocalendar",
    "is_integer": "_is_integer",
    "translate": "_translated",
}
# What is asked of these types themselves; everything else is asked of their values.
OF_TYPES = {
    "str": frozenset({"maketrans"}),
    "bytes": frozenset({"fromhex", "maketrans"}),
    "int": frozenset({"from_bytes"}),
    "dict": frozenset({"fromkeys"}),
    **dict.fromkeys(("list", "set", "frozenset", "tuple"), frozenset[str]()),
}
# What every file of an agent begins with; its names are those of the sandbox.
HEADERS = frozenset({"_gen", "imports"})

# Bases that say nothing about what a class does.
EMPTY_BASES = frozenset({"object", "ABC", "Generic", "Protocol"})
EXCEPTIONS = frozenset(
    (
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "Exception",
        "ImportError",
        "IndexError",
        "KeyError",
        "LookupError",
        "NameError",
        "NotImplementedError",
        "OSError",
        "OverflowError",
        "RuntimeError",
        "StopIteration",
        "TimeoutError",
        "TypeError",
        "UnicodeError",
        "ValueError",
        "ZeroDivisionError",
    )
)
# Of methods and classes: those that are understood, and those that change nothing here.
DECORATORS_OF_CLASSES = frozenset(
    (
        "staticmethod", "classmethod", "property", "cached_property", "setter", "getter", "deleter", "dataclass",
        "abstractmethod", "override", "final", "overload", "lru_cache", "cache", "unique", "runtime_checkable",
        "total_ordering", "wraps",
    )
)  # fmt: skip
ENUMS = frozenset({"Enum", "IntEnum", "StrEnum"})
# Methods that the interpreter does not call, or not wherever Python does, though code may count on them.
_UNORDERED = "is not called: objects of this class cannot be ordered"
NOT_CALLED = {
    "__bool__": "is not called: an object of this class is always true",
    "__len__": "is called by len() alone: an object of this class is always true",
    "__setattr__": "is not called: attributes are set without it",
    "__getattr__": "is not called: an attribute that is not there fails",
    "__getattribute__": "is not called: attributes are read without it",
    **dict.fromkeys(("__lt__", "__le__", "__gt__", "__ge__"), _UNORDERED),
    "__ne__": "is not called: objects that are not equal are unequal",
    "__iadd__": "is not called: += fails",
    "__delitem__": "is not called: del calls pop",
    "__format__": "is not called: a form of its own fails",
    "__reversed__": "is not called: objects of this class cannot be reversed",
    "__new__": "is not called: an object is made without it",
    "__init_subclass__": "is not called: a class is made without it",
    "__del__": "is not called: nothing is run at the end of an object",
}
# What a conversation has; a test holds it against the sandbox.
OF_A_CONVERSATION = frozenset(
    (
        "account_id", "add_attachments", "api", "attachments", "call_handoff", "callee_number", "caller_number",
        "channel_type", "clear_asr_biasing", "clear_disabled_kb_topics", "current_flow", "current_step",
        "disable_kb_topics", "discard_recording", "entities", "env", "exit_flow", "functions",
        "generate_external_event", "generic_external_events", "goto_csat_flow", "goto_flow", "handoffs", "history",
        "id", "integration_attributes", "language", "log", "log_api_response", "memory", "metric_events",
        "metrics_queue", "project_id", "provider_voice_id", "randomize_voice", "real_time_config",
        "response_suggestions", "say", "send_content_template", "send_email", "send_sms", "send_sms_template",
        "send_whatsapp", "set_asr_biasing", "set_csat_eligibility", "set_csat_phone_number", "set_csat_score",
        "set_csat_survey_entered", "set_language", "set_response_suggestions", "set_variant", "set_voice",
        "sip_headers", "sms_queue", "sms_templates", "state", "transcript_alternatives", "translations", "utils",
        "variant", "variant_name", "variants", "voice_change", "webchat", "write_metric",
    )
)  # fmt: skip
