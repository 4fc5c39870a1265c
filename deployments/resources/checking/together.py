"""The rules about all resources of a kind at once, or about some that are not there."""

from __future__ import annotations

from deployments.resources.checking.finding import title
from deployments.resources.checking.whole import Whole
from deployments.resources.kinds import KINDS
from deployments.resources.resource import Resource

RULES = frozenset({"one_default", "whole_catalogue", "chat_siblings"})


def check(report: Whole) -> None:
    for key, resources in report.by_kind.items():
        if "one_default" in KINDS[key].rules and resources:
            _one_default(report, key, resources)
        if "whole_catalogue" in KINDS[key].rules and resources:
            _whole_catalogue(report, key, resources)
    _chat_siblings(report)


def _one_default(report: Whole, key: str, resources: list[Resource]) -> None:
    defaults = [resource for resource in resources if resource.fields.get("is_default") is True]
    label = KINDS[key].in_words
    if not defaults:
        message = f"no {label} is the default. Make this or another one the default."
        report.add(resources[0], "default", message, at="is_default")
    for resource in defaults[1:]:
        message = f'it is the default as well as "{defaults[0].name}". Keep one {label} as the default.'
        report.add(resource, "default", message, at="is_default")


def _whole_catalogue(report: Whole, key: str, resources: list[Resource]) -> None:
    present = {resource.name for resource in resources}
    missing = [name for name in KINDS[key].by_name["name"].choices if name not in present]
    if missing:
        message = f"{', '.join(missing)} must stand beside it. Add what is missing, switched off if it is not wanted."
        report.add(resources[0], "missing", message)


def _chat_siblings(report: Whole) -> None:
    keys = [key for key, kind in KINDS.items() if "chat_siblings" in kind.rules]
    present = [report.by_kind[key][0] for key in keys if report.by_kind[key]]
    missing = [key for key in keys if not report.by_kind[key]]
    if not present or not missing or any(key in report.around.unread for key in keys):
        return
    names = " and ".join(title(Resource(key, "", None, KINDS[key].label)) for key in missing)
    message = f"{names} must stand beside it, all of them or none. Add what is missing or take this out."
    report.add(present[0], "siblings", message)
