"""Imports: what is supplied, and the agent's own files, each run once. Never imported here: read as text."""

_LIBRARY = {
    "re": {"sub": _sub, "subn": _subn, "U": _re.NOFLAG, "UNICODE": _re.NOFLAG},
    "json": {"dumps": _dumps},
    "datetime": {"UTC": _datetime.timezone.utc},
    "collections": {"OrderedDict": dict, "abc": _Module("abc", _KINDS)},
    "dataclasses": {
        "dataclass": _dataclass,
        "field": _data_field,
        "asdict": _asdict,
        "astuple": _astuple,
        "fields": _fields,
        "is_dataclass": _is_dataclass,
        "replace": _replace,
    },
    "functools": {
        "wraps": _identity,
        "lru_cache": _remembered,
        "cache": _remembered,
        "cached_property": _remembered,
    },
    "ast": {"literal_eval": _literal},
    "calendar": {
        "monthrange": _monthrange,
        "isleap": _isleap,
        "weekday": lambda year, month, day: _datetime.date(year, month, day).weekday(),
        "month_abbr": ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        "MONDAY": 0,
        "TUESDAY": 1,
        "WEDNESDAY": 2,
        "THURSDAY": 3,
        "FRIDAY": 4,
        "SATURDAY": 5,
        "SUNDAY": 6,
        "day_name": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        "day_abbr": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        "month_name": ["", "January", "February", "March", "April", "May", "June", "July", "August", "September"]
        + ["October", "November", "December"],
    },
    "concurrent.futures": {"ThreadPoolExecutor": _Executor, "as_completed": list, "TimeoutError": TimeoutError},
    "enum": {"auto": lambda: _AUTO},
    "http": {"HTTPStatus": _Module("HTTPStatus", _STATUS)},
    "pydantic": {"Field": _field_of_a_model, "ValidationError": ValueError},
    "string": {
        "ascii_lowercase": _LOWER,
        "ascii_uppercase": _LOWER.upper(),
        "ascii_letters": _LOWER + _LOWER.upper(),
        "capwords": lambda text: " ".join([word.capitalize() for word in text.split()]),
        "digits": "0123456789",
        "octdigits": "01234567",
        "hexdigits": "0123456789abcdefABCDEF",
        "punctuation": "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
        "printable": "0123456789" + _LOWER + _LOWER.upper() + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\x0b\x0c",
        "whitespace": " \t\n\r\x0b\x0c",
    },
    "typing": {"cast": lambda kind, value: value, "TYPE_CHECKING": False},
    "urllib.parse": {"quote": _quote, "quote_plus": _quote_plus, "unquote": _unquote, "urlencode": _urlencode},
    "uuid": {"uuid4": _uuid4, "uuid1": _uuid4, "UUID": _uuid},
    "zoneinfo": {"ZoneInfo": _zone, "ZoneInfoNotFoundError": KeyError},
}
# Where any name is a harmless one.
_ONLY_SAID = ["typing", "typing_extensions", "abc", "collections.abc", "enum", "pydantic", "__future__"]


def _supplied(module, name=_ABSENT):
    if module in ("plog", "logging"):
        logger = _Logger(_noted)
        names = {"getLogger": lambda *arguments: logger, "basicConfig": _nothing, "CRITICAL": 50}
        names.update({"INFO": 20, "WARNING": 30, "ERROR": 40, "DEBUG": 10})
        for level in ("info", "debug", "warning", "error", "exception", "critical", "log"):
            names[level] = getattr(logger, level)
        names["plog"] = logger
        names["logger"] = logger
    else:
        names = _LIBRARY.get(module, {})
    if name is _ABSENT:
        return _Module(module, names)
    if name in names:
        return names[name]
    if module in _ONLY_SAID:
        return _KINDS.get(name, _HARMLESS)
    raise ImportError("cannot import name '" + name + "' from '" + module + "'")


def _patched(module, native, used):
    ours = _LIBRARY[module]
    return _Module(module, {name: ours[name] if name in ours else getattr(native, name) for name in used})


_LOADED = {}
_TREES = {}


def _names_in(module):
    if module not in _LOADED:
        if module not in _SOURCES:
            raise ModuleNotFoundError("No module named '" + module + "'")
        names = dict(_BASE)
        names["__name__"] = module
        _LOADED[module] = names
        exec(_SOURCES[module], names)
    return _LOADED[module]


def _module(module):
    return _Module(module, _names_in(module) if module in _SOURCES else {})


def _own(module, name):
    if module in _SOURCES:
        names = _names_in(module)
        if name in names:
            return names[name]
    if module + "." + name in _SOURCES:
        return _module(module + "." + name)
    if module not in _SOURCES:
        raise ModuleNotFoundError("No module named '" + module + "'")
    raise ImportError("cannot import name '" + name + "' from '" + module + "'")


def _tree(whole):
    parts = whole.split(".")
    if parts[0] not in _TREES:
        _TREES[parts[0]] = _Module(parts[0], {})
    place = _TREES[parts[0]]
    for number in range(1, len(parts)):
        path = ".".join(parts[: number + 1])
        if not hasattr(place, parts[number]):
            found = _supplied(path) if path in _LIBRARY else _module(path)
            setattr(place, parts[number], found)
        place = getattr(place, parts[number])
    return _TREES[parts[0]]
