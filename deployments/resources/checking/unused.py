"""Functions, SMS templates and entities that nothing refers to. Only notes: code may find them by other ways."""

from __future__ import annotations

from deployments.resources.checking.finding import Report, kind_in_words
from deployments.resources.kinds import KINDS
from deployments.resources.references import target_of
from deployments.resources.resource import Resource

_KINDS = ("function", "flow_function", "sms_template", "entity")


def check(report: Report) -> None:
    candidates = [resource for key in _KINDS for resource in report.by_kind[key]]
    if not candidates:
        return
    used = set()
    for mention in report.mentions:
        found = report.directory.find(mention)
        if found is not None and found is not mention.by:
            used.add(target_of(found))
    codes = [
        (resource.path, code)
        for resource in report.resources
        if KINDS[resource.kind].form == "python" and isinstance(code := resource.fields.get("code"), str)
    ]
    for resource in candidates:
        if target_of(resource) not in used and not _is_named_in(codes, resource):
            message = f"nothing refers to this {kind_in_words(resource.kind)}. Refer to it or take it out."
            report.add(resource, "unused", message, severity="note")


def _is_named_in(codes: list[tuple[str, str]], resource: Resource) -> bool:
    return any(resource.name in code for path, code in codes if path != resource.path)
