"""Static files of packages: of the editor's package the one bundle that pages load, not 55 MB of other languages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

EDITOR = "cm6/cm6-python.min.js"


class EditorFinder(BaseFinder):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        spec = find_spec("django_codemirror6")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        self.storage = FileSystemStorage(location=f"{spec.submodule_search_locations[0]}/static")

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        place = self.storage.path(path) if path == EDITOR else ""
        return [place] if place and find_all else place or []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        yield EDITOR, self.storage
