"""Which references `{{prefix:name}}` each sort of text may hold (agents are refused at publish for another one)."""

from __future__ import annotations

# What a prefix points to.
PREFIXES = {
    "fn": "function",
    "ft": "flow_function",
    "entity": "entity",
    "attr": "variant_attribute",
    "twilio_sms": "sms_template",
    "ho": "handoff",
    "vrbl": "variable",
    "tn": "translation",
}

INSTRUCTIONS = ("fn", "attr", "twilio_sms", "ho", "vrbl", "tn")
PERSONA = ("attr", "vrbl")
ADVANCED_STEP = ("fn", "ft", "entity", "attr", "twilio_sms", "ho", "vrbl")
# A step without code. The last two are let through and then sent nowhere, so they are doubted.
DEFAULT_STEP = ("entity", "attr", "vrbl", "twilio_sms", "ho")
DEFAULT_STEP_DOUBTED = ("twilio_sms", "ho")
SPOKEN = ("attr", "vrbl", "tn")
MESSAGE = ("vrbl", "tn")
NONE: tuple[str, ...] = ()
