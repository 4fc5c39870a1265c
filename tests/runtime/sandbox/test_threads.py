"""Several threads write files for the sandbox at once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from deployments.runtime.sandbox.lent import lent
from deployments.runtime.sandbox.modules import Modules, module_of
from deployments.runtime.sandbox.rewriting import rewritten
from tests.runtime.sandbox.calling import GIVEN

PATH = "functions/quote.py"
FIELDS = "".join(f"    field_{number}: dict[str, list[tuple[int, int]]] = None\n" for number in range(40))
CODE = f"""from dataclasses import dataclass

@dataclass
class Fare:
{FIELDS}

@dataclass
class Reduced(Fare):
    share: int = 2


def quote(conv):
    return Reduced()
"""
LIST = str([[number, (number, number)] for number in range(400)])


@pytest.fixture
def threads_that_take_turns_within_a_tree() -> Iterator[None]:
    """What is collected meanwhile runs Python, and there another thread may go on."""
    usual, often = sys.getswitchinterval(), gc.get_threshold()

    def idle(phase: str, about: dict[str, int]) -> None:
        for _ in range(3):
            pass

    gc.callbacks.append(idle)
    gc.set_threshold(20)
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)
    gc.set_threshold(*often)
    gc.callbacks.remove(idle)


@pytest.mark.usefixtures("threads_that_take_turns_within_a_tree")
def test_no_thread_disturbs_the_tree_of_another() -> None:
    literal = lent(GIVEN.now)["_host_literal"]

    def write(number: int) -> str:
        literal(LIST)
        return rewritten(module_of(PATH, CODE), Modules({PATH: CODE}), frozenset()).source

    with ThreadPoolExecutor(6) as pool:
        written = set(pool.map(write, range(36)))

    assert len(written) == 1
