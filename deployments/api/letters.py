"""JSON with its letters as they are, for whoever reads an answer in a terminal or in the log of a job."""

from __future__ import annotations

from typing import Any

from ninja.renderers import JSONRenderer
from ninja.responses import NinjaJSONEncoder


class AsTheyAre(NinjaJSONEncoder):
    """Half a character, which no encoding can write, stays as JSON writes it."""

    def encode(self, o: Any) -> str:
        self.ensure_ascii = False
        return super().encode(o).encode(errors="backslashreplace").decode()


class Rendered(JSONRenderer):
    encoder_class = AsTheyAre
