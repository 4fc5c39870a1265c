"""Who the agent is, as the first lines of a prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployments.resources.resource import Resource
from deployments.runtime.playbook.fields import section, text


def role_of(by_kind: Mapping[str, Sequence[Resource]]) -> str:
    """The persona; without one, the older pair of personality and role."""
    for persona in by_kind["persona"]:
        if words := text(persona, "text").strip():
            return words
    adjectives = ""
    for personality in by_kind["personality"]:
        ticked = [
            word.lower()
            for word, is_ticked in section(personality.fields.get("adjectives")).items()
            if is_ticked is True and word != "Other"
        ]
        adjectives = text(personality, "custom").strip() or ", ".join(ticked)
    for role in by_kind["role"]:
        name = text(role, "custom").strip() if text(role, "value") == "Other" else text(role, "value").strip()
        first = " ".join(part for part in ("You are a", adjectives, name) if part)
        more = text(role, "additional_info").strip()
        return "\n\n".join(part for part in (f"{first}." if adjectives or name else "", more) if part)
    return f"You are {adjectives}." if adjectives else ""
