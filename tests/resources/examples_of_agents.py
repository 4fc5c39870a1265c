"""The folders below `examples/`, and short words for reading them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deployments.resources import Resource, read_all, read_file

EXAMPLES = Path(__file__).parent / "examples"


def folder(name: str) -> dict[str, bytes]:
    root = EXAMPLES / name
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.*") if file.is_file()}


def read(path: str, text: str) -> tuple[Resource, ...]:
    return read_file(path, text.encode())


def found(files: Mapping[str, bytes]) -> dict[str, Resource]:
    return {resource.path: resource for resource in read_all(files)}
