"""What the sandboxed interpreter has of the standard library, and what Slipway supplies or refuses beside it."""

from __future__ import annotations

# Modules of the interpreter that are used as they are.
NATIVE = frozenset({"math", "random", "decimal", "copy", "itertools", "time", "hashlib", "base64", "unicodedata"})
# Modules of the interpreter with some names of ours among theirs.
PATCHED = {
    "re": frozenset({"sub", "subn"}),
    "json": frozenset({"dumps"}),
    "datetime": frozenset({"UTC"}),
    "collections": frozenset({"OrderedDict", "abc"}),
    "dataclasses": frozenset({"asdict", "astuple", "fields", "is_dataclass", "replace"}),
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
ENUMS = frozenset({"Enum", "IntEnum", "StrEnum"})
# Methods that the interpreter would never call, though code may count on them.
NEVER_CALLED = {
    "__bool__": "an object of this class is always true",
    "__setattr__": "attributes are set without it",
    "__getattr__": "an attribute that is not there fails",
    "__getattribute__": "attributes are read without it",
    "__lt__": "objects of this class cannot be ordered",
    "__del__": "it is never run",
}
