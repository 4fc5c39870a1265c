"""What the interpreter's Python lacks, told to it before an agent's files. Never imported here: read as text."""

_CLASSES = {}
_ABSENT = ["absent"]


class _Static:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments, **named):
        return self.function(*arguments, **named)


class _OfClass:
    def __init__(self, owner, function):
        self.owner = owner
        self.function = function

    def __call__(self, *arguments, **named):
        return self.function(self.owner, *arguments, **named)


def _class(label, made, bases, names, static, of_class, properties, fields, module, is_model):
    told = {
        "label": label,
        "module": module,
        "names": list(names),
        "of_class": {},
        "properties": list(properties),
        "fields": list(fields),
        "ancestors": [],
        "is_model": is_model,
        "declared": {},
    }
    for name in of_class:
        told["of_class"][name] = getattr(made, name)
    for name in static:
        setattr(made, name, _Static(getattr(made, name)))
    for base in bases:
        above = _CLASSES.get(base)
        if above is None:
            continue
        for ancestor in [base] + above["ancestors"]:
            if ancestor not in told["ancestors"]:
                told["ancestors"].append(ancestor)
        told["is_model"] = told["is_model"] or above["is_model"]
        for name in above["names"]:
            if name in told["names"]:
                continue
            told["names"].append(name)
            if name in above["of_class"]:
                told["of_class"][name] = above["of_class"][name]
            else:
                setattr(made, name, getattr(base, name))
            if name in above["properties"]:
                told["properties"].append(name)
        told["fields"] = above["fields"] + [name for name in told["fields"] if name not in above["fields"]]
        for name, default in above["declared"].items():
            told["declared"][name] = default
    for name, function in told["of_class"].items():
        setattr(made, name, _OfClass(made, function))
    _CLASSES[made] = told
    if told["is_model"]:
        _model(made, told)
    return made


def _inherited(bases, name):
    for base in bases:
        above = _CLASSES.get(base)
        if above is not None and name in above["of_class"]:
            return above["of_class"][name]
        if hasattr(base, name):
            return getattr(base, name)
    return _nothing


def _nothing(*arguments, **named):
    return None


def _got(thing, name):
    told = _CLASSES.get(type(thing))
    if told is not None and name in told["properties"]:
        return getattr(thing, name)()
    return getattr(thing, name)


def _forget(thing, name):
    if type(thing) is State:
        thing.pop(name, None)
    else:
        setattr(thing, name, None)


def _name_of(thing):
    told = _CLASSES.get(thing)
    if told is not None:
        return told["label"]
    words = str(thing).split("'")
    return (
        words[1] if len(words) > 1 else str(thing).split(" ")[1] if str(thing).startswith("<function") else str(thing)
    )


def _joined(*parts):
    return ", ".join([str(part) for part in parts])


def _isinstance(thing, kind):
    if type(kind) is tuple:
        return any([_isinstance(thing, one) for one in kind])
    if type(kind) is _Enumeration:
        return thing in kind._members
    if type(kind) is _Harmless:
        return kind.kinds is None or isinstance(thing, kind.kinds)
    if isinstance(thing, kind):
        return True
    told = _CLASSES.get(type(thing))
    return told is not None and kind in told["ancestors"]


def _issubclass(kind, other):
    told = _CLASSES.get(kind)
    return kind is other or (told is not None and other in told["ancestors"])


def _len(thing):
    if (type(thing) in _CLASSES or type(thing) in (State, _Variants, _Memory)) and hasattr(thing, "__len__"):
        return thing.__len__()
    return len(thing)


def _round(number, ndigits=None):
    """As Python rounds: the interpreter's own is a cent off for two of five amounts that end in a half."""
    if type(number) is not float or type(ndigits) is not int or ndigits < 0:
        return round(number) if ndigits is None else round(number, ndigits)
    return float(("{:." + str(ndigits) + "f}").format(number))


def _getattr(thing, name, *default):
    if type(thing) is State:
        return thing.get(name)
    told = _CLASSES.get(type(thing))
    if told is not None and name in told["properties"]:
        return getattr(thing, name)()
    return getattr(thing, name, *default)


def _setattr(thing, name, value):
    if type(thing) is State:
        thing[name] = value
    else:
        setattr(thing, name, value)


def _hasattr(thing, name):
    return type(thing) is State or hasattr(thing, name)


def _vars(thing):
    told = _CLASSES.get(type(thing))
    if told is None:
        raise TypeError("vars() argument must be an object of a class of this agent")
    return {name: getattr(thing, name) for name in told["fields"] if hasattr(thing, name)}


def _callable(thing):
    return type(thing) in (type(_nothing), type(len)) or thing in _CLASSES or hasattr(thing, "__call__")


class _mark:  # noqa: N801
    """`object()`, which is asked for nothing but whether it is the same."""


class _Harmless:
    """Stands for what only annotations use, and what an object is asked to be: of no kinds, it is everything."""

    def __init__(self, kinds=None):
        self.kinds = kinds

    def __getitem__(self, key):
        return self

    def __call__(self, *arguments, **named):
        return arguments[-1] if arguments else self


_HARMLESS = _Harmless()
_LISTS = (list, tuple, str, bytes, range)
_SETS = (set, frozenset)
_KINDS = {name: _Harmless(dict) for name in ("Mapping", "MutableMapping", "Dict")}
_KINDS.update({name: _Harmless(_LISTS) for name in ("Sequence", "Reversible")})
_KINDS.update({name: _Harmless(_SETS) for name in ("Set", "MutableSet", "AbstractSet")})
_KINDS.update({name: _Harmless((dict, *_LISTS, *_SETS)) for name in ("Iterable", "Collection", "Sized", "Container")})
_KINDS.update({"List": _Harmless(list), "MutableSequence": _Harmless(list), "Tuple": _Harmless(tuple)})
