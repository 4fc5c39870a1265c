"""Static files as they are served: of the editor's package the one bundle that pages load, not 55 MB of other
languages; and the style sheets, one file a component here, as one file there. Sixty requests more are six seconds on a
telephone at night.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

EDITOR = "cm6/cm6-python.min.js"
SHEET = "css/app.css"
IMPORT = re.compile(r'^@import url\("(?P<path>[^"]+)"\)(?: layer\((?P<layer>\w+)\))?;$', re.MULTILINE)


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


class OneSheet(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names and compressed copies, and what `app.css` imports written into it."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if SHEET in paths and not dry_run:
            text = IMPORT.sub(lambda found: _layered(found, paths), _read(paths, SHEET))
            self.delete(SHEET)
            self.save(SHEET, ContentFile(text.encode()))
            paths = {**paths, SHEET: (self, SHEET)}
        yield from super().post_process(paths, dry_run, **options)


def _layered(found: re.Match[str], paths: Mapping[str, tuple[Storage, str]]) -> str:
    text = _read(paths, f"css/{found['path']}")
    return f"@layer {found['layer']} {{\n{text}}}" if found["layer"] else text


def _read(paths: Mapping[str, tuple[Storage, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return bytes(file.read()).decode()
