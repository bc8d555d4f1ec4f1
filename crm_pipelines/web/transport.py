"""How a request came: over TLS or not, from whom; and how much of a body is taken."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_pipelines.web.paths import is_page

MOST_FORM_BYTES = 256 << 10
"""Of a form, or of whatever else is sent to a page."""


@dataclass(frozen=True, slots=True)
class Transport:
    """How pages are reached.

    Attributes:
        is_https_only: a page that is asked for without TLS is refused.
        trusted_proxy: the address whose `X-Forwarded-Proto` and `X-Forwarded-For` are believed; None: nobody's.
    """

    is_https_only: bool = False
    trusted_proxy: str | None = None


class Arrivals:
    """Works out scheme and client of a request, refuses pages without TLS, and takes no body that is too large."""

    def __init__(self, app: ASGIApp, transport: Transport, refusal: Callable[[Request], Response]) -> None:
        self._app = app
        self._transport = transport
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on."""
        if scope["type"] != "http" or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        self._believe_proxy(scope)
        if self._transport.is_https_only and scope["scheme"] != "https":
            await self._refusal(Request(scope))(scope, receive, send)
            return
        await self._app(scope, _limited(scope, receive), send)

    def _believe_proxy(self, scope: Scope) -> None:
        client = scope.get("client")
        if self._transport.trusted_proxy is None or client is None or client[0] != self._transport.trusted_proxy:
            return
        headers = Request(scope).headers
        # what stands last is what the proxy itself wrote
        scheme = headers.getlist("x-forwarded-proto")[-1:]
        scope["scheme"] = "https" if scheme and scheme[0].rpartition(",")[2].strip().lower() == "https" else "http"
        forwarded = headers.getlist("x-forwarded-for")[-1:]
        if forwarded:
            scope["client"] = (forwarded[0].rpartition(",")[2].strip(), 0)


def _limited(scope: Scope, receive: Receive) -> Receive:
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    n_bytes = 0

    async def limited() -> Message:
        nonlocal n_bytes
        if declared.isdigit() and int(declared[:20]) > MOST_FORM_BYTES:
            raise HTTPException(413)
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > MOST_FORM_BYTES:
            raise HTTPException(413)
        return message

    return limited
