"""Enumerations and declarative models. Never imported here: read as text."""


class _Enumeration:
    def __init__(self, label, members):
        self._label = label
        self._members = members

    def __call__(self, value):
        for member in self._members:
            if member.value == value or member is value:
                return member
        if hasattr(self, "_missing_") and self._missing_(value) is not None:
            return self._missing_(value)
        raise ValueError(str(value) + " is not a valid " + self._label)

    def __getitem__(self, name):
        for member in self._members:
            if member.name == name:
                return member
        raise KeyError(name)

    def __iter__(self):
        return iter(self._members)

    def __len__(self):
        return len(self._members)

    def __contains__(self, thing):
        return thing in self._members


class _Auto:
    pass


_AUTO = _Auto()


def _enum(label, made, names, values):
    members = []
    for index in range(len(names)):
        member = made()
        member.name = names[index]
        member.value = index + 1 if values[index] is _AUTO else values[index]
        members.append(member)
    whole = _Enumeration(label, members)
    _CLASSES[_Enumeration] = {"names": ["__len__"], "properties": [], "ancestors": [], "fields": [], "label": label}
    whole.__members__ = {member.name: member for member in members}
    for name in _CLASSES[made]["names"]:
        if name in _CLASSES[made]["of_class"]:
            setattr(whole, name, _OfClass(whole, _CLASSES[made]["of_class"][name]))
        elif type(getattr(made, name)) is _Static:
            setattr(whole, name, getattr(made, name))
    if "__str__" not in _CLASSES[made]["names"]:
        made.__str__ = lambda member: label + "." + member.name
    for member in members:
        setattr(whole, member.name, member)
    _CLASSES[made]["fields"] = ["name", "value"]
    _CLASSES[made]["enumeration"] = whole
    return whole


class _Declared:
    """A field of a declarative model: its default, how a new one is made, and the name it has outside."""

    def __init__(self, default, factory, alias):
        self.default = default
        self.factory = factory
        self.alias = alias


def _field_of_a_model(default=_ABSENT, default_factory=None, alias=None, **others):
    return _Declared(default, default_factory, alias)


def _model(made, told):
    for name in told["fields"]:
        default = getattr(made, name) if hasattr(made, name) else None
        if type(default) is not _Declared:
            default = _Declared(default if hasattr(made, name) else _ABSENT, None, None)
        if name not in told["declared"] or default.default is not _ABSENT:
            told["declared"][name] = default

    def begin(self, **values):
        for name, declared in told["declared"].items():
            if name in values:
                value = values[name]
            elif declared.alias is not None and declared.alias in values:
                value = values[declared.alias]
            elif declared.factory is not None:
                value = declared.factory()
            elif declared.default is not _ABSENT and declared.default is not ...:
                value = declared.default
            else:
                raise ValueError(name + " is required in " + told["label"])
            setattr(self, name, value)

    def validate(value):
        return value if type(value) is made else made(**value)

    def dump(self, by_alias=False, exclude_none=False, **others):
        found = {}
        for name, declared in told["declared"].items():
            value = getattr(self, name)
            if exclude_none and value is None:
                continue
            if hasattr(value, "model_dump"):
                value = value.model_dump(by_alias=by_alias, exclude_none=exclude_none)
            found[declared.alias if by_alias and declared.alias is not None else name] = value
        return found

    if "__init__" not in told["names"]:
        made.__init__ = begin
    made.model_validate = _Static(validate)
    made.parse_obj = made.model_validate
    made.model_dump = dump
    made.model_validate_json = _Static(lambda text: validate(_json.loads(text)))
    made.model_dump_json = lambda self, indent=None, **others: _dumps(dump(self, **others), indent=indent)
    made.dict = dump
