"""Functions, SMS templates and entities that nothing refers to. Only notes: code may find them by other ways."""

from __future__ import annotations

import re
from collections import Counter

from deployments.resources.checking.finding import Report, kind_in_words
from deployments.resources.kinds import KINDS
from deployments.resources.references import target_of

_WORD = re.compile(r"\w+")
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
    codes = {
        resource.path: code
        for resource in report.resources
        if KINDS[resource.kind].form == "python" and isinstance(code := resource.fields.get("code"), str)
    }
    # In how many files each word stands, so that thousands of functions are not each sought in thousands of files.
    words = {path: set(_WORD.findall(code)) for path, code in codes.items()}
    count = Counter(word for each in words.values() for word in each)
    for resource in candidates:
        if _WORD.fullmatch(resource.name):
            is_in_code = count[resource.name] > (resource.name in words.get(resource.path, ()))
        else:
            is_in_code = any(resource.name in code for code in codes.values())
        if target_of(resource) not in used and not is_in_code:
            message = f"nothing refers to this {kind_in_words(resource.kind)}. Refer to it or take it out."
            report.add(resource, "unused", message, severity="note")
