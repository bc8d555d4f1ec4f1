"""Freshdesk as its public API description has it: lists by page number, filters, links to next pages, sign-in."""

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators.server import Exchange, Fault, busy

BASIC = "Basic " + base64.b64encode(b"geheim:X").decode()
NOT_AUTHENTICATED = {"code": "invalid_credentials", "message": "You have to be logged in to perform this action."}
COMMON = {"page", "per_page"}
KNOWN = {
    "contacts": COMMON | {"_updated_since", "state", "company_id", "email", "mobile", "phone"},
    "companies": COMMON,
    "tickets": COMMON | {"updated_since", "order_by", "order_type", "include", "filter"},
}
INCLUDED = {"requester", "stats", "description"}
DEFAULT_DAYS = 30


def limited(retry_after: str | None = "23") -> Fault:
    """The limit of requests a minute."""
    return busy(retry_after, body={"message": "You have exceeded the limit of requests per minute"})


def stale(holder: list[Any]) -> Fault:
    """The page before of the same list once more; the account is the holder's only element."""

    async def fault(exchange: Exchange) -> None:
        holder[0].is_stale = True
        await exchange.reply(await exchange.answer())

    return fault


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Freshdesk:
    """An account.

    Attributes:
        now: its clock; moved by hand.
        contacts, companies, tickets: by id, each with its time of change.
        gone: names of the lists in which deleted objects stand, by kind and id (`deleted`, `spam`).
        is_inclusive: whether "since" a second includes that second.
        order: of contacts and companies; there is no promise.
        last_page: of tickets.
        is_stale: the next page is the one that was shown before of the same list.
        shown: the last page of each list, by kind and filter.
    """

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    contacts: dict[int, Any] = field(default_factory=dict)
    companies: dict[int, Any] = field(default_factory=dict)
    tickets: dict[int, Any] = field(default_factory=dict)
    gone: dict[tuple[str, int], str] = field(default_factory=dict)
    is_inclusive: bool = True
    order: Callable[[Any], Any] = lambda each: each["id"] or 0
    last_page: int = 300
    is_stale: bool = False
    shown: dict[tuple[str, str | None], Response] = field(default_factory=dict)

    def put(self, kind: str, identifier: int, **fields: Any) -> None:
        """An object, new or changed now."""
        known = getattr(self, kind).get(identifier, {"id": identifier, "created_at": iso(self.now)})
        getattr(self, kind)[identifier] = {**known, **fields, "updated_at": iso(self.now)}

    def put_contact(self, identifier: int, **fields: Any) -> None:
        self.put("contacts", identifier, **{"company_id": None, **self.contacts.get(identifier, {}), **fields})

    def put_ticket(self, identifier: int, **fields: Any) -> None:
        shown = {"status": 2, "source": 1, "spam": False, **self.tickets.get(identifier, {}), **fields}
        self.put("tickets", identifier, **shown)

    def delete(self, kind: str, identifier: int, where: str = "deleted") -> None:
        """Put an object into the list of deleted ones, or of spam."""
        self.gone[kind, identifier] = where
        self.put(kind, identifier, **{where: True})

    def restore(self, kind: str, identifier: int) -> None:
        where = self.gone.pop((kind, identifier))
        self.put(kind, identifier, **{where: False})

    def tick(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def app(self) -> Starlette:
        """The service."""
        return Starlette(routes=[Route("/api/v2/{kind:str}", self._signed_in)])

    async def _signed_in(self, request: Request) -> Response:
        if request.headers.get("authorization") != BASIC:
            return JSONResponse(NOT_AUTHENTICATED, 401)
        kind = request.path_params["kind"]
        if kind not in KNOWN:
            return Response(status_code=404)
        query = dict(request.query_params)
        refused = self._refused(kind, query)
        if refused is not None:
            return refused
        name = (kind, query.get("state") or query.get("filter") or query.get("company_id"))
        page = self._page(request, self._listed(kind, query))
        if self.is_stale:
            self.is_stale, page = False, self.shown.get(name, page)
        self.shown[name] = page
        return page

    def _refused(self, kind: str, query: dict[str, str]) -> Response | None:
        unknown = next((name for name in query if name not in KNOWN[kind]), None)
        if unknown is not None:
            return _invalid(unknown, "Unexpected/invalid field in request", "invalid_field")
        if not 1 <= int(query.get("per_page", 30)) <= 100:
            return _invalid("per_page", "It should be a Positive Integer less than or equal to 100", "invalid_value")
        if kind == "tickets" and int(query.get("page", 1)) > self.last_page:
            return _invalid("page", "You cannot access tickets beyond the 300th page.", "invalid_value")
        if "company_id" in query and int(query["company_id"]) not in self.companies:
            return _invalid("company_id", "There is no company matching the given company_id", "invalid_value")
        if not set(query.get("include", "stats").split(",")) <= INCLUDED:
            return _invalid("include", "It should be one of these values", "invalid_value")
        return None

    def _listed(self, kind: str, query: dict[str, str]) -> list[Any]:
        place = query.get("state") or query.get("filter")
        found = [each for number, each in getattr(self, kind).items() if self.gone.get((kind, number)) == place]
        since = query.get("updated_since") or query.get("_updated_since")
        if since is not None:
            found = [each for each in found if self._is_since(each["updated_at"], since)]
        elif kind == "tickets":
            begin = iso(self.now - timedelta(days=DEFAULT_DAYS))
            found = [each for each in found if each["created_at"] > begin]
        if "company_id" in query:
            found = [each for each in found if each["company_id"] == int(query["company_id"])]
        if kind != "tickets":
            return sorted(found, key=self.order)
        ordered = sorted(found, key=lambda each: (each[query.get("order_by", "created_at")], each["id"] or 0))
        shown = ordered if query.get("order_type") == "asc" else ordered[::-1]
        has_text = "description" in query.get("include", "").split(",")
        return shown if has_text else [_without_text(each) for each in shown]

    def _is_since(self, changed: str, since: str) -> bool:
        return changed >= since if self.is_inclusive else changed > since

    def _page(self, request: Request, listed: list[Any]) -> Response:
        size, number = int(request.query_params.get("per_page", 30)), int(request.query_params.get("page", 1))
        headers = {"x-ratelimit-total": "100", "x-ratelimit-remaining": "99", "x-ratelimit-used-currentrequest": "1"}
        if len(listed) > size * number:
            headers["link"] = f'<{request.url.include_query_params(page=number + 1)}>; rel="next"'
        return JSONResponse(listed[size * (number - 1) : size * number], headers=headers)


def _without_text(ticket: Any) -> Any:
    return {name: value for name, value in ticket.items() if name not in ("description", "description_text")}


def _invalid(name: str, message: str, code: str) -> Response:
    error = {"field": name, "message": message, "code": code}
    return JSONResponse({"description": "Validation failed", "errors": [error]}, 400)
