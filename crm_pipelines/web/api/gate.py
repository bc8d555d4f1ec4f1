"""Who may come in: a token that is believed, has the scope of the address and does not ask too often.

All of it happens before the body of a request is read.
"""

import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.model.errors import CrmPipelinesError, StepError
from crm_pipelines.stores.ledger.tokens import Token
from crm_pipelines.web.api.problems import problem
from crm_pipelines.web.api.rates import Rates
from crm_pipelines.web.api.requests import MOST_BODY_BYTES

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

SCHEME = "token"
_LOGGER = logging.getLogger("crm_pipelines.web")
_CHALLENGE = 'Bearer realm="crm-pipelines"'


def allowed_for(scope: TokenScope) -> dict[str, Any]:
    """The scope of an address, as its route and the OpenAPI document carry it."""
    return {"security": [{SCHEME: [scope.value]}]}


class GuardedRoute(APIRoute):
    """An address for tokens; its `openapi_extra` is made by `allowed_for`."""

    @property
    def needed_scope(self) -> TokenScope:
        """What a token must be allowed to do."""
        return TokenScope((self.openapi_extra or {})["security"][0][SCHEME][0])

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the gate; what nobody foresaw goes no further than here, for its text may quote values."""
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                refusal = await run_in_threadpool(self._refusal, request)
                return await answer(_limited(request)) if refusal is None else refusal
            except (CrmPipelinesError, HTTPException, RequestValidationError):
                raise
            except Exception as error:  # noqa: BLE001 - as said above
                _LOGGER.error("%s", StepError.of("api", error))
                return problem(request, "web.unexpected")

        return guarded

    def _refusal(self, request: Request) -> Response | None:
        web: WebState = request.app.state.web
        now, text = web.clock(), _bearer(request)
        token = None if text is None else web.stewards.tokens.of_text(text, now)
        if token is None:
            told = _CHALLENGE if text is None else f'{_CHALLENGE}, error="invalid_token"'
            return problem(request, "api.not_believed", headers={"WWW-Authenticate": told})
        rates: Rates = request.app.state.rates
        if (seconds := rates.seconds_to_wait(token.token_id, now)) > 0:
            return problem(request, "api.too_many", {"n_seconds": seconds}, headers={"Retry-After": str(seconds)})
        scope = self.needed_scope
        if scope not in token.scopes:
            told = f'{_CHALLENGE}, error="insufficient_scope", scope="{scope.value}"'
            return problem(request, "api.out_of_scope", {"scope": scope.value}, headers={"WWW-Authenticate": told})
        request.state.token = token
        return None


def token_of(request: Request) -> Token:
    """The token that came through the gate."""
    found: Token = request.state.token
    return found


def _limited(request: Request) -> Request:
    """The same request, whose body ends in a refusal where it is longer than a body may be.

    Raises:
        HTTPException: 413: it says so beforehand.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > MOST_BODY_BYTES:
        raise HTTPException(413)
    n_bytes = 0

    async def receive() -> Message:
        nonlocal n_bytes
        message = await request.receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > MOST_BODY_BYTES:
            raise HTTPException(413)
        return message

    return Request(request.scope, receive)


def _bearer(request: Request) -> str | None:
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" and text.strip() else None
