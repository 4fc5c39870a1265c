"""Changes of place: into flows, between steps, and out again."""

from __future__ import annotations

from dataclasses import replace

from deployments.runtime.playbook.parts import Flow
from deployments.runtime.turns import Move
from deployments.runtime.work import Work


def goto_flow(work: Work, name: str, by: str, step: str | None = None, path: str | None = None) -> bool:
    """To the start of a flow, or to a step of it. A name that leads nowhere moves nothing, and says so."""
    flow, exact = work.playbook.flow_like(name)
    if flow is None:
        work.note("error", f"There is no flow {name}: nothing moved.", path)
        return False
    if not exact:
        work.note("warning", f"The flow {name} is called {flow.name}.", path)
    return _enter(work, flow, flow.start if step is None else step, by, path)


def goto_step(work: Work, name: str, by: str, path: str | None = None) -> bool:
    if work.flow is None:
        work.note("error", f"There is no step {name} outside of a flow: nothing moved.", path)
        return False
    return _enter(work, work.flow, name, by, path)


def exit_flow(work: Work, by: str) -> bool:
    if work.flow is None:
        return False
    work.count()
    work.flow = work.step = None
    work.moves.append(Move(flow=None, step=None, path=None, by=by))
    _begin_anew(work)
    return True


def _enter(work: Work, flow: Flow, name: str, by: str, path: str | None) -> bool:
    step, exact = flow.step(name)
    if step is None:
        work.note("error", f"The flow {flow.name} has no step {name}: nothing moved.", path)
        return False
    if not exact:
        work.note("warning", f"The step {name} of {flow.name} is called {step.name}.", path)
    work.count()
    work.flow, work.step = flow, step
    work.moves.append(Move(flow=flow.name, step=step.name, path=step.path, by=by))
    _begin_anew(work)
    work.entered = True
    return True


def _begin_anew(work: Work) -> None:
    """What was heard and called belongs to the place before, but for the words that led here."""
    work.heard_here = work.heard_here[-1:] if work.understood else []
    work.called = [replace(ran, here=False) for ran in work.called]
