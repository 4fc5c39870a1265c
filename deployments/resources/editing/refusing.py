"""How an edit says no."""

from __future__ import annotations


class EditRefused(ValueError):
    """Nothing was changed. The text is one sentence or two that say why and what to do."""
