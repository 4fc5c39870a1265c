"""What people write beside a conversation: a note, tags, and what was wrong in a turn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from deployments.models import Conversation, Role, Turn
from deployments.pipeline.actor import Actor
from deployments.pipeline.refusal import (
    Refusal,
    Refused,
    fits_a_line,
    one_line,
    refusal_in_agent,
    refusal_of_text,
    unless,
)

ANNOTATIONS: Final = {
    "missing_topic": "Missing topic",
    "wrong_transcript": "Wrong transcript",
    "wrong_info": "Wrong info",
}
SIDES: Final = ("user", "agent")
MOST_TAGS: Final = 20
LONGEST_TAG: Final = 50


def refusal_to_note(conversation: Conversation, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(conversation.agent, Role.EDITOR, "write beside a conversation", by=by)


def note_conversation(conversation: Conversation, note: str, *, by: Actor) -> None:
    """Replace its note; empty takes it away."""
    unless(refusal_to_note(conversation, by=by))
    unless(refusal_of_text(note, "note"))
    conversation.note = note.strip()
    conversation.save(update_fields=["note"])


def tag_conversation(conversation: Conversation, tags: Iterable[str], *, by: Actor) -> None:
    """Replace its tags. One that differs from another by its case alone is the same tag."""
    unless(refusal_to_note(conversation, by=by))
    named = {tag.casefold(): tag for tag in map(one_line, reversed(list(tags))) if tag}
    wanted = list(named.values())[::-1]
    for tag in wanted:
        if not fits_a_line(tag, LONGEST_TAG):
            sentence = f"“{tag[:20]}…” cannot be a tag. Use up to {LONGEST_TAG} printable characters."
            raise Refused(Refusal("tag_unusable", sentence))
    if len(wanted) > MOST_TAGS:
        raise Refused(Refusal("too_many_tags", f"A conversation has at most {MOST_TAGS} tags."))
    conversation.tags = wanted
    conversation.save(update_fields=["tags"])


def annotate_turns(
    conversation: Conversation, marks: Iterable[tuple[int, str, str]], *, by: Actor, replace: bool = False
) -> None:
    """Mark turns: each mark is the turn's number, whose words (`user` or `agent`), and what is wrong with them.

    With `replace`, what the named turns were marked with before goes. All or nothing.
    """
    unless(refusal_to_note(conversation, by=by))
    marks = list(marks)
    with transaction.atomic():
        rows = {row.number: row for row in conversation.turns.select_for_update().filter(number__in=_numbers(marks))}
        for number, side, kind in marks:
            if number not in rows or side not in SIDES:
                raise Refused(Refusal("turn_unknown", f"This conversation has no turn {number} of “{side}”."))
            if kind and kind not in ANNOTATIONS:
                raise Refused(Refusal("annotation_unknown", f"A turn is marked as one of {', '.join(ANNOTATIONS)}."))
        if replace:
            for row in rows.values():
                row.annotations = {}
        for number, side, kind in marks:
            known = rows[number].annotations.setdefault(side, [])
            if kind and kind not in known:
                known.append(kind)
        for row in rows.values():
            row.annotations = {side: kinds for side, kinds in row.annotations.items() if kinds}
        Turn.objects.bulk_update(rows.values(), ["annotations"])


def _numbers(marks: Iterable[tuple[int, str, str]]) -> set[int]:
    return {number for number, _, _ in marks if 0 <= number < 2**31}
