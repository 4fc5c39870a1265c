"""Regular expressions that an agent holds: whether Python takes them."""

from __future__ import annotations

import re

from deployments.resources.expressions import is_costly
from deployments.resources.python_parsing import quietly

# Compiling a longer one could take seconds.
LONGEST_TRIED = 10_000


def fault_of_pattern(pattern: str) -> str:
    """Why it does not compile; empty where it does, or is too long to be tried."""
    if len(pattern) > LONGEST_TRIED:
        return ""
    try:
        with quietly():
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        return str(error) or "it is nested too deep"
    return "it repeats too much within repeats" if is_costly(pattern) else ""
