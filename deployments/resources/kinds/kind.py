"""What a kind of resource is, said once: import, export, checks, comparison, forms and search all read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from deployments.resources.resource import Value

FieldType: TypeAlias = Literal[
    "text",  # one line
    "prose",  # several lines, compared by line and by word
    "code",  # Python, compared by line
    "list",  # of text
    "flag",
    "whole",
    "number",
    "choice",  # text out of `choices`
    "ref",  # text naming a resource of the kinds in `to`
    "table",  # list of small maps: `columns`, matched by `key`
    "map",  # keys people choose, each value as `values` says
    "section",  # a map of the declared `fields`
    "json",  # anything JSON can say
]

Form: TypeAlias = Literal[
    "yaml",  # one resource is the whole file, a map
    "list",  # an item of the list `at` in a shared file
    "section",  # the map under `at` in a shared file
    "scalar",  # the one value under `at` in a shared file
    "scalars",  # an item of the list of texts `at` in a shared file
    "rest",  # the top-level keys of a shared file that no kind claims
    "python",
    "text",
    "json",
    "bytes",
    "derived",  # in no file
]

Severity: TypeAlias = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    name: str
    label: str
    type: FieldType = "text"
    required: bool = False
    # Other spellings of the key, read as `name`.
    also: tuple[str, ...] = ()
    # What absence means. A comparison fills it in, so that absent and default are equal.
    default: Value = None
    # When the key is left out of the file although the field has a value: never, when it equals `default`, when it is
    # empty ("", [], {}), when it is a section whose `is_enabled` is not true.
    omitted: Literal["never", "default", "empty", "disabled"] = "never"
    # Only meaningful while another field has one of these values. The other field is looked for beside this one, then
    # among the fields of the resource.
    when: tuple[str, tuple[str, ...]] | None = None
    # Text: at most so many characters. List, table, map: at most so many entries.
    limit: int | None = None
    limit_severity: Severity = "error"
    fewest: int = 0
    pattern: re.Pattern[str] | None = None
    # What `pattern` asks for, to finish the sentence "must be ...".
    pattern_words: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    # Older words for a choice, read as the newer one.
    spellings: Mapping[str, str] = field(default_factory=dict)
    # A value outside `choices` is an error, or only a warning with this code.
    choice_warning: str = ""
    # Prefixes of `{{prefix:name}}` allowed in this text: empty for none, None when the text is not looked at.
    references: tuple[str, ...] | None = None
    # Of these, the ones that are accepted with a warning.
    doubted_references: tuple[str, ...] = ()
    # Kinds that a structural reference may name. For a map: what its keys name.
    to: tuple[str, ...] = ()
    key: str = ""
    columns: tuple[Field, ...] = ()
    fields: tuple[Field, ...] = ()
    values: Field | None = None
    # Order has a meaning: a new order is a change.
    ordered: bool = False
    # Entries are sorted when written.
    sorted: bool = False
    # No entry twice; in a table, no `key` twice.
    unique: bool = False
    # Keys that are not declared are an error in this section.
    closed: bool = False
    # An older shape of a section: true or false alone.
    or_flag: bool = False
    # Belongs to an older form of the file: read, compared and kept, offered nowhere.
    older: bool = False
    # White space at both ends goes when written.
    trimmed: bool = False
    # An unquoted number or flag is read as the text that stands there.
    bare: bool = False
    # Shown as context, never compared.
    compared: bool = True


@dataclass(frozen=True, eq=False)
class Kind:
    key: str
    label: str
    group: str
    form: Form
    # Where its files are: `*` is one part of a path, `**/` any number of folders.
    paths: tuple[str, ...]
    fields: tuple[Field, ...]
    # The top-level key of a shared file.
    at: str = ""
    # Which field tells items of a list apart, by its cleaned text. Empty: the file or section itself does.
    identity: str = ""
    identity_ignores_case: bool = False
    # Codes are identities as they stand.
    identity_cleaned: bool = True
    # The field whose cleaned text, in lower case, must be the name of the file or, for a flow, of its folder.
    file_name_from: str = ""
    # Shown as part of the item of this kind that has the same folder.
    inside: str = ""
    # The order of the items in the file has a meaning.
    ordered: bool = False
    # At most so many in an agent.
    limit: int | None = None
    limit_severity: Severity = "error"
    # What no single field says; each word is a rule that the checks know.
    rules: tuple[str, ...] = ()
    # For Python: the leading parameters its main function must take.
    parameters: tuple[str, ...] = ()
    closed: bool = False
    any_case: bool = False
    older: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {field.name: field for field in self.fields}

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(expression(path), re.IGNORECASE if self.any_case else 0) for path in self.paths)

    @property
    def in_words(self) -> str:
        """Within a sentence: "topic", but "SMS template"."""
        return self.label if self._is_spelled else self.label[:1].lower() + self.label[1:]

    @property
    def one(self) -> str:
        """With its article, as it sounds: "an entity", "an SMS template", but "a SIP header", which is said as a word.

        For what there can be several of: one says "an entity", but not "a languages".
        """
        sounds = "AEFHILMNORSX" if self._is_spelled and not self.label.startswith("SIP") else "AEIO"
        return f"{'an' if self.label[:1] in sounds else 'a'} {self.in_words}"

    @property
    def one_begins(self) -> str:
        """The same where a sentence begins."""
        return f"A{self.one[1:]}"

    @property
    def _is_spelled(self) -> bool:
        return self.label[:2].isupper()

    @property
    def is_shared(self) -> bool:
        """Whether other resources may stand in the same file."""
        return self.form in ("list", "section", "scalar", "scalars", "rest")


def expression(path: str) -> str:
    """The regular expression of a path with `*` and `**/`."""
    parts = re.split(r"(\*\*/|\*)", path)
    meanings = {"**/": "(?:[^/]+/)*", "*": "[^/]+"}
    return "".join(meanings.get(part, re.escape(part)) for part in parts) + r"\Z"
