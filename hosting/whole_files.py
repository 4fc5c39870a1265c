"""A file written beside its place first: whoever looks there finds all of it or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from hosting.problem import HostingError


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file, in its place once the block has ended well. Until somebody opens it to others it is its owner's."""
    if path.exists() or path.is_symlink():
        raise HostingError(f"{path} is there already. Name another file, or take it away first.")
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as beside:
            try:
                yield beside
                beside.flush()
                os.fsync(beside.fileno())
                os.replace(beside.name, path)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(beside.name)
                raise
    except OSError as error:
        raise HostingError(f"{path} could not be written ({error.strerror or error}).") from error
