"""Tides."""

import math
from imports import *  # <AUTO GENERATED>


@func_description(
    "The tides "
    "of today."
)  # Rounded.
@cached

def tides(conv: Conversation):
    return math.pi
