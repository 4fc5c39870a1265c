"""Counting what is all new says what comparing it with nothing says."""

from __future__ import annotations

import pytest

from deployments.comparison import Census, compare
from deployments.resources import read_file
from deployments.resources.reading import read_whole
from tests.resources.examples_of_agents import folder
from tests.vocabulary import FIND_CABIN

BY_HAND = {
    "flows/lost/steps/ask.yaml": b"name: Ask\nstep_type: advanced_step\nprompt: Where?\n",
    "flows/found/flow_config.yaml": b"name: Found\nstart_step: Ask\n",
    "flows/found/steps/ask.yaml": b"name: Ask\nstep_type: advanced_step\nprompt: Where?\n",
    "flows/found/notes.txt": b"Ours.\n",
    "flows/broken/flow_config.yaml": b"name: [\n",
    "config/handoffs.yaml": b"handoffs: []\n",
    "functions/many.py": FIND_CABIN.replace(
        b"    return", b"".join(b"    conv.state.number_%d = 1\n" % each for each in range(9)) + b"    return"
    ),
}


@pytest.mark.parametrize("files", [folder("agent"), BY_HAND, {}], ids=["example", "by hand", "nothing"])
def test_what_is_all_new_is_counted_as_a_comparison_with_nothing_counts_it(files: dict[str, bytes]) -> None:
    found = compare({}, {path: path for path in files}, lambda asked: {path: files[path] for path in asked})

    census = Census.of(read_whole(path, content) for path, content in files.items())
    assert census.counts == found.counts
    assert census.bare == len(found.formatting)
    assert found.formatting == tuple(path for path in sorted(files) if not read_file(path, files[path]))


@pytest.mark.parametrize("path", BY_HAND)
def test_what_is_counted_on_from_other_files_is_counted_as_from_the_first(path: str) -> None:
    read = {each: read_whole(each, content) for each, content in (folder("agent") | BY_HAND).items()}
    less = {each: held for each, held in read.items() if each != path}

    without = Census.of(read.values()).again([read[path]], [])
    with_it = Census.of(less.values()).again([], [read[path]])

    assert (without.counts, without.bare) == (Census.of(less.values()).counts, Census.of(less.values()).bare)
    assert (with_it.counts, with_it.bare) == (Census.of(read.values()).counts, Census.of(read.values()).bare)
