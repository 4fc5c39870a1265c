"""Just enough of a conversation to run the functions of the story's agents as a caller would make them run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest

from deployments.story.editions import editions

GENERATED = """
Conversation = Flow = object

def _kept(*args, **kwargs):
    return lambda function: function

func_description = func_parameter = func_latency_control = _kept
"""


class Unset:
    """Holds what was set; anything else reads as None, as state does."""

    def __getattr__(self, name: str) -> Any:
        return None


class Conversation:
    def __init__(self, **state: object) -> None:
        self.state = Unset()
        self.real_time_config: dict[str, object] = {}
        self.variant = None
        self.metrics: dict[str, object] = {}
        for name, value in state.items():
            setattr(self.state, name, value)

    def write_metric(self, name: str, value: object = None, **options: object) -> None:
        self.metrics[name] = value

    def exit_flow(self) -> None:
        self.left_flow = True


class Flow:
    step: str | None = None

    def goto_step(self, name: str, label: str = "") -> None:
        self.step = name


class Functions:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(name)

    def call(self, name: str, *arguments: object) -> Any:
        """`functions.money` or `flows.booking.functions.save_height`: the function named like its file."""
        return getattr(self.module(name), name.rpartition(".")[2])(*arguments)


class Opening(Protocol):
    def __call__(self, agent: str, edition: str) -> Functions: ...


@pytest.fixture
def functions_at(tmp_path: Path) -> Iterator[Opening]:
    with ExitStack() as stack:

        def opened(agent: str, edition: str) -> Functions:
            files = next(told.files for told in editions(agent) if told.name == edition)
            return stack.enter_context(functions_of(files, tmp_path))

        yield opened


@pytest.fixture
def conversation() -> type[Conversation]:
    return Conversation


@pytest.fixture
def flow() -> Flow:
    return Flow()


@contextmanager
def functions_of(files: Mapping[str, bytes], folder: Path) -> Iterator[Functions]:
    """The Python of a version, importable while the block runs."""
    (folder / "_gen.py").write_text(GENERATED, encoding="utf-8")
    for path, content in files.items():
        if path.endswith(".py"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    sys.path.insert(0, str(folder))
    _forget()
    try:
        yield Functions(folder)
    finally:
        sys.path.remove(str(folder))
        _forget()


def _forget() -> None:
    importlib.invalidate_caches()
    for name in list(sys.modules):
        if name == "_gen" or name.split(".")[0] in {"functions", "flows"}:
            del sys.modules[name]
