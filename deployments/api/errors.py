"""What is answered when a request cannot be fulfilled: one envelope, a sentence for people, a code for programs."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja.errors import HttpError, ValidationError

from deployments.api.letters import AsTheyAre
from deployments.pipeline import Invalid, Misfit, Refused
from deployments.resources.archive import ImportRefused
from deployments.watching.correlation import HEADER, correlation_id


class ApiError(Exception):
    """Answers the envelope with this status and code."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.sentence = sentence


SCHEMA: Final = "SCHEMA_VALIDATION_FAILED"
DEPLOYMENTS: Final = "DEPLOYMENTS_VALIDATION_FAILED"
ENVIRONMENT: Final = "DEPLOYMENTS_INVALID_ENVIRONMENT"
FORBIDDEN: Final = "USER_ACCESS_FORBIDDEN"
NO_PROJECT: Final = "PROJECT_NOT_FOUND"
NO_DEPLOYMENT: Final = "DEPLOYMENT_NOT_FOUND"
NO_VERSION: Final = "VERSION_NOT_FOUND"
NO_ACCOUNT: Final = "ACCOUNT_NOT_FOUND"
NO_NUMBER: Final = "PHONE_NUMBERS_NOT_FOUND"
NO_CONVERSATION: Final = "CONVERSATIONS_NOT_FOUND"
CONVERSATION_UNUSABLE: Final = "CONVERSATIONS_VALIDATION_FAILED"
NO_SET: Final = "TEST_SET_NOT_FOUND"
NUMBER_FORMAT: Final = "PHONE_NUMBERS_INVALID_PHONE_NUMBER_FORMAT"

# How each refusal of a verb is told to a program. One that is not here is about the shape of what was sent.
REFUSALS: Final[dict[str, tuple[int, str]]] = {
    "no_permission": (403, FORBIDDEN),
    "not_a_member": (403, FORBIDDEN),
    "agent_deleted": (404, NO_PROJECT),
    "nothing_to_publish": (409, "DEPLOYMENTS_ALREADY_PUBLISHED"),
    "draft_moved": (409, "DEPLOYMENTS_DRAFT_MOVED"),
    "draft_invalid": (400, DEPLOYMENTS),
    "environment_moved": (409, "DEPLOYMENTS_ENVIRONMENT_MOVED"),
    "environment_gone": (400, ENVIRONMENT),
    "backwards": (400, ENVIRONMENT),
    "pre_release_required": (412, "ErrPreReleaseNotReady"),
    "text_too_long": (400, DEPLOYMENTS),
    "text_unusable": (400, DEPLOYMENTS),
    "id_taken": (409, "PROJECT_ID_ALREADY_EXISTS"),
    "id_unusable": (400, "PROJECT_ID_INVALID"),
    "path_clash": (400, "DRAFT_IMPORT_REFUSED"),
    "too_many_runtimes": (409, "TOO_MANY_RUNTIMES"),
    "real_time_schema_invalid": (400, "REAL_TIME_CONFIG_INVALID_SCHEMA"),
    "real_time_values_invalid": (400, "REAL_TIME_CONFIG_INVALID_FOR_SCHEMA"),
    "real_time_misfit": (400, DEPLOYMENTS),
    "real_time_moved": (409, "REAL_TIME_CONFIG_MOVED"),
    "too_many_files": (400, "DRAFT_IMPORT_REFUSED"),
    "number_unusable": (400, NUMBER_FORMAT),
    "number_taken": (409, "PHONE_NUMBERS_ALREADY_EXISTS"),
    "number_gone": (404, NO_NUMBER),
    "conversation_ended": (410, "ChatConversationEnded"),
    "conversation_gone": (404, NO_CONVERSATION),
    "turn_in_progress": (409, "CHAT_TURN_IN_PROGRESS"),
    "turn_moved": (409, "CHAT_TURN_MOVED"),
    "claim_lost": (409, "CHAT_TURN_MOVED"),
    "turn_failed": (500, "INTERNAL_ERROR"),
    "nothing_deployed": (400, "CHAT_NOTHING_DEPLOYED"),
    "turn_unknown": (400, CONVERSATION_UNUSABLE),
    "annotation_unknown": (400, CONVERSATION_UNUSABLE),
    "gate_closed": (409, "DEPLOYMENTS_GATE_CLOSED"),
    "no_cases": (422, "NoTestCasesHttp"),
    "set_gone": (404, NO_SET),
}
# Texts are written beside deployments and in conversations; each has a code of its own for what no text may be.
_OF_A_TEXT: Final = frozenset({"text_too_long", "text_unusable"})
_IS_TALK: Final = re.compile(r"/agents/[^/]+/(?:conversations|debug-chat)(?:/|$)")
NAMED = 5


def envelope(request: HttpRequest, status: int, code: str, sentence: str) -> HttpResponse:
    error_id = correlation_id(request)
    body = {
        "success": False,
        "error": sentence,
        "error_id": error_id,
        "error_code": code,
        "error_message": sentence,
        "data": None,
    }
    return JsonResponse(body, AsTheyAre, status=status, headers={HEADER: error_id})


def answer_to(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """The envelope for whatever went wrong; raises again what is a failure of ours."""
    match error:
        case ApiError():
            return envelope(request, error.status, error.code, error.sentence)
        case Refused():
            status, code = REFUSALS.get(error.code, (400, SCHEMA))
            if error.code in _OF_A_TEXT and _IS_TALK.search(request.path):
                code = CONVERSATION_UNUSABLE
            return envelope(request, status, code, _said(error))
        case ImportRefused():
            return envelope(request, 400, "DRAFT_IMPORT_REFUSED", str(error))
        case ValidationError():
            return envelope(request, 400, *_misshapen(request, error.errors))
        case RequestDataTooBig():
            return envelope(request, 400, SCHEMA, "The body is larger than 6 MB, which is the most a request may hold.")
        case Http404():
            return envelope(
                request, 404, "NOT_FOUND", "There is nothing at this address. See /v1/docs for what there is."
            )
        case HttpError(__cause__=ApiError() as why):
            return answer_to(request, why)
        case HttpError():
            sentence = "The body is not readable JSON. Send a JSON object, or nothing."
            return envelope(request, error.status_code, SCHEMA, sentence)
    raise error


def _said(refused: Refused) -> str:
    if isinstance(refused, Misfit):
        more = len(refused.problems) - NAMED
        named = " ".join(str(problem) for problem in refused.problems[:NAMED])
        return f"{refused.message} {named}" + (f" And {more:,} more." if more > 0 else "")
    if not isinstance(refused, Invalid):
        return refused.message
    named = "; ".join(f"{finding.path}: {finding.message}" for finding in refused.findings[:NAMED])
    more = len(refused.findings) - NAMED
    return f"{refused.message} {named}" + (f"; and {more:,} more." if more > 0 else "")


def _misshapen(request: HttpRequest, errors: list[dict[str, Any]]) -> tuple[str, str]:
    """The code and sentence for a query or body that does not have its shape, told of the first field that fails."""
    first = errors[0]
    names = [str(part) for part in first["loc"][1:] if part not in {"body", "query"}]
    field = ".".join(names)
    about_deployments = "/deployments" in request.path
    code = DEPLOYMENTS if about_deployments else SCHEMA
    if about_deployments and field.rpartition(".")[2] in {"environment", "targetEnvironment", "client_env"}:
        code = ENVIRONMENT
    if field.rpartition(".")[2] in {"agentId", "newAgentId"}:
        code = "PROJECT_ID_INVALID"
    said = first["msg"].removeprefix("Value error, ")[:300]
    if not field and first["type"] == "value_error":
        return code, f"The body is not usable: {said}."
    if not field:
        return code, "The body is not a JSON object. Send one, or nothing where nothing is required."
    if first["type"] == "missing":
        return code, f"“{field}” is missing."
    if first["type"] == "extra_forbidden":
        return code, f"“{field}” is not known here. Take it out."
    return code, f"“{field}” is not usable: {said}."
