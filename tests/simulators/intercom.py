"""Intercom as its public API description (2.14) has it: searches by whole days, cursors, merged contacts, sign-in."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators.server import Fault, busy

DATES = ("created_at", "updated_at", "last_seen_at")
MAX_FILTERS = 15


def errors(code: str, message: str = "") -> dict[str, Any]:
    return {"type": "error.list", "request_id": "r1", "errors": [{"code": code, "message": message}]}


def limited(reset: int | None = None) -> Fault:
    """The limit of requests; `reset` is the Unix time at which it is whole again."""
    headers: dict[str, Any] = {} if reset is None else {"x_ratelimit_limit": "166", "x_ratelimit_remaining": "0"}
    asked: dict[str, Any] = {} if reset is None else {"x_ratelimit_reset": str(reset)}
    return busy(None, body=errors("rate_limit_exceeded", "Exceeded rate limit"), **headers, **asked)


@dataclass
class Intercom:
    """A workspace.

    Attributes:
        now: its clock; moved by hand.
        zone: in which a day begins and ends.
        contacts, conversations: by id.
        unsearchable: ids that searches do not find yet.
        era: cursors of earlier eras are not taken any more.
    """

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    zone: str = "UTC"
    contacts: dict[str, Any] = field(default_factory=dict)
    conversations: dict[str, Any] = field(default_factory=dict)
    unsearchable: set[str] = field(default_factory=set)
    era: int = 1

    def put_contact(self, number: int, **fields: Any) -> str:
        """A contact, new or changed now; its id."""
        identifier = f"{number:024x}"
        known = self.contacts.get(identifier, {"type": "contact", "id": identifier, "role": "user"})
        self.contacts[identifier] = {**known, **fields, **self._times(known)}
        return identifier

    def put_conversation(self, number: int, contact: str, **fields: Any) -> None:
        """A conversation of a contact, new or changed now."""
        known = self.conversations.get(str(number), {"type": "conversation", "id": str(number), "state": "open"})
        reference = {"type": "contact", "id": contact, "external_id": None}
        contacts = {"contacts": {"type": "contact.list", "contacts": [reference]}}
        self.conversations[str(number)] = {**known, **contacts, **fields, **self._times(known)}

    def merge(self, lost: str, kept: str) -> None:
        """One contact into another; the first vanishes everywhere."""
        del self.contacts[lost]
        self.contacts[kept] = {**self.contacts[kept], **self._times(self.contacts[kept])}

    def tick(self, seconds: float = 1) -> None:
        self.now += timedelta(seconds=seconds)

    def expire_cursors(self) -> None:
        self.era += 1

    @property
    def app(self) -> Starlette:
        """The service."""
        return Starlette(
            routes=[
                Route("/me", self._me),
                Route("/contacts", self._contacts),
                Route("/{kind:str}/search", self._search, methods=["POST"]),
            ]
        )

    def _times(self, known: dict[str, Any]) -> dict[str, int]:
        now = int(self.now.timestamp())
        return {"created_at": known.get("created_at", now), "updated_at": now}

    def _refused(self, request: Request) -> Response | None:
        if request.headers.get("authorization") != "Bearer geheim":
            return JSONResponse(errors("unauthorized", "Access Token Invalid"), 401)
        if request.headers.get("intercom-version") != "2.14":
            return JSONResponse(errors("intercom_version_invalid"), 400)
        return None

    async def _me(self, request: Request) -> Response:
        admin = {"type": "admin", "id": "1", "email": "admin@example.jp", "app": {"timezone": self.zone}}
        return self._refused(request) or JSONResponse(admin)

    async def _contacts(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        paging = {"per_page": int(request.query_params.get("per_page", 50))}
        after = request.query_params.get("starting_after")
        listed = sorted(
            ((-_number(each, "created_at"), _id(each), each) for each in self.contacts.values()), key=_place
        )
        return self._page("data", listed, {**paging, "starting_after": after})

    async def _search(self, request: Request) -> Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        kind, asked = request.path_params["kind"], await request.json()
        filters = asked["query"]["value"]
        if asked["query"]["operator"] != "AND" or len(filters) > MAX_FILTERS:
            return JSONResponse(errors("parameter_invalid"), 400)
        if any(each["field"] in DATES and each["operator"] not in ("=", ">", "<") for each in filters):
            return JSONResponse(errors("parameter_invalid", "operator is not supported on dates"), 400)
        found = [
            each
            for number, each in getattr(self, kind).items()
            if number not in self.unsearchable and all(self._holds(one, each) for one in filters)
        ]
        is_ascending = asked.get("sort") == {"field": "updated_at", "order": "ascending"}
        sign, by = (1, "updated_at") if is_ascending else (-1, "created_at")
        listed = sorted(((sign * _number(each, by), _id(each), each) for each in found), key=_place)
        return self._page("data" if kind == "contacts" else "conversations", listed, asked.get("pagination", {}))

    def _holds(self, condition: dict[str, Any], each: Any) -> bool:
        name, operator, value = condition["field"], condition["operator"], condition["value"]
        if name in DATES:
            stamp, begins, ends = _number(each, name), self._midnight(value), self._midnight(value, 1)
            return {"=": begins <= stamp < ends, ">": stamp >= ends, "<": stamp < begins}[operator]
        held = _id(each) if name == "id" else each.get(name)
        return held in value if operator == "IN" else held == value

    def _midnight(self, stamp: int, days: int = 0) -> float:
        """When the day of a time began in the workspace, or so many days later."""
        zone = ZoneInfo(self.zone)
        day = datetime.fromtimestamp(stamp, zone).date() + timedelta(days=days)
        return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()

    def _page(self, name: str, listed: list[Any], paging: dict[str, Any]) -> Response:
        size, after = int(paging.get("per_page", 50)), paging.get("starting_after")
        if not 1 <= size <= 150:
            return JSONResponse(errors("parameter_invalid", "per_page must be between 1 and 150"), 400)
        left = listed
        if after is not None:
            era, *place = json.loads(base64.urlsafe_b64decode(after))
            if era != self.era:
                return JSONResponse(errors("parameter_invalid", "starting_after is invalid"), 400)
            left = [each for each in listed if [each[0], each[1]] > place]
        page = left[:size]
        pages: dict[str, Any] = {"type": "pages", "page": 1, "per_page": size, "total_pages": -(-len(listed) // size)}
        if len(left) > size:
            cursor = base64.urlsafe_b64encode(json.dumps([self.era, *page[-1][:2]]).encode()).decode()
            pages["next"] = {"per_page": size, "starting_after": cursor}
        shown = [each for _, _, each in page]
        return JSONResponse({"type": "list", name: shown, "total_count": len(listed), "pages": pages})


def _place(entry: tuple[int, str, Any]) -> tuple[int, str]:
    return entry[:2]


def _number(each: Any, name: str) -> int:
    return int(each.get(name) or 0) if isinstance(each, dict) else 0


def _id(each: Any) -> str:
    return str(each.get("id") or "") if isinstance(each, dict) else ""
