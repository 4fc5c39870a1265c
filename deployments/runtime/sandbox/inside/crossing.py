"""Values across the border. Never imported here: read as text.

JSON goes as it is, everything else under a key that no agent writes.
"""


_LARGEST = 10**300


def _out(value, where):
    kind = type(value)
    if kind is int and not -_LARGEST < value < _LARGEST:
        raise TypeError("What " + where + " holds cannot be kept: a number of more than 300 digits")
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [_out(one, where) for one in value]
    if kind is tuple:
        return {"$tuple": [_out(one, where) for one in value]}
    if kind in (set, frozenset):
        ordered = sorted(value, key=lambda one: (str(type(one)), one))
        return {"$set" if kind is set else "$frozenset": [_out(one, where) for one in ordered]}
    if kind is _deque:
        found = [_out(one, where) for one in value]
        return {"$deque": found} if value.maxlen is None else {"$bounded": [value.maxlen, found]}
    if kind is _Counter:
        return {"$counter": _pairs(value, where)}
    if kind is _defaultdict:
        return {"$defaultdict": [_made_by(value, where), _pairs(value, where)]}
    if kind is _Decimal:
        return {"$decimal": str(value)}
    if kind is _datetime.timedelta:
        return {"$timedelta": [value.days, value.seconds, value.microseconds]}
    if kind is dict:
        for key in value:
            if type(key) is not str or key.startswith("$"):
                return {"$pairs": _pairs(value, where)}
        return {key: _out(one, where) for key, one in value.items()}
    if kind is _datetime.datetime:
        return {"$datetime": value.isoformat()}
    if kind is _datetime.date:
        return {"$date": value.isoformat()}
    if kind is _datetime.time:
        return {"$time": value.isoformat()}
    told = _CLASSES.get(kind)
    if told is not None and "enumeration" in told:
        return {"$member": [told["module"], told["label"], value.name]}
    if told is not None:
        fields = {name: _out(getattr(value, name), where) for name in told["fields"] if hasattr(value, name)}
        return {"$object": [told["module"], told["label"], fields]}
    if kind is State:
        return {name: _out(one, where) for name, one in value.items()}
    if kind is _Record:
        return _out(value.to_dict(), where)
    raise TypeError("What " + where + " holds cannot be kept: " + _name_of(kind))


def _pairs(value, where):
    return [[_out(key, where), _out(one, where)] for key, one in value.items()]


_FACTORIES = {"int": int, "float": float, "str": str, "list": list, "dict": dict, "set": set}


def _made_by(value, where):
    """The interpreter tells no factory, so it is asked for something, under a key that nobody else has."""
    try:
        made = value[_AUTO]
    except KeyError:
        return None
    value.pop(_AUTO)
    for name, factory in _FACTORIES.items():
        if type(made) is factory and made == factory():
            return name
    raise TypeError("What " + where + " holds cannot be kept: a defaultdict that gives " + repr(made)[:60])


def _in(value):
    if type(value) is list:
        return [_in(one) for one in value]
    if type(value) is not dict:
        return value
    for mark, inner in value.items():
        if mark == "$tuple":
            return tuple([_in(one) for one in inner])
        if mark == "$set":
            return set([_in(one) for one in inner])
        if mark == "$frozenset":
            return frozenset([_in(one) for one in inner])
        if mark == "$deque":
            return _deque([_in(one) for one in inner])
        if mark == "$bounded":
            return _deque([_in(one) for one in inner[1]], inner[0])
        if mark == "$counter":
            return _Counter({_in(key): _in(one) for key, one in inner})
        if mark == "$defaultdict":
            made = _defaultdict(_FACTORIES.get(inner[0]))
            made.update({_in(key): _in(one) for key, one in inner[1]})
            return made
        if mark == "$decimal":
            return _Decimal(inner)
        if mark == "$timedelta":
            return _datetime.timedelta(inner[0], inner[1], inner[2])
        if mark == "$pairs":
            return {_in(key): _in(one) for key, one in inner}
        if mark == "$datetime":
            return _datetime.datetime.fromisoformat(inner)
        if mark == "$date":
            return _datetime.date.fromisoformat(inner)
        if mark == "$time":
            return _datetime.datetime.fromisoformat("2000-01-01T" + inner).time()
        if mark == "$member":
            return _own(inner[0], inner[1])[inner[2]]
        if mark == "$object":
            return _rebuilt(inner[0], inner[1], inner[2])
    return {key: _in(one) for key, one in value.items()}


class _Blank:
    pass


def _rebuilt(module, label, fields):
    made = _own(module, label)
    begin = made.__init__ if hasattr(made, "__init__") else None
    # An object is made again without beginning anew.
    made.__init__ = _nothing
    try:
        thing = made()
    finally:
        if begin is not None:
            made.__init__ = begin
    for name, value in fields.items():
        setattr(thing, name, _in(value))
    return thing
