"""What a program is told when it is not answered: problem+json (RFC 9457), and which status each code has."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from crm_pipelines.messages.catalogue import render
from crm_pipelines.model.errors import ConflictError, ContractError, CrmPipelinesError, Fact, StoreError
from crm_pipelines.web.answers import RETRY_AFTER_SECONDS, language_of
from crm_pipelines.web.api.schemas import FieldProblem, Problem

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

MEDIA_TYPE = "application/problem+json"
_MOST_FIELDS = 20
_STATUS: Mapping[str, int] = {
    "web.bad_request": 400,
    "api.not_believed": 401,
    "api.out_of_scope": 403,
    "web.not_found": 404,
    "api.unknown_customer": 404,
    "review.no_such_question": 404,
    "api.method_not_allowed": 405,
    "api.gone": 410,
    "api.too_large": 413,
    "api.invalid": 422,
    "api.bad_cursor": 422,
    "api.key_reused": 422,
    "api.unusable_value": 422,
    "api.too_many": 429,
    "web.unexpected": 500,
}
_OF_STATUS = {404: "web.not_found", 405: "api.method_not_allowed", 413: "api.too_large", 400: "web.bad_request"}


class UnusableRequestError(CrmPipelinesError):
    """A request is well-formed and still cannot be answered; its status stands in the table of this module."""


def problem(  # noqa: PLR0913 - what is wrong, and what belongs to it
    request: Request,
    code: str,
    facts: Mapping[str, Fact] | None = None,
    *,
    status: int | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer to a request that is not answered."""
    web: WebState = request.app.state.web
    language = language_of(request.headers.get("accept-language"), web.language)
    told, number = dict(facts or {}), status or _STATUS[code]
    content = Problem(
        type=f"urn:crm-pipelines:problem:{code}",
        title=HTTPStatus(number).phrase,
        status=number,
        detail=render(code, told, language),
        code=code,
        facts=told,
        errors=list(errors),
    )
    more = {"Retry-After": str(RETRY_AFTER_SECONDS)} if number == HTTPStatus.SERVICE_UNAVAILABLE else {}
    own = {"Content-Language": language, "Cache-Control": "no-store", **more, **(headers or {})}
    return Response(content.model_dump_json(), number, own, media_type=MEDIA_TYPE)


def problem_of(request: Request, error: CrmPipelinesError) -> Response:
    """The answer to a request that ended in one of our errors."""
    if isinstance(error, StoreError | ContractError):
        return problem(request, error.code, error.facts, status=503)
    otherwise = 409 if isinstance(error, ConflictError) else 422
    return problem(request, error.code, error.facts, status=_STATUS.get(error.code, otherwise))


def add_problem_handlers(app: FastAPI) -> None:
    """Let every refusal go out as a problem."""
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CrmPipelinesError, _ours)


def problem_response(description: str) -> dict[str, Any]:
    """How the OpenAPI document tells of a problem."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - its handler
    code = _OF_STATUS.get(error.status_code, "web.bad_request" if error.status_code < 500 else "web.unexpected")
    return problem(request, code, status=error.status_code, headers=error.headers)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CrmPipelinesError)  # noqa: S101 - its handler
    return problem_of(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - its handler
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return problem(request, "web.bad_request")
    errors = [FieldProblem(where=_where(one), reason=str(one["type"])) for one in found[:_MOST_FIELDS]]
    return problem(request, "api.invalid", {"n_fields": len(found)}, errors=errors)


def _where(one: Mapping[str, Any]) -> str:
    """The place of a field; a name that the caller made up is left out, it may say anything."""
    place = [str(part) for part in one["loc"]]
    return "/" + "/".join(place[:-1] if one["type"] == "extra_forbidden" else place)


def as_json_text(value: object) -> str:
    """The same text for the same content."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
