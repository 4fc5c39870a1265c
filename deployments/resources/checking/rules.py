"""What no single field says. A kind names its rules by a word; the word is looked up here."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable, Mapping
from datetime import datetime

from deployments.resources.checking.expectations import expectations
from deployments.resources.checking.fields import is_empty
from deployments.resources.checking.finding import Report
from deployments.resources.checking.patterns import fault_of_pattern
from deployments.resources.checking.signatures import compiles, signature
from deployments.resources.names import clean
from deployments.resources.references import plain
from deployments.resources.resource import Resource, Value
from deployments.resources.yaml_reading import NotRead, read_yaml

Rule = Callable[[Report, Resource], None]


def _regex(report: Report, resource: Resource, where: str) -> None:
    for at, pattern in _at(resource.fields, where.split("."), ""):
        if isinstance(pattern, str) and (fault := fault_of_pattern(pattern)):
            message = f'pattern "{pattern[:60]}" may not work ({fault}). Look at it again.'
            report.add(resource, "regex", message, at=at, severity="warning")


def _at(value: Value | Mapping[str, Value], parts: list[str], name: str) -> list[tuple[str, Value]]:
    """The values under a dotted name, of every row on the way."""
    if isinstance(value, list):
        return [found for number, entry in enumerate(value, start=1) for found in _at(entry, parts, f"{name}.{number}")]
    if not parts:
        return [(name.lstrip("."), value)]  # type: ignore[list-item]
    if isinstance(value, Mapping):
        return _at(value.get(parts[0]), parts[1:], f"{name}.{parts[0]}")
    return []


def _no_keyword(report: Report, resource: Resource) -> None:
    if keyword.iskeyword(resource.name):
        message = f'"{resource.name}" is a word of Python and cannot be a name. Choose another.'
        report.add(resource, "name", message, at="name")


def _value_for_every_variant(report: Report, resource: Resource) -> None:
    """A value for a variant that is not there is found as a reference to nothing."""
    values = resource.fields.get("values")
    if "variant" in report.around.unread or not (values is None or isinstance(values, dict)):
        return
    given = {plain(name) for name in values or ()}
    missing = [name for name in report.around.variants if plain(name) not in given]
    if missing:
        more = f" and {len(missing) - 1:,} more" if len(missing) > 1 else ""
        message = f'it has no value for variant "{missing[0]}"{more}. Add one for each, even an empty one.'
        report.add(resource, "missing", message, at="values")


def _values_fit(report: Report, resource: Resource) -> None:
    values, config = resource.fields.get("values"), resource.fields.get("config")
    sort = resource.fields.get("kind") or "string"
    options = config.get("values") if isinstance(config, dict) else None
    known = [str(option) for option in options] if isinstance(options, list) else []
    for variant, value in values.items() if isinstance(values, dict) else ():
        if is_empty(value):
            continue
        at = f"values.{variant}"
        if sort == "enum":
            if known and str(value) not in known:
                message = f'the value for "{variant}" is not among its options. Choose one of them.'
                report.add(resource, "choice", message, at=at)
        elif isinstance(sort, str) and not _fits(sort, value):
            message = f'the value for "{variant}" does not fit the type {sort}. Correct it or change the type.'
            report.add(resource, "type", message, at=at)


def _fits(sort: str, value: Value) -> bool:
    if sort == "number":
        return _is_text_of(float, value) or (isinstance(value, int | float) and not isinstance(value, bool))
    if sort == "boolean":
        return isinstance(value, bool) or (isinstance(value, str) and value.strip().lower() in ("true", "false"))
    if sort == "object":
        return isinstance(value, list | dict) or _is_text_of(json.loads, value)
    return not isinstance(value, list | dict)


def _is_text_of(read: Callable[[str], object], value: Value) -> bool:
    if not isinstance(value, str):
        return False
    try:
        read(value)
    except (ValueError, RecursionError):
        return False
    return True


def _text_for_every_language(report: Report, resource: Resource) -> None:
    default, codes = report.around.language, report.around.languages
    texts = resource.fields.get("translations")
    if default is None or not (texts is None or isinstance(texts, dict)):
        return
    for code in codes:
        if is_empty((texts or {}).get(code)):
            message = f'it has no text in "{code}". Write one, or take the language out.'
            report.add(resource, "missing", message, at=f"translations.{code}")
    for code in texts or ():
        if code not in codes:
            message = f'it has a text in "{code}", which is no language of the agent. Add the language or take it out.'
            report.add(resource, "dangling", message, at=f"translations.{code}")


def _configured_language(report: Report, resource: Resource) -> None:
    default, codes = report.around.language, report.around.languages
    language = resource.fields.get("language")
    if default is not None and isinstance(language, str) and language.strip() and language not in codes:
        message = f'"{language}" is no language of the agent. Add the language or choose another.'
        report.add(resource, "dangling", message, at="language")


def _not_the_default_language(report: Report, resource: Resource) -> None:
    if resource.name in report.around.default_languages:
        message = f'"{resource.name}" is the default language already. Take it out of the additional ones.'
        report.add(resource, "duplicate", message, at="code")


def _readable_time(report: Report, resource: Resource) -> None:
    value = resource.fields.get("simulated_at")
    if isinstance(value, str) and value.strip() and not _is_text_of(datetime.fromisoformat, value):
        message = '"Simulated time" is no time. Write it as 2026-01-31T09:30:00Z.'
        report.add(resource, "type", message, at="simulated_at")


def _mock_repeats(report: Report, resource: Resource) -> None:
    mocks = resource.fields.get("api_mocks")
    for integration, operations in mocks.items() if isinstance(mocks, dict) else ():
        for operation, answers in operations.items() if isinstance(operations, dict) else ():
            for number, answer in enumerate(answers if isinstance(answers, list) else (), start=1):
                repeat = answer.get("repeat") if isinstance(answer, dict) else None
                is_last = isinstance(answers, list) and number == len(answers)
                if repeat == 0 or (repeat == -1 and not is_last):
                    message = (
                        f'answer {number} of "{operation}" is never followed by the next with {repeat} times. '
                        "Choose a positive number; -1 may stand in the last answer alone."
                    )
                    report.add(resource, "limit", message, at=f"api_mocks.{integration}.{operation}.{number}.repeat")


def _variant_folder(report: Report, resource: Resource) -> None:
    folder = resource.path.split("/")[1]
    variants = {plain(clean(name, lower=True)) for name in report.around.variants}
    if "variant" not in report.around.unread and plain(folder) not in variants:
        message = f'no variant belongs to the folder "{folder}". Add the variant or move the file.'
        report.add(resource, "dangling", message)


def _no_tags(report: Report, resource: Resource) -> None:
    if resource.fields.get("tags") is not None:
        message = "a topic of a variant cannot have tags. Take them out."
        report.add(resource, "unknown_key", message, at="tags")


def _base_url(report: Report, resource: Resource) -> None:
    environments = resource.fields.get("environments")
    for name, environment in environments.items() if isinstance(environments, dict) else ():
        if not isinstance(environment, dict) or is_empty(environment.get("auth_type")):
            continue
        if environment["auth_type"] != "none" and is_empty(environment.get("base_url")):
            message = f'"Base URL" of {name} is empty although it signs in. Fill it in.'
            report.add(resource, "missing", message, at=f"environments.{name}.base_url")


def _unique_operations(report: Report, resource: Resource) -> None:
    operations = resource.fields.get("operations")
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(operations if isinstance(operations, list) else (), start=1):
        if not isinstance(row, dict):
            continue
        pair = (str(row.get("name")), str(row.get("method")))
        if pair in seen:
            message = f'operation "{pair[0]}" with {pair[1]} is there more than once. Keep one.'
            report.add(resource, "duplicate", message, at=f"operations.{number}")
        seen.add(pair)


def _one_way_to_sign_in(report: Report, resource: Resource) -> None:
    auth = resource.fields.get("auth")
    if not isinstance(auth, dict) or not auth:
        return
    ways = [way for way in ("header", "query_param", "oauth") if not is_empty(auth.get(way))]
    if len(ways) != 1:
        message = "it must sign in one way: header, query_param or oauth. Keep one of them."
        report.add(resource, "choice" if ways else "missing", message, at="auth")
    elif ways != ["oauth"] and is_empty(auth.get("secret_name")):
        report.add(resource, "missing", '"Name of the secret" is empty. Fill it in.', at="auth.secret_name")


def _phrase_when_enabled(report: Report, resource: Resource) -> None:
    if resource.fields.get("enabled") is True and is_empty(resource.fields.get("phrases")):
        message = '"Phrases" is empty although they are active. Add one or switch them off.'
        report.add(resource, "missing", message, at="phrases")


def _name_of_platforms_own(report: Report, resource: Resource) -> None:
    if resource.name.upper() == "CONTEXT.MD" and resource.name != "CONTEXT.MD":
        message = f'the platform looks for "CONTEXT.MD" and passes over "{resource.name}". Rename it if that is meant.'
        report.add(resource, "name", message, severity="warning")


def _agent_file(report: Report, resource: Resource) -> None:
    text = resource.fields.get("text")
    try:
        value = read_yaml(text) if isinstance(text, str) else None
    except NotRead as reason:
        report.add(resource, "parse", f"{reason.message} Correct the file.", at="text", line=reason.line)
        return
    if value is not None and not isinstance(value, dict):
        message = "it must hold keys with values, such as `region: uk-1`. Correct the file."
        report.add(resource, "parse", message, at="text", line=1)


def _declared(report: Report, resource: Resource) -> None:
    """Looked after where the word is read: in the fields, the names, the references or over the whole agent."""


RULES: Mapping[str, Rule] = {
    "python": compiles,
    "signature": signature,
    "no_parameters": _declared,
    "long_sms": _declared,
    "not_a_keyword": _no_keyword,
    "a_value_for_every_variant": _value_for_every_variant,
    "values_fit_the_type": _values_fit,
    "a_text_for_every_language": _text_for_every_language,
    "configured_language": _configured_language,
    "not_the_default_language": _not_the_default_language,
    "unique_ignoring_case": _declared,
    "quoted_caller_number": _declared,
    "time_in_utc": _readable_time,
    "mock_repeats": _mock_repeats,
    "expectations": expectations,
    "name_from_path": _declared,
    "unique_topic_name": _declared,
    "variant_folder": _variant_folder,
    "no_tags": _no_tags,
    "base_url_unless_no_auth": _base_url,
    "unique_operations": _unique_operations,
    "one_way_to_sign_in": _one_way_to_sign_in,
    "a_phrase_when_enabled": _phrase_when_enabled,
    "default_step_references": _declared,
    "agent_file": _agent_file,
    "name_of_platforms_own": _name_of_platforms_own,
    "one_default": _declared,
    "chat_siblings": _declared,
    "whole_catalogue": _declared,
}
WITH_FIELD: Mapping[str, Callable[[Report, Resource, str], None]] = {"regex": _regex}
