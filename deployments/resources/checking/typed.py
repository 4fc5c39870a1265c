"""What the declarations of fields say against values that somebody has just typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from deployments.resources.checking import fields
from deployments.resources.checking.finding import Finding, Report, Surroundings
from deployments.resources.resource import Resource, Value

# What is only not there yet is no mistake in what was typed.
_REFUSED = frozenset({"limit", "choice", "type", "name", "duplicate"})
# The declarations ask nothing about other resources.
_ALONE = Surroundings(frozenset(), (), None, (), ())


def wrong(resource: Resource, typed: Mapping[str, Value]) -> list[Finding]:
    """Errors of these fields alone, with these values in them; what was wrong just so before is not said again."""
    before = _said(resource)
    after = _said(replace(resource, fields={**resource.fields, **typed}))
    return [each for each in after if each not in before and each.field.partition(".")[0] in typed]


def _said(resource: Resource) -> list[Finding]:
    report = Report(_ALONE, {})
    fields.check(report, resource)
    return [each for each in report.findings if each.severity == "error" and each.code in _REFUSED]
