"""Zendesk Support as its public API description has it: exports, lists, sign-in, and the clock of the server."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators.server import Fault, busy

SETTLING = timedelta(minutes=1)
"""What changed later than this ago is not in an export yet."""
BASIC = "Basic " + base64.b64encode(b"admin@example.jp/token:geheim").decode()
NOT_AUTHENTICATED = {"error": "Couldn't authenticate you"}


def limited(retry_after: str | None = "23") -> Fault:
    """The limit of ten exports a minute."""
    description = "Number of allowed API requests per minute exceeded"
    return busy(retry_after, body={"error": "APIRateLimitExceeded", "description": description})


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Zendesk:
    """An account.

    Attributes:
        now: its clock; moved by hand, a minute with each `settle`.
        users, organizations, tickets: by id, each with its time of change.
        hidden: ids that an export skips after paging, so that a page may be empty before the end.
        tokens: bearer tokens that are good; `issued` counts those given to an OAuth client.
        era: cursors of earlier eras are not known any more.
    """

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    users: dict[int, Any] = field(default_factory=dict)
    organizations: dict[int, Any] = field(default_factory=dict)
    tickets: dict[int, Any] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    tokens: set[str] = field(default_factory=lambda: {"bearer-1"})
    issued: int = 0
    era: int = 1

    def put_user(self, identifier: int, **fields: Any) -> None:
        """A user, new or changed now."""
        user = self.users.get(identifier, {"id": identifier, "role": "end-user", "active": True, "name": None})
        self.users[identifier] = {**user, "organization_id": user.get("organization_id"), **fields, **self._times(user)}

    def put_organization(self, identifier: int, **fields: Any) -> None:
        """An organisation, new or changed now."""
        known = self.organizations.get(identifier, {"id": identifier, "domain_names": []})
        self.organizations[identifier] = {**known, **fields, **self._times(known)}

    def put_ticket(self, identifier: int, **fields: Any) -> None:
        """A ticket, new or changed now."""
        known = self.tickets.get(identifier, {"id": identifier, "status": "open"})
        times = {**self._times(known), "generated_timestamp": int(self.now.timestamp())}
        self.tickets[identifier] = {**known, **fields, **times}

    def touch_ticket(self, identifier: int) -> None:
        """A change by the system: `updated_at` stays."""
        self.tickets[identifier] = {**self.tickets[identifier], "generated_timestamp": int(self.now.timestamp())}

    def delete_ticket(self, identifier: int) -> None:
        """Deleted and scrubbed."""
        self.put_ticket(identifier, status="deleted", subject="SCRUBBED", description="SCRUBBED", via={})

    def settle(self, minutes: float = 2) -> None:
        """Let time pass until what changed is in the exports."""
        self.now += timedelta(minutes=minutes)

    def tick(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    def expire_tokens(self) -> None:
        self.tokens.clear()

    def expire_cursors(self) -> None:
        self.era += 1

    @property
    def app(self) -> Starlette:
        """The service."""
        return Starlette(
            routes=[
                Route("/api/v2/incremental/{kind:str}/cursor.json", self._signed_in(self._cursor_export)),
                Route("/api/v2/incremental/organizations.json", self._signed_in(self._organization_export)),
                Route("/api/v2/organizations/{id:int}/users.json", self._signed_in(self._users_of)),
                Route("/api/v2/{kind:str}/show_many.json", self._signed_in(self._show_many)),
                Route("/oauth/tokens", self._token, methods=["POST"]),
            ]
        )

    def _times(self, known: dict[str, Any]) -> dict[str, str]:
        return {"created_at": known.get("created_at", iso(self.now)), "updated_at": iso(self.now)}

    def _signed_in(self, endpoint: Any) -> Any:
        async def signed_in(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            if given != BASIC and given.removeprefix("Bearer ") not in self.tokens:
                return JSONResponse(NOT_AUTHENTICATED, 401)
            return endpoint(request)

        return signed_in

    async def _token(self, request: Request) -> Response:
        asked = await request.json()
        wanted = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "geheim", "scope": "read"}
        if asked != wanted:
            return JSONResponse({"error": "invalid_client", "error_description": "No such client"}, 401)
        self.issued += 1
        self.tokens.add(f"issued-{self.issued}")
        return JSONResponse({"access_token": f"issued-{self.issued}", "token_type": "bearer", "scope": "read"})

    def _settled(self, objects: dict[int, Any]) -> list[tuple[int, int, Any]]:
        """(time, id, object) in the order of an export; the last minute is left out."""
        until = (self.now - SETTLING).timestamp()
        timed = [(_changed(each), _number(each), each) for each in objects.values()]
        return sorted((each for each in timed if each[0] <= until), key=lambda each: each[:2])

    def _start_time(self, request: Request) -> int | None:
        text = request.query_params.get("start_time", "")
        if not text.isdecimal() or int(text) > (self.now - SETTLING).timestamp():
            return None
        return int(text)

    def _cursor_export(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        per_page = int(request.query_params.get("per_page", 1000))
        if kind not in ("users", "tickets") or not 1 <= per_page <= 1000:
            return JSONResponse({"error": "RecordNotFound", "description": "Not found"}, 404)
        after = self._position(request)
        if after is None:
            return JSONResponse({"error": "InvalidValue", "description": "Invalid cursor or start_time"}, 422)
        left = [each for each in self._settled(getattr(self, kind)) if each[:2] > after]
        page = left[:per_page]
        cursor = self._cursor(page[-1][:2] if page else after)
        return JSONResponse(
            {
                kind: [each for _, number, each in page if number not in self.hidden],
                "after_url": str(request.url.replace_query_params(cursor=cursor)),
                "after_cursor": cursor,
                "before_url": None,
                "before_cursor": None,
                "end_of_stream": len(left) <= per_page,
            }
        )

    def _position(self, request: Request) -> tuple[int, int] | None:
        """(time, id) that the page comes after; None: no such cursor or time."""
        cursor = request.query_params.get("cursor")
        if cursor is None:
            start = self._start_time(request)
            return None if start is None else (start, -1)
        era, time, identifier = json.loads(base64.urlsafe_b64decode(cursor))
        return (time, identifier) if era == self.era else None

    def _cursor(self, position: tuple[int, int]) -> str:
        return base64.urlsafe_b64encode(json.dumps([self.era, *position]).encode()).decode()

    def _organization_export(self, request: Request) -> Response:
        start = self._start_time(request)
        if start is None:
            return JSONResponse({"error": "InvalidValue", "description": "Too recent start_time"}, 422)
        left = [each for each in self._settled(self.organizations) if each[0] >= start]
        page = left[:ORGANIZATIONS_A_PAGE]
        page += [each for each in left[len(page) :] if each[0] == page[-1][0]]  # of one second, none is left behind
        end = page[-1][0] if page else None
        return JSONResponse(
            {
                "organizations": [each for _, _, each in page],
                "next_page": str(request.url.replace_query_params(start_time=str(end))),
                "end_time": end,
                "count": len(page),
                "end_of_stream": len(left) == len(page),
            }
        )

    def _users_of(self, request: Request) -> Response:
        if request.path_params["id"] not in self.organizations:
            return JSONResponse({"error": "RecordNotFound", "description": "Not found"}, 404)
        size, after = int(request.query_params["page[size]"]), request.query_params.get("page[after]", "0")
        left = [
            each
            for number, each in sorted(self.users.items())
            if number > int(after) and each["organization_id"] == request.path_params["id"] and each["active"]
        ]
        page = left[:size]
        cursor = str(page[-1]["id"]) if page else None
        meta = {"has_more": len(left) > size, "after_cursor": cursor, "before_cursor": None}
        return JSONResponse({"users": page, "meta": meta, "links": {"next": None, "prev": None}})

    def _show_many(self, request: Request) -> Response:
        kind, ids = request.path_params["kind"], request.query_params["ids"].split(",")
        if len(ids) > 100:
            return JSONResponse({"error": "TooManyIds", "description": "At most 100"}, 400)
        objects = getattr(self, kind)
        return JSONResponse({kind: [objects[int(each)] for each in ids if int(each) in objects], "next_page": None})


ORGANIZATIONS_A_PAGE = 4
"""A thousand in the real one; small here, so that tests meet more than one page."""


def _changed(value: Any) -> int:
    """The time an export goes by; what a test has spoilt comes where it was."""
    if not isinstance(value, dict):
        return 0
    return int(value.get("generated_timestamp") or datetime.fromisoformat(value["updated_at"]).timestamp())


def _number(value: Any) -> int:
    return int(value["id"] or 0) if isinstance(value, dict) else 0
