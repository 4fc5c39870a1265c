"""Variables have no file: whatever code says `conv.state.<name>` makes one."""

from __future__ import annotations

import re

# The search is textual: comments count, calls of a method do not. It begins with plain letters, which are found far
# quicker than what may not stand before them.
_VARIABLE = re.compile(r"conv(?<![\w.]conv)\.state\.([^\W\d]\w*)(?![\w(])")


def variables_in(text: str) -> frozenset[str]:
    return frozenset(_VARIABLE.findall(text)) if "conv.state." in text else frozenset()
