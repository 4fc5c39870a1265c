"""An example of every address there is, so that what must hold on all of them is tried on all of them.

A new route is tried as soon as each word of its address stands in `words`; one that takes a body needs a row in BODIES.
A word that means something else on one route stands in OWN_WORDS, or in `words` under the route's name and the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from deployments import pipeline
from deployments.models import Agent, KeptDraft
from tests.suites import a_case, a_set, ran
from tests.vocabulary import (
    FILES,
    RULES,
    a_number,
    a_webhook,
    admin_of,
    an_actor,
    an_agent,
    begun,
    edited,
    environment,
    live,
    published,
)

# The prefixes of what programs ask with a key. Everything else is for people.
OF_PROGRAMS = ("v1", "adk/", "delivery/")
_WORD = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """A pattern of the site, written out from its first word."""

    name: str
    path: str

    def __str__(self) -> str:
        return f"{self.name}: /{self.path}"

    @property
    def for_programs(self) -> bool:
        return self.path.startswith(OF_PROGRAMS)


@dataclass(frozen=True)
class Desk:
    """An agent with everything in it that an address can name."""

    agent: Agent
    words: Mapping[str, object]

    def address(self, route: Route) -> str:
        owner = "workspace" if route.path.startswith("workspaces/") else "agent"
        known = {**OWN_WORDS, **self.words, "slug": self.words[owner]}
        words = {word: known.get(f"{route.name} {word}", known.get(word)) for word in _WORD.findall(route.path)}
        assert None not in words.values(), f"tests/addresses.py has no example of a word of {route}."
        path = _WORD.sub(lambda word: quote(str(words[word[1]]), safe="/+"), route.path)
        return f"/{path}{QUERIES.get(route.path, '').format_map(self.words)}"

    def with_words_of(self, other: Desk, route: Route) -> Iterator[str]:
        """The address with one thing of it at a time being the other's, under the agent or workspace of this one."""
        for word in _WORD.findall(route.path):
            name = f"{route.name} {word}" if f"{route.name} {word}" in self.words else word
            if word != "slug" and name in self.words and self.words[name] != other.words[name]:
                yield Desk(self.agent, {**self.words, f"{route.name} {word}": other.words[name]}).address(route)


_HANDOFF = "config/handoffs.yaml#handoffs/front_desk"
# What a word stands for on one route alone, by the route's name and the word.
OWN_WORDS: Mapping[str, object] = {
    "number-move to": "sandbox",
    "resource-renaming path": _HANDOFF,
    "resource-duplication path": _HANDOFF,
    "resource-move path": _HANDOFF,
    "resource-deletion path": _HANDOFF,
    "case path": "test_suite/bags.yaml",
}
TESTS = ("test-conversation", "test-say", "test-turns", "test-end", "test-again", "test-beside", "test-both")
# The body that a program's route needs to be asked at all, by method and path.
BODIES: Mapping[str, Any] = {
    "POST v1/agents/<agent_id>/debug-chat": {"clientEnv": "live"},
    "POST v1/agents/<agent_id>/debug-chat/<conversation_id>": {"message": "Hello"},
    "POST adk/v1/accounts/<account_id>/projects/<project_id>/chat": {"client_env": "live"},
    "POST adk/v1/accounts/<account_id>/projects/<project_id>/chat/<conversation_id>": {"message": "Hello"},
    "POST v1/agents/<agent_id>/conversations/<conversation_id>/annotations": {
        "annotations": [{"turnId": 0, "role": "agent", "annotationType": "wrong_info"}]
    },
    "PUT v1/agents/<agent_id>/conversations/<conversation_id>/note": {"note": "Two, not three."},
    "POST v1/agents/<agent_id>/testing/test-runs/trigger": {"branchId": "main", "environment": "draft"},
    "POST v1/accounts/<account_id>/agents": {"name": "Harbour"},
    "POST v1/agents/<agent_id>/duplicate": {"newAgentName": "Harbour"},
    "POST delivery/v1/agents/<agent:agent>/<environment:environment>/acknowledgements": {
        "runtime": "a",
        "version": "0" * 40,
    },
    "PUT v1/agents/<agent_id>/real-time-configs/<client_env>/schema": {"schema": {"title": "Harbour"}},
    "PATCH v1/agents/<agent_id>/real-time-configs/<client_env>/variables": {"variables": {"open": True}},
    "POST v1/agents/<agent_id>/telephony/connectors/batch": {"connectorIds": ["a"]},
    "PATCH v1/agents/<agent_id>/telephony/connectors/batch": {"updates": [{"connectorId": "a"}]},
    "PATCH v1/agents/<agent_id>/telephony/connectors/<connector_id>": {},
    "POST v1/agents/<agent_id>/telephony/connectors/lookup": {"phoneNumber": "+442079460018"},
    "POST v1/agents/<agent_id>/telephony/phone-numbers": {"phoneNumbers": ["+442079460018"]},
    "DELETE v1/agents/<agent_id>/telephony/phone-numbers": {"phoneNumbers": ["+442079460018"]},
    "POST v1/agents/<agent_id>/telephony/phone-numbers/batch": {"phoneNumbers": ["+442079460018"]},
    "POST v1/agents/<agent_id>/telephony/phone-numbers/<number>": {},
    "PATCH v1/agents/<agent_id>/telephony/phone-numbers/<number>": {"connectorId": "a"},
}
# What a page is asked with, where it is nothing without.
FORMS: Mapping[str, Mapping[str, str]] = {"comparison-viewed": {"viewed": "{item}"}}
QUERIES: Mapping[str, str] = {
    "v1/agents/<agent_id>/deployments": "?environment=live",
    "adk/v1/accounts/<account_id>/projects/<project_id>/deployments": "?client_env=live",
    "agents/<agent:slug>/compare/<ref:left>...<ref:right>/lines/": "?item={item}",
    "agents/<agent:slug>/compare/versions/": "?side=left",
}


def a_desk() -> Desk:
    """Published, promoted, its draft deleted once and begun again, with a number, a key and a story."""
    agent = an_agent(files={**FILES, **a_case("Bags", "How many bags?")})
    placed = live(agent)
    by = an_actor(agent)
    smoke = a_set(agent)
    sides = (environment(agent, "live"), environment(agent, "sandbox"))
    run, _ = pipeline.start_beside(agent, *sides, pipeline.Chosen(case_set=smoke), by=by)
    ran(run)
    newer = published(agent).version
    pipeline.discard(agent, state=edited(agent).state, by=by)
    draft = edited(agent, {RULES: b"Be brief and kind.\n", **a_case("Bags", "How many bags?")})
    [item] = pipeline.summary_between(agent, placed.version.files, newer.files, (placed.version, newer)).items
    key, _ = pipeline.create_api_key(agent.workspace, name="Night build", by=by)
    number = a_number(agent)
    webhook, _ = a_webhook(agent.workspace)
    # Tests of the admin's own, which nobody else goes on with.
    admin = admin_of(agent.workspace)
    test = begun(agent, by=admin).pk
    tested = {f"{name} conversation": test for name in TESTS} | {"other": begun(agent, by=admin).pk}
    words: dict[str, object] = {
        "agent": agent.slug,
        "agent_id": agent.slug,
        "project_id": agent.slug,
        "branch_id": "main",
        "workspace": agent.workspace.slug,
        "account_id": agent.workspace.slug,
        "environment": "live",
        "to": "live",
        "deployment": placed.pk,
        "deployment_id": placed.pk,
        "client_env": "live",
        "ref": placed.version.short,
        "left": "live",
        "right": "sandbox",
        "event": agent.events.latest("pk").pk,
        "member": agent.workspace.memberships.get().pk,
        "path": RULES,
        "kept": KeptDraft.objects.get(agent=agent).pk,
        "change": draft.changes.latest("pk").pk,
        "key": key.pk,
        "webhook": webhook.pk,
        "delivery": pipeline.send_test(webhook, by=by).pk,
        "version": placed.version.hash,
        "blob": agent.blobs.latest("pk").hash,
        "digits": number.digits,
        "number": number.e164,
        "connector_id": f"{agent.slug}-live",
        "item": item.anchor,
        "run_id": pipeline.start_run(agent, draft, pipeline.Chosen(), by=by).pk,
        "conversation": begun(agent).pk,
        "conversation_id": begun(agent, by=admin).pk,
        "turn": 0,
        "run": run.pk,
        "result": run.case_runs.get().pk,
        "view": pipeline.keep_view(agent, "Mine", "view=test", by=admin).pk,
        "set-edit key": smoke.pk,
        "set-deletion key": smoke.pk,
        "set key": smoke.pk,
        **tested,
        "agent-restoration agent_id": agent.pk,
    }
    return Desk(agent, words)


def routes() -> list[Route]:
    """Every route of the site but those that catch what no other does."""
    return list(_routes(get_resolver().url_patterns, "", ""))


def _routes(patterns: list[Any], path: str, space: str) -> Iterator[Route]:
    for each in patterns:
        if isinstance(each, URLResolver):
            name = f"{each.namespace}:" if each.namespace else ""
            yield from _routes(each.url_patterns, path + str(each.pattern), space + name)
        elif isinstance(each, URLPattern) and isinstance(each.pattern, RoutePattern) and each.name:
            yield Route(space + each.name, path + str(each.pattern))
