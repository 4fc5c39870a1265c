"""How verbs of the test suite refuse."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.pipeline import Refused


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as raised:
        act(*args, **kwargs)
    return raised.value.code
