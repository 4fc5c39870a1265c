"""Topics, of the whole agent and of one variant."""

from __future__ import annotations

from dataclasses import replace

from deployments.resources.kinds.kind import Field, Kind
from deployments.resources.kinds.prefixes import INSTRUCTIONS

_NAME = Field("name", "Name", required=True)
_ENABLED = Field("enabled", "Active", "flag", default=True)
_TAGS = Field("tags", "Tags", "list", unique=True, fewest=1)
_TEXTS = (
    Field("actions", "Actions", "prose", references=INSTRUCTIONS),
    # References here are accepted, though nothing promises that they are followed.
    Field("content", "Content", "prose", references=INSTRUCTIONS, doubted_references=INSTRUCTIONS),
    Field("example_queries", "Sample questions", "list", limit=20),
)

_TOPIC = Kind(
    key="topic",
    label="Topic",
    group="Knowledge",
    form="yaml",
    paths=("topics/**/*.yaml", "topics/**/*.yml"),
    fields=(_NAME, _ENABLED, _TAGS, *_TEXTS),
    file_name_from="name",
    # An older topic has no name of its own; then its path is its name and the file-name rule rests.
    rules=("name_from_path", "unique_topic_name"),
)

KINDS = (
    _TOPIC,
    replace(
        _TOPIC,
        key="child_topic",
        label="Topic (variant)",
        paths=("child_topics/*/*.yaml", "child_topics/*/*.yml"),
        fields=(_NAME, _ENABLED, *_TEXTS),
        rules=("name_from_path", "unique_topic_name", "variant_folder", "no_tags"),
    ),
)
