"""What is wrong with some content, and what differs between two: asked of the pure packages, remembered a while.

Content is named by its digest, so what was found out about it stays true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeAlias

from deployments.comparison import Comparison, compare
from deployments.giving_way import take_time
from deployments.keeping import Kept, differing_in
from deployments.models import Agent, Tree, Version, content
from deployments.pipeline.touching import uses_between
from deployments.resources.checking import MOST_OF_A_SEVERITY, Finding, check_files, mentions_of, title_of
from deployments.resources.references import Mention
from deployments.runtime.sandbox.noting import notes_in

Findings: TypeAlias = tuple[Finding, ...]
# Files that are looked at within seconds, whatever is in them.
_FEW = 500
_findings: Kept[Findings] = Kept(most=128, weight=128)
_comparisons: Kept[Comparison] = Kept(most=32, weight=32)


def findings_in(
    agent: Agent, digest: str, files: Mapping[str, str], contents: Mapping[str, bytes] | None = None
) -> Findings:
    """Everything the checks find in the content of this digest, given as {path: id of the blob}.

    Files that were looked at of late are not read again, whatever changed beside them. `contents`: their bytes by path,
    for who has them at hand.
    """

    held = {blob: contents[path] for path, blob in files.items()} if contents is not None else {}

    def load(blobs: Collection[str]) -> Mapping[str, bytes]:
        # Whoever asks next finds what was fetched for the one before.
        if missing := set(blobs) - held.keys():
            held.update(content.load(agent, missing))
        return held

    return _findings.get(digest, lambda: _all_findings(agent.pk, files, load), lambda _: 1)


def mentions_in(agent: Agent, files: Mapping[str, str], path: str) -> list[Mention]:
    """Everything that names the resource at this address; files that were looked at of late are not read again."""
    return mentions_of(path, files, partial(content.load, agent), near=agent.pk)


def _all_findings(
    agent: int, files: Mapping[str, str], load: Callable[[Collection[str]], Mapping[str, bytes]]
) -> Findings:
    """What is wrong, then what runs otherwise in the sandbox, then what is only untidy."""
    if len(files) > _FEW:
        take_time()
    checked = check_files(files, load, near=agent)
    otherwise = [
        Finding(note.path, "", note.line, "sandbox", "warning", f"{title_of(note.path)}: {note.message}")
        for note in notes_in(files, load, agent)[:MOST_OF_A_SEVERITY]
    ]
    return (
        *(one for one in checked if one.severity != "note"),
        *otherwise,
        *(one for one in checked if one.severity == "note"),
    )


def summary_between(
    agent: Agent,
    left: Mapping[str, str],
    right: Mapping[str, str],
    versions: tuple[Version | None, Version | None] = (None, None),
    differing: Collection[str] | None = None,
) -> Comparison:
    """What changes from one side to the other, each given as {path: id of the blob}.

    `versions`: the version a side is, where it is one. What is known of it spares reading files that did not change.
    `differing`: the paths whose blobs are not the same, for who knows them.
    """
    if differing is None:
        differing = differing_in(left, right)
    # One version and what differs from it say what the other side holds.
    known = next((version.pk for version in versions if version), None)
    sides = () if known else (tuple(left.items()), tuple(right.items()))
    key = (agent.pk, known, sides, tuple((path, left.get(path), right.get(path)) for path in sorted(differing)))
    uses = partial(uses_between, *versions)
    # Nothing is published whose code does not compile.
    compiling = versions[0] is not None, versions[1] is not None
    return _comparisons.get(
        key, lambda: compare(left, right, partial(content.load, agent), uses, differing, compiling), lambda _: 1
    )


def summary_of(tree: Tree) -> Comparison:
    """What a draft changes of the version it began from."""
    return summary_between(tree.agent, tree.base_files, tree.files, (tree.base, None), tree.differing)
