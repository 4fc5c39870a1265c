"""Counting what is all new says what comparing it with nothing says."""

from __future__ import annotations

import pytest

from deployments.comparison import compare, count_new
from deployments.resources import read_all, read_file
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

    assert count_new(read_all(files)) == found.counts
    assert found.formatting == tuple(path for path in sorted(files) if not read_file(path, files[path]))
