"""Records of the platform: voices, attachments, what was said. Never imported here: read as text.

Nothing comes of them here; each keeps what it was made with, so that the reader of the turn is told.
"""


class _Thing:
    def __init__(self, label, values):
        self._label = label
        self._values = values
        for name, value in values.items():
            setattr(self, name, value)

    def to_dict(self):
        return dict(self._values)

    def __str__(self):
        return self._label + "(" + ", ".join([name + "=" + _as_said(self._values[name]) for name in self._values]) + ")"


def _as_said(value):
    if type(value) is list:
        return "[" + ", ".join([_as_said(one) for one in value]) + "]"
    return str(value) if type(value) is _Thing else repr(value)


def _thing(label, *names):
    def make(*arguments, **named):
        values = {names[place] if place < len(names) else str(place): one for place, one in enumerate(arguments)}
        values.update(named)
        return _Thing(label, values)

    return make


_THINGS = {
    "TTSVoice": ["provider", "provider_voice_id", "config"],
    "CustomVoice": ["provider", "provider_voice_id"],
    "ElevenLabsVoice": ["provider_voice_id", "similarity_boost", "stability", "model_id", "speed"],
    "RimeVoice": ["provider_voice_id", "speech_alpha", "model_id"],
    "CartesiaVoice": ["provider_voice_id", "speed", "emotions", "model_id", "volume", "emotion", "language"],
    "PlayHTVoice": ["provider_voice_id", "speed", "temperature", "emotion", "voice_guidance", "style_guidance"],
    "MinimaxVoice": ["model_id", "voice_id", "speed", "vol", "pitch", "emotion"],
    "HumeVoice": ["provider_voice_id", "voice_description", "version", "instant_mode", "provider"],
    "GoogleVoice": ["provider_voice_id", "gender"],
    "VoiceWeighting": ["voice", "weight"],
    "Emotion": ["kind", "intensity"],
    "Attachment": ["content_url", "content_type", "title"],
}
_EMOTIONS = _Module("EmotionKind", {name: name for name in ["ANGER", "POSITIVITY", "SURPRISE"]})
_INTENSITIES = _Module("EmotionIntensity", {name: name for name in ["LOWEST", "LOW", "HIGH", "HIGHEST"]})


class UserInput:
    role = "user"

    def __init__(self, text):
        self.text = text

    def to_dict(self):
        return {"role": self.role, "text": self.text}

    def to_string(self):
        return self.role + ": " + self.text


class AgentResponse:
    role = "agent"

    def __init__(self, text):
        self.text = text

    def to_dict(self):
        return {"role": self.role, "text": self.text}

    def to_string(self):
        return self.role + ": " + self.text


class _Memory:
    """Of earlier conversations of a caller nothing is known here."""

    def fields(self):
        return []

    def keys(self):
        return []

    def values(self):
        return []

    def items(self):
        return []

    def get(self, name, default=None):
        return default

    def __getitem__(self, name):
        raise KeyError(name)

    def __contains__(self, name):
        return False

    def __iter__(self):
        return iter([])

    def __len__(self):
        return 0


class _Recorded:
    """A member whose calls are intentions: written down, and nothing else."""

    def __init__(self, name):
        self.name = name

    def __call__(self, *arguments, **named):
        told = {key: _shown(value) for key, value in named.items()}
        _EFFECTS.append(["recorded", self.name, [_shown(one) for one in arguments], told])


def _shown(value):
    return _as_said(value) if type(value) in (_Thing, list) else str(value)


def _is_biasing(keywords, biases):
    """Words to listen for, and how much each counts."""
    words = [] if keywords is None else keywords
    weights = {} if biases is None else biases
    if type(words) not in (list, tuple) or type(weights) is not dict:
        return False
    numbers = all([type(weights[name]) in (int, float) for name in weights])
    return numbers and all([type(one) is str for one in list(words) + list(weights)])


_RECORDED = ["log_api_response", "set_voice", "randomize_voice", "clear_asr_biasing", "discard_recording"]
_RECORDED += ["send_email", "send_whatsapp", "send_content_template", "add_attachments", "set_response_suggestions"]
_RECORDED += ["set_csat_eligibility", "set_csat_phone_number", "set_csat_score", "set_csat_survey_entered"]
_RECORDED += ["goto_csat_flow"]
_EMPTY = ["metrics_queue", "sms_queue", "attachments", "response_suggestions", "generic_external_events"]
