"""Configure > Numbers: who reaches which environment by telephone, and the SIP headers their calls are given."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from deployments import pipeline
from deployments.models import Agent, Environment, Number
from deployments.pipeline import SipHeaders
from deployments.views.frame import Berth, berths
from deployments.views.http import Request, actor, agent_or_404
from deployments.views.pages import page


@dataclass(frozen=True)
class Section:
    """An environment, the numbers that reach it, and the SIP headers of what stands there."""

    berth: Berth
    numbers: list[Number]
    sip: SipHeaders
    elsewhere: list[Environment]

    @property
    def environment(self) -> Environment:
        return self.berth.environment


@require_safe
def numbers(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    standing = berths(agent)
    role = request.user.role_in(agent.workspace_id)
    context = {
        "agent": agent,
        "place": "numbers",
        "title": "Numbers",
        "role": role,
        "berths": standing,
        "sections": _sections(agent, standing),
        "refusal": pipeline.refusal_to_change_numbers(agent, by=actor(request), role=role),
    }
    return page(request, "deployments/numbers.html", context)


def _sections(agent: Agent, standing: list[Berth]) -> list[Section]:
    found: dict[int, list[Number]] = {}
    for number in Number.objects.filter(agent=agent).select_related("added_by").in_order():
        found.setdefault(number.environment_id, []).append(number)
    headers = pipeline.sip_headers_of({each.deployment.version_id for each in standing if each.deployment})
    return [
        Section(
            berth,
            found.get(berth.environment.pk, []),
            headers.get(berth.deployment.version_id, SipHeaders()) if berth.deployment else SipHeaders(),
            [step for step in agent.ladder if step != berth.environment],
        )
        for berth in standing
    ]
