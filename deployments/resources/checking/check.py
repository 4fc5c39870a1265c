"""Every check over a whole agent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from functools import partial

from deployments.resources.checking.changing import Change
from deployments.resources.checking.facts import Facts, Trees, facts_of_files, of_agent
from deployments.resources.checking.finding import Finding
from deployments.resources.checking.near import nearby
from deployments.resources.checking.parts import Parts
from deployments.resources.references import Mention
from deployments.resources.resource import Resource


def check(resources: Sequence[Resource]) -> list[Finding]:
    """Everything to say about an agent, errors first, then in the order of the resources."""
    trees: Trees = {}
    return Parts([Facts(resource, trees) for resource in resources], trees).findings(trees)


def check_files(
    files: Mapping[str, str],
    load: Callable[[Collection[str]], Mapping[str, bytes]],
    *,
    near: Hashable = None,
) -> list[Finding]:
    """The same about the agent of these files, {path: key of the content}; a key never stands for another content.

    `load` gives the bytes of keys. It is asked for those alone that were not looked at of late. `near`: a name for the
    agent; where little changed since it was last checked under that name, only that little is checked.
    """
    trees: Trees = {}
    read = partial(facts_of_files, load=load, trees=trees)
    if near is not None and (found := nearby.again(near, files, read, trees)) is not None:
        return found
    read_files = read(files)
    parts = Parts(of_agent(read_files, trees), trees)
    if near is not None:
        nearby.keep(near, files, read_files, parts)
    return parts.findings(trees)


def mentions_of(
    path: str,
    files: Mapping[str, str],
    load: Callable[[Collection[str]], Mapping[str, bytes]],
    *,
    near: Hashable,
) -> list[Mention]:
    """Everything that names the resource at this address, given and asked for as `check_files` is."""
    trees: Trees = {}
    read = partial(facts_of_files, load=load, trees=trees)
    directory = nearby.directory(near, files, read, trees)
    if directory is None:
        parts = Parts(of_agent(read_files := read(files), trees), trees)
        nearby.keep(near, files, read_files, parts)
        directory = parts.amended(Change())
    return list(directory.mentions_of(path))
