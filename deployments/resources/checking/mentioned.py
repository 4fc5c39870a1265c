"""References: whether each may stand where it stands, and whether what it points to is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from deployments.resources.checking.facts import Allowance, Facts
from deployments.resources.checking.finding import Report
from deployments.resources.kinds import KINDS
from deployments.resources.kinds.kind import Severity
from deployments.resources.kinds.prefixes import PREFIXES
from deployments.resources.references import Directory, Mention


def check_one(report: Report, directory: Directory, facts: Facts) -> None:
    """Of one resource, in an agent where the others are called as they are."""
    for mention in facts.mentions:
        _check(report, directory, mention, facts.allowed)


def _check(report: Report, directory: Directory, mention: Mention, allowed: Mapping[str, Allowance]) -> None:
    if mention.manner == "reference":
        may, doubted = allowed[mention.place.field]
        if mention.prefix not in may:
            _wrong_kind(report, mention, may)
            return
        if mention.prefix in doubted:
            _doubted(report, mention)
    if mention.manner == "loose" or directory.find(mention) is not None or _may_be_unread(report, mention):
        return
    if mention.manner == "import":
        _no_module(report, directory.files, mention)
    else:
        _MISSING[mention.manner](report, mention)


def _may_be_unread(report: Report, mention: Mention) -> bool:
    return any(target.kind in report.around.unread for target in mention.targets)


def _add(report: Report, mention: Mention, code: str, message: str, severity: Severity = "error") -> None:
    place = mention.place
    report.add(mention.by, code, message, at=place.field, line=place.line, severity=severity)


def _wrong_kind(report: Report, mention: Mention, may: tuple[str, ...]) -> None:
    label = KINDS[PREFIXES[mention.prefix]].in_words
    if may:
        hope = f"Only {', '.join(f'{{{{{prefix}:…}}}}' for prefix in may)} may stand there"
    else:
        hope = "No reference may stand there"
    _add(
        report,
        mention,
        "wrong_kind",
        f'"{mention.label}" refers to a {label} with {mention.written}. {hope}; take it out.',
    )


def _doubted(report: Report, mention: Mention) -> None:
    wrong = f'"{mention.label}" has {mention.written}, which may not be followed there. Move it to the actions.'
    if mention.by.kind == "flow_step":
        wrong = (
            f'"{mention.label}" has {mention.written}, which a step without code may not follow. Use an advanced step.'
        )
    _add(report, mention, "content_reference", wrong, "warning")


def _dangling(report: Report, mention: Mention) -> None:
    what = _named(mention)
    if mention.manner == "reference":
        wrong = f'"{mention.label}" has {mention.written}, but there is no {what}. Add it or take the reference out.'
    else:
        wrong = f'"{mention.label}" names "{mention.written}", but there is no such {what}. Add it or name another.'
    _add(report, mention, "dangling", wrong)


def _named(mention: Mention) -> str:
    labels = list(dict.fromkeys(KINDS[target.kind].in_words for target in mention.targets))
    if mention.manner == "reference":
        return f'{labels[0]} "{mention.targets[0].name}"'
    return " or ".join(labels)


def _no_step(report: Report, mention: Mention) -> None:
    inside = bool(mention.targets[0].scope)
    where = "its flow has no such step" if inside else "no flow has such a step"
    wrong = f'line {mention.place.line} goes to step "{mention.written}", but {where}. Add it or go to another.'
    _add(report, mention, "goto", wrong, "error" if inside else "warning")


def _no_flow(report: Report, mention: Mention) -> None:
    wrong = f'line {mention.place.line} goes to flow "{mention.written}", which is not there. Add it or go to another.'
    _add(report, mention, "goto", wrong, "warning")


def _no_place(report: Report, mention: Mention) -> None:
    what = KINDS[mention.targets[0].kind].in_words
    wrong = f'"{mention.label}" expects the {what} "{mention.written}", which is not there, so it can only fail.'
    _add(report, mention, "dangling", f"{wrong} Add it or name another.", "warning")


def _no_module(report: Report, files: Collection[str], mention: Mention) -> None:
    parts = mention.written.split(".")
    wanted = "/".join(parts[:2] if parts[0] == "functions" else parts[:4])
    package = wanted.rpartition("/")[0] + "/__init__.py"
    if f"{wanted}.py" in files or package in files or any(file.startswith(f"{wanted}/") for file in files):
        return
    line = mention.place.line
    wrong = f'line {line} imports "{mention.written}", but there is no "{wanted}.py". Add it or import another.'
    _add(report, mention, "dangling", wrong)


_MISSING = {
    "reference": _dangling,
    "field": _dangling,
    "step": _no_step,
    "flow": _no_flow,
    "expected": _no_place,
}
