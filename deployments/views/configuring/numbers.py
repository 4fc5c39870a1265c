"""Configure > Numbers: who reaches which environment by telephone, and the SIP headers their calls are given.

Many numbers go on from page to page along the ladder; each page has a section of every environment.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from deployments import pipeline
from deployments.models import Agent, Environment, Number
from deployments.sides.sip_headers import SipHeaders, sip_headers_of
from deployments.views.berths import Berth, berths
from deployments.views.http import Request, actor, agent_or_404
from deployments.views.pages import page
from deployments.views.paging import sliced

SIZE = 50


@dataclass(frozen=True)
class Section:
    """An environment, the numbers that reach it, and the SIP headers of what stands there.

    `numbers`: those on this page. `begins`: the page that has the first of all `total`.
    """

    berth: Berth
    numbers: list[Number]
    total: int
    begins: int
    sip: SipHeaders
    elsewhere: list[Environment]

    @property
    def environment(self) -> Environment:
        return self.berth.environment


@require_safe
def numbers(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    standing = berths(agent)
    pages = sliced(request, Number.objects.filter(agent=agent).select_related("added_by").in_order(), SIZE)
    context = {
        "agent": agent,
        "place": "numbers",
        "title": "Numbers",
        "berths": standing,
        "pages": pages,
        "sections": _sections(agent, standing, pages.rows),
        "refusal": pipeline.refusal_to_change_numbers(agent, by=actor(request), role=request.role),
    }
    return page(request, "deployments/numbers.html", context)


def address_of(number: Number) -> str:
    """The page that lists it; of one that was deleted, the page that did."""
    above = Number.objects.filter(agent=number.agent_id).above(number).count()
    here = reverse("numbers", args=[number.agent.slug])
    return here if above < SIZE else f"{here}?page={above // SIZE + 1}"


def _sections(agent: Agent, standing: list[Berth], shown: list[Number]) -> list[Section]:
    rows = Number.objects.filter(agent=agent).order_by().values_list("environment").annotate(Count("pk"))
    totals: dict[int, int] = dict(rows)
    headers = sip_headers_of({each.deployment.version_id for each in standing if each.deployment})
    sections, above = [], 0
    for berth in standing:
        total = totals.get(berth.environment.pk, 0)
        sections.append(
            Section(
                berth,
                [number for number in shown if number.environment_id == berth.environment.pk],
                total,
                above // SIZE + 1,
                headers.get(berth.deployment.version_id, SipHeaders()) if berth.deployment else SipHeaders(),
                [step for step in agent.ladder if step != berth.environment],
            )
        )
        above += total
    return sections
