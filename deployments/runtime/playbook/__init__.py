"""A version as a conversation needs it: read once, shared by all its conversations, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

from pydantic import JsonValue

from deployments.resources.decoding import decoded
from deployments.resources.kinds import KINDS, kinds_for
from deployments.resources.reading import read_file
from deployments.resources.resource import Resource
from deployments.resources.yaml_reading import NotRead
from deployments.runtime.playbook import lists
from deployments.runtime.playbook.fields import text
from deployments.runtime.playbook.flows import flows_of
from deployments.runtime.playbook.functions import function_in
from deployments.runtime.playbook.parts import (
    Entity,
    Flow,
    Function,
    Integration,
    Known,
    Line,
    Template,
    TopicText,
    folder_of,
)
from deployments.runtime.playbook.role import role_of
from deployments.runtime.retrieval import Index, Topic
from deployments.runtime.sandbox.program import Program
from deployments.runtime.turns import Channel
from deployments.runtime.wording import Lexicon

LANGUAGE = "en-US"
_START, _END = "functions/start_function.py", "functions/end_function.py"


@dataclass(frozen=True, kw_only=True, eq=False)
class Playbook:
    """Texts are as written in the files: what they refer to is resolved when they are used."""

    language: str
    languages: Sequence[str]
    greetings: Mapping[Channel, Line]
    # Only when it is switched on.
    disclaimer: Line | None
    role: str
    styles: Mapping[Channel, str]
    rules: str
    guardrails: Sequence[str]
    topics: Sequence[TopicText]
    flows: Sequence[Flow]
    # By name; start and end function are not among them.
    functions: Mapping[str, Function]
    start: Function | None
    end: Function | None
    entities: Mapping[str, Entity]
    variants: Mapping[str, Mapping[str, JsonValue]]
    variant: str | None
    handoffs: Mapping[str, Known]
    templates: Mapping[str, Template]
    translations: Mapping[str, Mapping[str, str]]
    integrations: Mapping[str, Integration]
    corrections: Sequence[Resource]
    filters: Sequence[Resource]
    pronunciations: Sequence[Resource]
    lexicon: Lexicon
    program: Program
    _lock: Lock = field(default_factory=Lock, repr=False)
    _faults: dict[str, str] = field(default_factory=dict, repr=False)
    _indexes: dict[tuple[str, str | None], Index] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Playbook:
        """The playbook of a version's files, {path: content}. A file that cannot be read is as if it were absent."""
        resources, code = _read(files)
        by_kind: dict[str, list[Resource]] = {key: [] for key in KINDS}
        for resource in resources:
            by_kind[resource.kind].append(resource)
        program = Program(code)
        functions = {module.path: function_in(module) for module in program.modules if _is_function(module.path)}
        plain = {one.name: one for path, one in functions.items() if path.startswith("functions/")}
        start, end = functions.get(_START), functions.get(_END)
        plain = {name: one for name, one in plain.items() if one is not start and one is not end}
        translations = lists.translations(by_kind["translation"])
        lexicon = Lexicon(
            functions=frozenset(plain),
            handoffs=frozenset(one.name for one in by_kind["handoff"]),
            templates=frozenset(one.name for one in by_kind["sms_template"]),
            entities=frozenset(one.name for one in by_kind["entity"]),
            attributes=frozenset(one.name for one in by_kind["variant_attribute"]),
            translations=translations,
        )
        greetings = _greetings(by_kind)
        language = _language(by_kind, greetings)
        return cls(
            language=language,
            languages=(language, *(text(one, "code") for one in by_kind["language_extra"])),
            greetings=greetings,
            disclaimer=_disclaimer(by_kind),
            role=role_of(by_kind),
            styles={
                "voice": _only(by_kind["voice_style"], "prompt"),
                "webchat": _only(by_kind["chat_style"], "prompt"),
            },
            rules=_only(by_kind["rules"], "text").strip(),
            guardrails=_guardrails(by_kind["custom_guardrail"]),
            topics=_topics(by_kind),
            flows=flows_of(resources, functions, lexicon),
            functions=plain,
            start=start,
            end=end,
            entities=lists.entities(by_kind["entity"]),
            variants=lists.variants(by_kind["variant"], by_kind["variant_attribute"]),
            variant=_default_variant(by_kind["variant"]),
            handoffs=lists.handoffs(by_kind["handoff"]),
            templates=lists.templates(by_kind["sms_template"]),
            translations=translations,
            integrations=lists.integrations(by_kind["api_integration"]),
            corrections=tuple(by_kind["transcript_correction"]),
            filters=tuple(by_kind["phrase_filter"]),
            pronunciations=tuple(by_kind["pronunciation"]),
            lexicon=lexicon,
            program=program,
        )

    def flow(self, name: str | None) -> Flow | None:
        return self._flows.get(name) if name is not None else None

    def flow_like(self, name: str) -> tuple[Flow | None, bool]:
        """The flow of that name, and whether the name is exact: else its cleaned form was compared."""
        exact = self.flow(name)
        if exact is not None:
            return exact, True
        wanted = folder_of(name)
        return next((flow for flow in self.flows if folder_of(flow.name) == wanted), None), False

    @cached_property
    def _flows(self) -> Mapping[str, Flow]:
        return {flow.name: flow for flow in self.flows}

    @cached_property
    def default_handoff(self) -> Known | None:
        return next((one for one in self.handoffs.values() if one.is_default), None)

    @cached_property
    def by_path(self) -> Mapping[str, TopicText]:
        return {topic.path: topic for topic in self.topics}

    @cached_property
    def _with_topics(self) -> frozenset[str]:
        return frozenset(topic.variant for topic in self.topics if topic.variant is not None)

    def index(self, language: str, variant: str | None) -> Index:
        """The topics that count for a variant: its own replace the general ones of their name."""
        key = (language.split("-")[0].lower(), variant if variant in self._with_topics else None)
        with self._lock:
            if key not in self._indexes:
                own = {topic.name for topic in self.topics if topic.variant == key[1] is not None}
                counted = [
                    topic
                    for topic in self.topics
                    if (topic.variant is None and topic.name not in own) or topic.variant == key[1]
                ]
                self._indexes[key] = Index(
                    [Topic(one.path, one.name, one.content, one.questions) for one in counted], key[0]
                )
            return self._indexes[key]

    def fault(self, function: Function) -> str:
        """Why a function cannot be offered: its file does not load."""
        if function.path not in self._faults:
            missing = self.program.missing(function.path) if not function.fault else ()
            why = f"It imports {', '.join(missing)}, which this version does not have." if missing else ""
            self._faults[function.path] = function.fault or why
        return self._faults[function.path]


def _read(files: Mapping[str, bytes]) -> tuple[list[Resource], dict[str, str]]:
    """The resources that no Python file makes, and the text of the Python files."""
    resources: list[Resource] = []
    code: dict[str, str] = {}
    for path in sorted(files):
        kinds = kinds_for(path)
        if path.endswith(".py"):
            try:
                code[path] = decoded(files[path])
            except NotRead:
                continue
        elif kinds and kinds[0].key not in ("document", "test_case"):
            resources += [one for one in read_file(path, files[path]) if one.kind in KINDS and one.problem is None]
    return resources, code


def _is_function(path: str) -> bool:
    kinds = kinds_for(path)
    return bool(kinds) and kinds[0].form == "python"


def _greetings(by_kind: Mapping[str, Sequence[Resource]]) -> dict[Channel, Line]:
    """Without a greeting of its own, a chat says the one of the voice."""
    found: dict[Channel, Line] = {}
    kinds: tuple[tuple[Channel, tuple[str, str]], ...] = (
        ("voice", ("voice_greeting", "voice_greeting")),
        ("webchat", ("chat_greeting", "voice_greeting")),
    )
    for channel, keys in kinds:
        for key in reversed(keys):
            for one in by_kind[key]:
                if words := text(one, "welcome_message"):
                    found[channel] = Line(text=words, path=one.path, language=text(one, "language_code"))
    return found


def _disclaimer(by_kind: Mapping[str, Sequence[Resource]]) -> Line | None:
    for one in by_kind["voice_disclaimer"]:
        if one.fields.get("enabled") is True and text(one, "message"):
            return Line(text=text(one, "message"), path=one.path, language=text(one, "language_code"))
    return None


def _language(by_kind: Mapping[str, Sequence[Resource]], greetings: Mapping[Channel, Line]) -> str:
    said = (greetings[channel].language for channel in greetings)
    return _only(by_kind["language_default"], "code") or next((code for code in said if code), LANGUAGE)


def _only(found: Sequence[Resource], name: str) -> str:
    return text(found[0], name) if found else ""


def _guardrails(found: Sequence[Resource]) -> tuple[str, ...]:
    return tuple(
        f"{text(one, 'prompt').strip()} {text(one, 'action').strip()}".strip()
        for one in found
        if one.fields.get("enabled") is True
    )


def _topics(by_kind: Mapping[str, Sequence[Resource]]) -> tuple[TopicText, ...]:
    folders = {folder_of(variant.name): variant.name for variant in by_kind["variant"]}
    return tuple(
        TopicText(
            path=one.path,
            name=one.name,
            content=text(one, "content").strip(),
            actions=text(one, "actions").strip(),
            questions=_questions(one),
            variant=folders[one.path.split("/")[1]] if one.kind == "child_topic" else None,
        )
        for one in (*by_kind["topic"], *by_kind["child_topic"])
        if one.fields.get("enabled") is not False and (one.kind == "topic" or one.path.split("/")[1] in folders)
    )


def _questions(topic: Resource) -> tuple[str, ...]:
    value = topic.fields.get("example_queries")
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _default_variant(found: Sequence[Resource]) -> str | None:
    named = [one.name for one in found if one.fields.get("is_default") is True]
    return next(iter([*named, *(one.name for one in found)]), None)
