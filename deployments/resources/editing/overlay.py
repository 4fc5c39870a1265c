"""The files of an agent with changes laid over them, so that one edit can build on another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class Overlay(Mapping[str, bytes]):
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._changes: dict[str, bytes | None] = {}

    def lay(self, changes: Mapping[str, bytes | None]) -> None:
        self._changes.update(changes)

    def rename(self, old: str, new: str) -> None:
        if old != new:
            content = self[old]
            self._changes[old] = None
            self._changes[new] = content

    def result(self) -> dict[str, bytes | None]:
        """What differs from the files below."""
        return {
            path: content
            for path, content in self._changes.items()
            if (path in self._files if content is None else self._files.get(path) != content)
        }

    def __getitem__(self, path: str) -> bytes:
        if path in self._changes:
            content = self._changes[path]
            if content is None:
                raise KeyError(path)
            return content
        return self._files[path]

    def __contains__(self, path: object) -> bool:
        return self._changes[path] is not None if path in self._changes else path in self._files

    def __iter__(self) -> Iterator[str]:
        yield from (path for path in self._files if self._changes.get(path, b"") is not None)
        yield from (path for path, content in self._changes.items() if content is not None and path not in self._files)

    def __len__(self) -> int:
        return sum(1 for _ in self)
