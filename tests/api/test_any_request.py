"""Whatever is sent: never a failure of ours, never a redirect, and always the envelope when it is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.api import urls
from deployments.models import Agent
from tests.api.asking import ENVELOPE, Program, a_program
from tests.vocabulary import an_agent, edited, live

pytestmark = pytest.mark.django_db

DESCRIBED: Any = urls.described()
OPERATIONS = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]
# Texts a person would not think of, among them what databases and encodings stumble over.
TEXTS = st.text(max_size=20) | st.sampled_from(["\0", "\ud800", "../..", "%00", "live", "draft", "sandbox", "e" * 200])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
WORDS = ["deployment_id", "ref", "left", "right", "number", "connector_id"]
NAMES = st.sampled_from(
    sorted(
        {
            parameter["name"]
            for _, path in OPERATIONS
            for said in DESCRIBED["paths"][path].values()
            for parameter in said["parameters"]
        }
        | {key for shape in DESCRIBED["components"]["schemas"].values() for key in shape.get("properties", {})}
    )
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, dict[str, str], dict[str, str], bytes]:
    """A method, an address with its words, a query and a body, each likely or wild."""
    method, path = draw(st.sampled_from(OPERATIONS))
    words = draw(
        st.dictionaries(
            st.sampled_from(["deployment_id", "ref", "left", "right", "number", "connector_id"]), TEXTS, max_size=2
        )
    )
    query = draw(st.dictionaries(NAMES, TEXTS | st.integers().map(str), max_size=3))
    body = draw(
        st.binary(max_size=30) | st.dictionaries(NAMES, VALUES, max_size=3).map(_as_json) | VALUES.map(_as_json)
    )
    return method, path, words, query, body


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.fixture
def agent() -> Agent:
    agent = an_agent()
    live(agent)
    edited(agent)
    return agent


@given(asked=requests())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_any_request_is_answered_by_a_success_or_by_the_envelope(agent: Agent, asked: Any) -> None:
    method, path, words, query, body = asked
    program: Program = a_program(agent)
    known = {
        "agent_id": agent.slug,
        "account_id": agent.workspace.slug,
        "deployment_id": str(agent.deployments.latest("pk").pk),
        "ref": "live",
        "left": "live",
        "right": "sandbox",
        "number": "+442079460018",
        "connector_id": f"{agent.slug}-live",
    }
    for name, word in (known | words).items():
        path = path.replace(f"{{{name}}}", quote(word.encode(errors="surrogatepass"), safe=""))
    address = path + "?" + urlencode({key: value.encode(errors="surrogatepass") for key, value in query.items()})

    response = program.client.generic(
        method.upper(), address, body, "application/json", headers={"x-api-key": program.key}
    )

    if response.streaming:
        assert b"".join(response.streaming_content)  # which closes it
    assert response["X-PolyAI-Correlation-Id"]
    if response.status_code >= 300:
        assert 400 <= response.status_code < 500, (method, address, body, response.content)
        assert set(response.json()) == ENVELOPE
