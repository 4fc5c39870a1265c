"""Modules that the interpreter lacks, or lacks a part of. Never imported here: read as text."""

import dataclasses as _dataclasses
import datetime as _datetime
import json as _json
import random as _random
import re as _re


class _Module:
    def __init__(self, label, names):
        self._label = label
        for name, value in names.items():
            setattr(self, name, value)


class _Vain:
    """What would go out: refused where it is called."""

    def __init__(self, label):
        self.label = label

    def __call__(self, *arguments, **named):
        raise RuntimeError(self.label + " is refused here. Use conv.api.")


def _vain_name(module, name):
    if name == "exceptions":
        return _Module(name, {one: RuntimeError for one in _VAIN_EXCEPTIONS})
    if name in _VAIN_EXCEPTIONS or name.endswith("Error") or name.endswith("Exception"):
        return RuntimeError
    return _Vain(module + "." + name)


_VAIN_EXCEPTIONS = ["RequestException", "HTTPError", "ConnectionError", "Timeout", "ConnectTimeout", "ReadTimeout"]


def _vain(module, used):
    return _Module(module, {name: _vain_name(module, name) for name in used})


def _plain(value, default):
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) in (list, tuple):
        return [_plain(one, default) for one in value]
    if type(value) is dict:
        return {key: _plain(one, default) for key, one in value.items()}
    if default is None:
        raise TypeError("Object of type " + _name_of(type(value)) + " is not JSON serializable")
    return _plain(default(value), default)


def _dumps(value, default=None, indent=None, sort_keys=False, ensure_ascii=True, separators=None, **others):
    named = {"sort_keys": sort_keys, "ensure_ascii": ensure_ascii}
    if indent is not None:
        named["indent"] = indent
    if separators is not None:
        named["separators"] = separators
    return _json.dumps(_plain(value, default), **named)


def _dataclass(made=None, **options):
    """Without the options that the interpreter lacks: they change how objects are kept and shown, or what is refused."""
    if made is not None:
        return _dataclasses.dataclass(made)
    return _dataclasses.dataclass(**{name: options[name] for name in ("frozen", "eq") if name in options})


def _data_field(**options):
    kept = {name: options[name] for name in ("default", "default_factory") if name in options}
    if not kept and options.get("init") is False:
        kept = {"default": None}
    return _dataclasses.field(**kept)


class _Field:
    def __init__(self, name):
        self.name = name


def _fields(thing):
    told = _CLASSES.get(thing) or _CLASSES[type(thing)]
    return [_Field(name) for name in told["fields"]]


def _asdict(thing):
    told = _CLASSES.get(type(thing))
    if told is not None:
        return {name: _asdict(getattr(thing, name)) for name in told["fields"]}
    if type(thing) in (list, tuple):
        return [_asdict(one) for one in thing]
    if type(thing) is dict:
        return {key: _asdict(one) for key, one in thing.items()}
    return thing


def _astuple(thing):
    return tuple(_asdict(thing).values())


def _replace(thing, **changes):
    told = _CLASSES[type(thing)]
    values = {name: getattr(thing, name) for name in told["fields"]}
    values.update(changes)
    return type(thing)(**values)


def _is_dataclass(thing):
    return thing in _CLASSES or type(thing) in _CLASSES


def _identity(*arguments, **named):
    def keep(function):
        return function

    return keep


def _remembered(*arguments, **named):
    if len(arguments) == 1 and not named and type(arguments[0]) is type(_identity):
        return arguments[0]
    return _identity()


class _Uuid:
    def __init__(self, text):
        self.hex = text.replace("-", "")
        self._text = text

    def __str__(self):
        return self._text

    def __eq__(self, other):
        return type(other) is _Uuid and other.hex == self.hex


def _uuid(text):
    digits = str(text).lower().replace("urn:", "").replace("uuid:", "").strip("{}").replace("-", "")
    if not _re.fullmatch("[0-9a-f]{32}", digits):
        raise ValueError("badly formed hexadecimal UUID string")
    return _Uuid("-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]]))


def _uuid4():
    digits = "".join([_random.choice("0123456789abcdef") for _ in range(32)])
    return _uuid(digits[:12] + "4" + digits[13:16] + _random.choice("89ab") + digits[17:])


class _Logger:
    def __init__(self, said):
        self._said = said

    def _write(self, level, content, arguments):
        self._said(level, str(content) % arguments if arguments else str(content))

    def info(self, content="", *arguments, **others):
        self._write("info", content, arguments)

    def debug(self, content="", *arguments, **others):
        self._write("info", content, arguments)

    def warning(self, content="", *arguments, **others):
        self._write("warning", content, arguments)

    def error(self, content="", *arguments, **others):
        self._write("error", content, arguments)

    def exception(self, content="", *arguments, **others):
        self._write("error", content, arguments)

    def critical(self, content="", *arguments, **others):
        self._write("error", content, arguments)

    def log(self, level, content="", *arguments, **others):
        self._write("error" if level >= 40 else "warning" if level >= 30 else "info", content, arguments)

    def setLevel(self, level):  # noqa: N802
        """Everything that is logged is kept."""


def _quote(text, safe="/", *others):
    return _host_quote(str(text), safe)


def _quote_plus(text, safe="", *others):
    return _host_quote(str(text), safe + " ").replace(" ", "+")


def _unquote(text, *others):
    return _host_unquote(str(text))


def _urlencode(values, doseq=False):
    pairs = values.items() if type(values) is dict else values
    return "&".join([_quote_plus(key) + "=" + _quote_plus(value) for key, value in pairs])


def _days_in(year, month):
    following = _datetime.date(year + month // 12, month % 12 + 1, 1)
    return (following - _datetime.date(year, month, 1)).days


def _monthrange(year, month):
    return _datetime.date(year, month, 1).weekday(), _days_in(year, month)


def _isleap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class _Future:
    """What came of a call that was made at once: what it raised is raised where its result is asked for."""

    def __init__(self, function, arguments, named):
        self._value = self._raised = None
        try:
            self._value = function(*arguments, **named)
        except Exception as error:
            self._raised = error

    def result(self, timeout=None):
        if self._raised is not None:
            raise self._raised
        return self._value

    def exception(self, timeout=None):
        return self._raised

    def done(self):
        return True


class _Executor:
    """Runs what is handed to it at once."""

    def __init__(self, *arguments, **named):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        return None

    def submit(self, function, *arguments, **named):
        return _Future(function, arguments, named)

    def map(self, function, *lists):
        return [function(*arguments) for arguments in zip(*lists)]

    def shutdown(self, **named):
        pass


def _zone(name):
    return _datetime.timezone(_datetime.timedelta(seconds=_offset_of(name)), name)


def _literal(text):
    return _json.loads(_host_literal(str(text)))


_STATUS = {"OK": 200, "CREATED": 201, "ACCEPTED": 202, "NO_CONTENT": 204, "BAD_REQUEST": 400, "UNAUTHORIZED": 401}
_STATUS.update({"FORBIDDEN": 403, "NOT_FOUND": 404, "CONFLICT": 409, "UNPROCESSABLE_ENTITY": 422})
_STATUS.update({"TOO_MANY_REQUESTS": 429, "INTERNAL_SERVER_ERROR": 500, "BAD_GATEWAY": 502, "SERVICE_UNAVAILABLE": 503})
_LOWER = "abcdefghijklmnopqrstuvwxyz"
