"""State, records and answers a function is given. Never imported here: read as text.

`_GIVEN` is what the host tells of the conversation; `_EFFECTS` is what the host reads when the function has returned.
"""

_EFFECTS = []
_RECORD_WORDS = ["get", "keys", "items", "to_dict", "_names"]
_STATE_WORDS = ["get", "keys", "items", "values", "pop", "update", "setdefault", "_set"]


def _noted(level, content, is_pii=False, fields=None):
    told = {name: _told(value) for name, value in (fields or {}).items()}
    _EFFECTS.append(["log", level, content, bool(is_pii), told])


class State:
    """Reads as None what was never set. `_set` names what is there; attributes assigned elsewhere are found later."""

    def __init__(self, values, known):
        self._set = {}
        for name in known:
            if name not in _STATE_WORDS:
                setattr(self, name, None)
        for name, value in values.items():
            self[name] = value

    def __setitem__(self, name, value):
        self._set[name] = True
        setattr(self, name, value)

    def __contains__(self, name):
        return name in self._set or getattr(self, name, None) is not None

    def __getitem__(self, name):
        if name not in self:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self.keys())

    def get(self, name, default=None):
        return getattr(self, name) if name in self else default

    def keys(self):
        names = _unique(_GIVEN["known"] + list(self._set))
        return [name for name in names if name in self and name not in _STATE_WORDS]

    def items(self):
        return [(name, getattr(self, name)) for name in self.keys()]

    def values(self):
        return [value for name, value in self.items()]

    def pop(self, name, *default):
        if name not in self:
            if default:
                return default[0]
            raise KeyError(name)
        value = getattr(self, name)
        self._set.pop(name, None)
        setattr(self, name, None)
        return value

    def update(self, *others, **named):
        for other in others:
            for name, value in other.items():
                self[name] = value
        for name, value in named.items():
            self[name] = value

    def setdefault(self, name, default=None):
        if name not in self:
            self[name] = default
        return getattr(self, name)


def _unique(names):
    found = {}
    for name in names:
        found[name] = True
    return list(found)


class _Record:
    """Values by attribute and by `get`; names the version uses and nobody gave are None."""

    def __init__(self, values, known=()):
        self._names = list(values)
        for name in known:
            setattr(self, name, None)
        for name, value in values.items():
            setattr(self, name, value)

    def get(self, name, default=None):
        return getattr(self, name) if name in self._names else default

    def __getitem__(self, name):
        if name not in self._names:
            raise KeyError(name)
        return getattr(self, name)

    def __contains__(self, name):
        return name in self._names

    def __iter__(self):
        return iter(self._names)

    def keys(self):
        return list(self._names)

    def items(self):
        return [(name, getattr(self, name)) for name in self._names]

    def to_dict(self):
        return {name: getattr(self, name) for name in self._names}


class _Answer:
    def __init__(self, told):
        self.status_code = told["status"]
        self.text = told["text"]
        self.headers = told["headers"]
        self.url = told["url"]
        self.ok = told["status"] < 400

    def json(self):
        return _json.loads(self.text)

    def raise_for_status(self):
        if not self.ok:
            raise RuntimeError(str(self.status_code) + " Error for url: " + self.url)


class _Operation:
    def __init__(self, integration, operation):
        self.integration = integration
        self.operation = operation

    def __call__(self, *arguments, **named):
        return _Answer(_call_api(self.integration, self.operation, list(arguments), named))


class _Function:
    """A function of the agent, called with the conversation, and with the flow where it takes one."""

    def __init__(self, module, name, with_flow):
        self.module = module
        self.name = name
        self.with_flow = with_flow

    def __call__(self, *arguments, **named):
        passed = [one for one in arguments if type(one) is not Conversation and type(one) is not Flow]
        first = [_CONV, _FLOW] if self.with_flow else [_CONV]
        _EFFECTS.append(["inner", self.name, _told(passed), {name: _told(value) for name, value in named.items()}])
        if self.name in _GIVEN["results"]:
            return _GIVEN["results"][self.name]
        return _own(self.module, self.name)(*first, *passed, **named)


def _worded(value):
    return None if value is None else str(value)


def _told(value):
    """For the reader of the turn: what cannot be kept is named by what it is."""
    try:
        return _out(value, "an argument")
    except TypeError:
        return [_told(one) for one in value] if type(value) is list else _name_of(type(value))
    except RecursionError:
        return _name_of(type(value))


def _functions(told):
    return _Module("functions", {name: _Function(module, name, with_flow) for name, module, with_flow in told})
