"""The OpenAPI document tried on the API itself by schemathesis: no failure of ours, no answer other than described.

More examples find more: SLIPWAY_EXAMPLES=1000 .venv/bin/pytest tests/api/test_described.py
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deployments.api import urls
from tests.addresses import Desk, a_desk
from tests.api.asking import a_key

pytestmark = [
    pytest.mark.django_db,
    # Its client does not close an archive that was spooled to disk.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

EXAMPLES = int(os.environ.get("SLIPWAY_EXAMPLES", "4"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DESCRIBED: Any = urls.described()
OPERATIONS = [(method.upper(), path) for path, methods in DESCRIBED["paths"].items() for method in methods]


@schemathesis.serializer("application/zip", "application/x-tar", "application/gzip")
def as_it_is(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@cache
def schema() -> Any:
    """Read from the API itself. Its words are not enriched by constants found in our modules, which takes seconds."""
    read = schemathesis.openapi.from_wsgi("/v1/openapi.json", WSGIHandler())
    read.config.analysis.constants.enabled = False
    return read


@pytest.fixture(scope="module")
def known(told_once: Callable[..., Any]) -> tuple[Desk, str]:
    """A desk, and a key that may all of it."""
    desk = told_once(a_desk)
    return desk, told_once(a_key, desk.agent)[1]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The test's own, which a request's begin and end would close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.usefixtures("one_connection")
def test_whatever_is_sent_is_answered_as_described(method: str, path: str, known: tuple[Desk, str]) -> None:
    desk, key = known
    headers = {"x-api-key": key}
    operation = schema()[path][method]

    @given(case=operation.as_strategy(), words=st.sets(st.sampled_from(sorted(desk.words))) | st.just(set(desk.words)))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def asked(case: Any, words: set[str]) -> None:
        for word in words & set(case.path_parameters or ()):
            case.path_parameters[word] = str(desk.words[word])
        with transaction.atomic():
            response = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=CHECKS)

    asked()


def test_the_document_is_valid_openapi_3_1() -> None:
    schema = schemathesis.openapi.from_dict(DESCRIBED)

    schema.validate()

    assert DESCRIBED["openapi"].startswith("3.1")
