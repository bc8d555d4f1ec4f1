"""`POST /inbox/{source}`: what forms, webhooks and other programs send."""

import asyncio

from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from crm_pipelines.model.errors import StepError
from crm_pipelines.web.answers import Answer, language_of, response
from crm_pipelines.web.intake import Intake
from crm_pipelines.web.refusals import LOGGER
from crm_pipelines.web.signatures import Post
from crm_pipelines.web.web_state import WebState

READ_SECONDS = 30.0
"""A body that takes longer is given up."""
MOST_RECEIVING_BYTES = 64 << 20
"""Of bodies that are not complete yet, over all inboxes; they are nobody's until their signature is checked."""


class _TooLargeError(Exception):
    """A body is larger than its inbox takes."""


class _BusyError(Exception):
    """Too many bodies are being received."""


def add_inbox_routes(app: FastAPI) -> None:
    """Give an application the address; a plain route: dependencies and models would cost more than all of the rest."""
    app.add_route("/inbox/{source}", receive, methods=["POST"])


async def receive(request: Request) -> Response:
    """Take a post to the inbox of a source."""
    web: WebState = request.app.state.web
    intake = web.intakes.get(request.path_params["source"])
    answer = Answer("web.not_found") if intake is None else await _answer(intake, request, web)
    return response(answer, language_of(request.headers.get("accept-language"), web.language))


async def _answer(intake: Intake, request: Request, web: WebState) -> Answer:
    limit = intake.entry.max_bytes
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await _body(request, web, limit)
    except _TooLargeError:
        return Answer("inbox.too_large", {"max_bytes": limit})
    except _BusyError:
        return Answer("inbox.busy")
    except TimeoutError:
        return Answer("inbox.too_slow")
    except ClientDisconnect:
        return Answer("inbox.broken_off")
    try:
        return await intake.receive(_post(request, body), web.clock())
    except Exception as error:  # noqa: BLE001 - the text of an exception may quote what was posted
        LOGGER.error("%s", StepError.of("inbox", error))
        return Answer("web.unexpected")


async def _body(request: Request, web: WebState, limit: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
        raise _TooLargeError
    parts: list[bytes] = []
    n_bytes = 0
    try:
        async for part in request.stream():
            n_bytes += len(part)
            web.n_receiving_bytes += len(part)
            if n_bytes > limit:
                raise _TooLargeError
            if web.n_receiving_bytes > MOST_RECEIVING_BYTES:
                raise _BusyError
            parts.append(part)
    finally:
        web.n_receiving_bytes -= n_bytes
    return b"".join(parts)


def _post(request: Request, body: bytes) -> Post:
    headers: dict[bytes, bytes] = {}
    for name, value in request.scope["headers"]:
        headers.setdefault(name, value)
    return Post(request.method, request.scope.get("query_string", b""), headers, body)
