"""The conversation and the flow a function is given. Never imported here: read as text."""


class Flow:
    def __init__(self, told):
        self.current_step = told["current_step"]
        self.functions = _functions(told["flow_functions"])

    def goto_step(self, step_name, label=None):
        _EFFECTS.append(["goto_step", str(step_name)])


class _Utils:
    def prompt_llm(self, prompt, show_history=False, return_json=False, model=None, **others):
        return _prompt_llm(prompt, show_history, return_json)

    def get_secret(self, name):
        return _get_secret(name)

    def validate_entity(self, value, config):
        return _validate_entity(value, config)

    def extract_address(self, *arguments, **named):
        raise NotImplementedError("extract_address is not available here")

    def extract_city(self, *arguments, **named):
        raise NotImplementedError("extract_city is not available here")


class _Log:
    def info(self, content="", is_pii=False, **fields):
        _noted("info", str(content), is_pii, fields)

    def warning(self, content="", is_pii=False, **fields):
        _noted("warning", str(content), is_pii, fields)

    def error(self, content="", is_pii=False, **fields):
        _noted("error", str(content), is_pii, fields)


class _Variants:
    """Many, of which a run asks for one: each is made when it is asked for."""

    def __init__(self, told, known):
        self._told = told
        self._known = known
        self._made = {}

    def __getitem__(self, name):
        if name not in self._made:
            self._made[name] = _Record(self._told[name], self._known)
        return self._made[name]

    def __contains__(self, name):
        return name in self._told

    def __iter__(self):
        return iter(list(self._told))

    def __len__(self):
        return len(self._told)

    def get(self, name, default=None):
        return self[name] if name in self._told else default

    def keys(self):
        return list(self._told)

    def values(self):
        return [self[name] for name in self._told]

    def items(self):
        return [(name, self[name]) for name in self._told]


class Conversation:
    def __init__(self, told):
        for name in told["known"]:
            if name.startswith("_"):
                setattr(self, name, None)
        for name in ("id", "account_id", "project_id", "env", "channel_type", "current_flow", "current_step"):
            setattr(self, name, told[name])
        for name in ("caller_number", "callee_number", "sip_headers", "integration_attributes", "language"):
            setattr(self, name, told[name])
        for name in ("transcript_alternatives", "real_time_config", "variant_name"):
            setattr(self, name, told[name])
        known = [name for name in told["known"] if name not in _RECORD_WORDS]
        self.variants = _Variants(told["variants"], known) if told["variants"] else {}
        self.variant = self.variants.get(told["variant_name"])
        self.state = State({name: _in(value) for name, value in told["state"].items()}, told["known"])
        self.entities = _Record({name: _Record(one) for name, one in told["entities"].items()}, known)
        self.history = [UserInput(text) if role == "user" else AgentResponse(text) for role, text in told["history"]]
        self.sms_templates = {one["name"]: _Record(one) for one in told["templates"]}
        self.handoffs = {one["name"]: _Record(one) for one in told["handoffs"]}
        self.functions = _functions(told["functions"])
        self.translations = _Record(told["translations"], known)
        self.memory = _Memory()
        self.metric_events = [_Record({"name": name, "value": value}) for name, value in told["metrics"]]
        self.api = _Module("api", {})
        for integration, operations in told["integrations"].items():
            one = _Module(integration, {name: _Operation(integration, name) for name in operations})
            setattr(self.api, integration, one)
        self.utils = _Utils()
        self.log = _Log()
        for name in _RECORDED:
            setattr(self, name, _Recorded(name))
        for name in _EMPTY:
            setattr(self, name, [])
        self.voice_change = self.provider_voice_id = None
        if "webchat" in told["known"]:
            self.webchat = _Module("webchat", {name: _Recorded("webchat." + name) for name in told["known"]})

    def goto_flow(self, flow_name, *others, **named):
        _EFFECTS.append(["goto_flow", str(flow_name)])

    def exit_flow(self):
        _EFFECTS.append(["exit_flow"])

    def say(self, utterance):
        _EFFECTS.append(["say", str(utterance)])

    def set_variant(self, name):
        if name not in self.variants:
            raise ValueError("There is no variant " + str(name))
        self.variant_name = name
        self.variant = self.variants[name]
        _EFFECTS.append(["set_variant", name])

    def set_language(self, code):
        self.language = code if code in _GIVEN["languages"] else _GIVEN["default_language"]
        _EFFECTS.append(["set_language", self.language])

    def call_handoff(self, destination, reason=None, utterance=None, sip_headers=None, route=None):
        known = destination in self.handoffs or str(destination).lower() == "default"
        if self.handoffs and not known:
            raise MissingHandoff("There is no hand-off " + str(destination))
        told = {"destination": str(destination), "reason": str(reason or destination), "utterance": _worded(utterance)}
        headers = sip_headers if type(sip_headers) is dict else {}
        told.update({"route": _worded(route), "headers": {str(name): str(value) for name, value in headers.items()}})
        _EFFECTS.append(["handoff", told])

    def write_metric(self, name, value=None, write_once=False):
        _EFFECTS.append(["metric", str(name), _out(value, "the metric " + str(name)), bool(write_once)])
        self.metric_events.append(_Record({"name": name, "value": value}))

    def send_sms_template(self, to_number, template, retry_count=None):
        if template not in self.sms_templates:
            raise MissingTemplate("There is no SMS template " + str(template))
        _EFFECTS.append(["sms_template", _worded(to_number), template])
        return {}

    def send_sms(self, to_number, from_number=None, content="", **others):
        _EFFECTS.append(["sms", _worded(to_number), _worded(from_number), str(content)])
        return {}

    def set_asr_biasing(self, keywords=None, custom_biases=None):
        if not _is_biasing(keywords, custom_biases):
            raise ValueError("Biasing takes a list of words, and a number for each word that counts more or less")
        _Recorded("set_asr_biasing")(keywords=keywords, custom_biases=custom_biases)

    def generate_external_event(self, **named):
        made = str(_uuid4())
        _Recorded("generate_external_event")(id=made, **named)
        return made

    def disable_kb_topics(self, topics):
        _EFFECTS.append(["disable_topics", [str(topic) for topic in topics]])

    def clear_disabled_kb_topics(self):
        _EFFECTS.append(["disable_topics", []])


MissingHandoff = ValueError
MissingTemplate = ValueError

_BASE = {
    "_class": _class, "_enum": _enum, "_inherited": _inherited, "_got": _got, "_forget": _forget,
    "_name_of": _name_of, "_joined": _joined, "_supplied": _supplied, "_patched": _patched, "_vain": _vain,
    "_vain_name": _vain_name, "_module": _module, "_own": _own, "_tree": _tree,
    "_swapped": _swapped, "_counted": _counted, "_timed": _timed, "_utcnow": _utcnow, "_today": _today,
    "_of_timestamp": _of_timestamp, "_isocalendar": _isocalendar, "_span": _span, "_is_integer": _is_integer,
    "_maketrans": _maketrans, "_translated": _translated, "_bound": _bound, "_mark": _mark,
    "isinstance": _isinstance, "issubclass": _issubclass, "len": _len, "getattr": _getattr, "setattr": _setattr,
    "hasattr": _hasattr, "vars": _vars, "callable": _callable, "round": _round,
    "ConnectionError": OSError, "EnvironmentError": OSError, "IOError": OSError, "UnicodeError": ValueError,
    "Conversation": Conversation, "Flow": Flow, "MissingHandoff": MissingHandoff, "MissingTemplate": MissingTemplate,
    "SecretNotFound": KeyError, "UserInput": UserInput, "AgentResponse": AgentResponse,
    "EmotionKind": _EMOTIONS, "EmotionIntensity": _INTENSITIES,
}  # fmt: skip
_BASE.update({label: _thing(label, *names) for label, names in _THINGS.items()})
