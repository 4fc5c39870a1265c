"""What was heard before anybody reads it, and what is said before anybody hears it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deployments.resources.resource import Resource
from deployments.runtime.patterns import Patterns
from deployments.runtime.playbook.fields import as_text, rows, texts


@dataclass(frozen=True)
class Filtered:
    """What is left of a reply after the phrase filter that caught it, and the function that runs then."""

    text: str
    by: str
    function: str | None


def corrected(heard: str, corrections: Iterable[Resource], patterns: Patterns) -> str:
    """What a caller said, as the agent reads it: the rules of all transcript corrections in order.

    Case does not count: a recogniser writes it as it likes.
    """
    for correction in corrections:
        for rule in rows(correction.fields.get("regular_expressions")):
            pattern, replacement = as_text(rule.get("regular_expression")), as_text(rule.get("replacement"))
            if not pattern:
                continue
            if rule.get("replacement_type") == "full":
                heard = replacement if patterns.search(pattern, heard) else heard
            else:
                changed = patterns.substituted(pattern, replacement, heard)
                heard = heard if changed is None else changed
    return heard


def filtered(reply: str, filters: Iterable[Resource], language: str, patterns: Patterns) -> Filtered | None:
    """The reply cut by the first filter of this language that matches, in the order of the file, if any does."""
    for phrase in filters:
        if not _of_language(phrase, language):
            continue
        for pattern in texts(phrase.fields.get("regular_expressions")):
            match = patterns.search(pattern, reply)
            if match is not None:
                kept = reply[: match.end() if phrase.fields.get("say_phrase") else match.start()]
                return Filtered(kept.strip(), phrase.name, as_text(phrase.fields.get("function")) or None)
    return None


def pronounced(text: str, pronunciations: Iterable[Resource], language: str, patterns: Patterns) -> str:
    """The text as it would be spoken: each rule on the result of the one before."""
    for rule in pronunciations:
        pattern = as_text(rule.fields.get("regex"))
        if pattern and _of_language(rule, language):
            ignoring_case = not rule.fields.get("case_sensitive")
            replacement = as_text(rule.fields.get("replacement"))
            changed = patterns.substituted(pattern, replacement, text, ignoring_case=ignoring_case)
            text = text if changed is None else changed
    return text


def _of_language(resource: Resource, language: str) -> bool:
    wanted = as_text(resource.fields.get("language_code")).lower()
    return not wanted or language.lower() == wanted or language.lower().startswith(f"{wanted}-")
