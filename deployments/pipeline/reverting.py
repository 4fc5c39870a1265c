"""Taking back: saved changes of a draft, one or all of somebody's, while what others made of it since stays theirs.
And resources of a draft that are again what a version has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from deployments.comparison import Comparison, Item, Part, compare, merge
from deployments.models import Agent, Draft, DraftChange, Person, Version, content
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import DRAFT_MOVED, in_state, running_first
from deployments.pipeline.edits import change_files, refusal_to_edit
from deployments.pipeline.refusal import Refusal, Refused, unless
from deployments.resources.editing import EditRefused, undone

NOTHING_LEFT = Refusal(
    "cannot_revert", "Nothing of this can be taken back: it was changed again since, or is so already."
)


@dataclass(frozen=True)
class Reverting:
    """What taking something back would come to: files now and then, and files left alone with who changed them."""

    now: dict[str, bytes | None] = field(default_factory=dict)
    then: dict[str, bytes | None] = field(default_factory=dict)
    left_alone: dict[str, Person] = field(default_factory=dict)

    @property
    def comparison(self) -> Comparison:
        """From the draft as it is to what it would be, of these files alone."""
        held = {
            content.hash_of(each): each for side in (self.now, self.then) for each in side.values() if each is not None
        }
        return compare(_hashes(self.now), _hashes(self.then), lambda asked: {key: held[key] for key in asked})


def reverting(draft: Draft, chosen: Sequence[DraftChange]) -> Reverting:
    """What these changes of the draft, newest first, come to when they are taken back.

    A file that was changed again since is merged by line; where that overlaps it is left alone.
    """
    agent = draft.agent
    made = [(each, content.files_of(agent, each.before), content.files_of(agent, each.after)) for each in chosen]
    touched = {path for _, had, has in made for path in had.keys() | has.keys()}
    files = {path: blob for path, blob in draft.files.items() if path in touched}
    blobs = {blob for _, had, has in made for blob in (*had.values(), *has.values())} | set(files.values())
    held = content.load(agent, blobs)
    now: dict[str, bytes | None] = {path: held[files[path]] if path in files else None for path in sorted(touched)}
    then = dict(now)
    left: dict[str, DraftChange] = {}
    for each, had, has in made:
        for path in had.keys() | has.keys():
            before, after = (held[side[path]] if path in side else None for side in (had, has))
            back, is_done = _taken_back(then[path], before, after)
            then[path] = back
            if not is_done:
                left[path] = each
    changed = [path for path in now if now[path] != then[path]]
    return Reverting(
        {path: now[path] for path in changed}, {path: then[path] for path in changed}, _since(draft, left, chosen)
    )


def revert_changes(agent: Agent, keys: Sequence[int], *, state: str, by: Actor) -> tuple[Draft | None, Reverting]:
    """Take back these saved changes of exactly the draft that was shown; what others changed since is left alone."""
    with transaction.atomic():
        draft = _shown(agent, state, by)
        found = reverting(draft, list(draft.changes.filter(pk__in=keys)))
        if not found.then:
            raise Refused(NOTHING_LEFT)
        return _put_back(agent, found, DraftChange.Kind.REVERTED, by=by), found


def take(version: Version, chosen: Sequence[Part], *, state: str, by: Actor) -> Draft | None:
    """Give these resources of the draft back what this version has of them. No draft is left: None.

    `chosen`: parts of the comparison from the version to the draft (or to what is there while there is none).
    """
    agent = version.agent
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        found = _back(agent, in_state(agent, state) or running_first(agent), version, chosen)
        return _put_back(agent, found, DraftChange.Kind.TAKEN, by=by)


def reverting_resource(draft: Draft, item: Item) -> Reverting:
    """What it would come to that one changed resource is again what the version has that the draft began from."""
    return _back(draft.agent, draft, draft.base, item.parts)


def revert(agent: Agent, item: Item, *, state: str, by: Actor) -> tuple[Draft | None, Reverting]:
    """Give one changed resource of exactly the draft that was shown back what its version has."""
    with transaction.atomic():
        draft = _shown(agent, state, by)
        found = reverting_resource(draft, item)
        return _put_back(agent, found, DraftChange.Kind.REVERTED, by=by), found


def _shown(agent: Agent, state: str, by: Actor) -> Draft:
    """Exactly the draft that was shown, locked."""
    unless(refusal_to_edit(agent, by=by))
    draft = in_state(agent, state)
    if draft is None:
        raise Refused(DRAFT_MOVED)
    return draft


def _put_back(agent: Agent, found: Reverting, kind: DraftChange.Kind, *, by: Actor) -> Draft | None:
    return change_files(agent, found.then, seen=_hashes(found.now), kind=kind, by=by)


def _back(agent: Agent, present: Draft | Version | None, version: Version | None, parts: Sequence[Part]) -> Reverting:
    now: Mapping[str, bytes] = content.contents(agent, present.manifest) if present else {}
    then: Mapping[str, bytes] = content.contents(agent, version.manifest) if version else {}
    places = [(part.path, part.previous_path, part.file, part.previous_file) for part in parts]
    try:
        changes = undone(now, then, places)
    except EditRefused as refused:
        raise Refused(Refusal("cannot_revert", str(refused))) from refused
    return Reverting({path: now.get(path) for path in changes}, changes)


def _taken_back(now: bytes | None, before: bytes | None, after: bytes | None) -> tuple[bytes | None, bool]:
    """The file without this change, and whether that could be done."""
    if now == after:
        return before, True
    if now == before:
        return now, True
    if now is None or before is None or after is None:
        return now, False
    try:
        texts = after.decode(), before.decode(), now.decode()
    except UnicodeDecodeError:
        return now, False
    merged = merge(*texts)
    return (merged.text.encode(), True) if merged.is_clean else (now, False)


def _since(draft: Draft, left: Mapping[str, DraftChange], chosen: Sequence[DraftChange]) -> dict[str, Person]:
    """Who changed each of these files after the change that is to be taken back."""
    if not left:
        return {}
    kept = {each.pk for each in chosen}
    people: dict[str, Person] = {}
    for later in draft.changes.filter(pk__gt=min(each.pk for each in left.values())).select_related("by"):
        if later.pk not in kept:
            for path in content.files_of(draft.agent, later.before | later.after):
                if path in left and later.pk > left[path].pk:
                    people.setdefault(path, later.by)
    return {path: people.get(path, draft.changed_by) for path in sorted(left)}


def _hashes(files: Mapping[str, bytes | None]) -> dict[str, str]:
    return {path: content.hash_of(held) for path, held in files.items() if held is not None}
