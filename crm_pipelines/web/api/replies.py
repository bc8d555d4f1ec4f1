"""How an answer goes out: as JSON, and not again to who has it already."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from crm_pipelines.web.reading_room import Look

if TYPE_CHECKING:
    from crm_pipelines.web.web_state import WebState

_DIGEST_BYTES = 12


def reply(answer: BaseModel, status: int = 200, **headers: str) -> Response:
    """An answer that holds customers' data: nobody keeps it."""
    told = {"Cache-Control": "no-store", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Response(answer.model_dump_json(), status, told, media_type="application/json")


def reply_unless_known(request: Request, make: Callable[[Look], BaseModel]) -> Response:
    """An answer that depends on nothing but the publication and the address; 304 to who has it already.

    The tag names the publication, whose file never changes, the warehouse it came from and the address.
    """
    web: WebState = request.app.state.web
    with web.stewards.room.look() as look:
        tag = _tag(request, look)
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if _is_known(request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(make(look).model_dump_json(), headers=headers, media_type="application/json")


def _tag(request: Request, look: Look) -> str:
    instance = look.con.execute("select instance_id from publication_position").fetchall()
    named = f"{look.version}\x1f{instance}\x1f{request.url.path}\x1f{request.url.query}"
    return f'"{hashlib.blake2b(named.encode(), digest_size=_DIGEST_BYTES).hexdigest()}"'


def _is_known(written: str, tag: str) -> bool:
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in written.split(","))
