"""Uploads go to disk while they are read, and stop at a bound."""

from __future__ import annotations

from contextlib import suppress
from typing import IO, Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from deployments.resources.archive.limits import IMPORT_BYTES


class BoundedUpload(TemporaryFileUploadHandler):
    """Stops reading at the bound, whatever the request says of its own length, and leaves the word on the request.

    What was typed in fields before the file is kept, so a form puts its file last.
    """

    def handle_raw_input(
        self, input_data: IO[bytes], meta: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self.read = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.read += len(raw_data)
        if self.read > IMPORT_BYTES:
            if self.request is not None:
                self.request.upload_too_large = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=False)
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError:
            with suppress(OSError):
                self.file.close()  # where there was no room for it, what it took is given back at once
            raise
