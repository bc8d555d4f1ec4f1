"""Odoo's external API as its public description has it: JSON-2 and JSON-RPC over the same records.

Times are kept to the microsecond and cut to the second when they are read, and a record that was written in a
transaction shows the time of its beginning, whenever it is committed.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

DATABASE, USER, KEY = "acme", "api@example.jp", "schluessel"
TYPES = {
    "res.partner": {
        "id": "integer", "name": "char", "is_company": "boolean", "type": "selection", "parent_id": "many2one",
        "active": "boolean", "partner_share": "boolean", "ref": "char", "email": "char", "phone": "char",
        "function": "char", "company_name": "char", "street": "char", "city": "char", "state_id": "many2one",
        "zip": "char", "country_id": "many2one", "country_code": "char", "vat": "char", "lang": "selection",
        "category_id": "many2many", "x_rank": "integer", "image_1920": "binary", "create_date": "datetime",
        "write_date": "datetime",
    },
    "sale.order": {
        "id": "integer", "name": "char", "partner_id": "many2one", "date_order": "datetime",
        "amount_total": "monetary", "currency_id": "many2one", "state": "selection", "create_date": "datetime",
        "write_date": "datetime",
    },
}  # fmt: skip
DEFAULTS: dict[str, dict[str, Any]] = {
    "res.partner": {"is_company": False, "type": "contact", "active": True, "partner_share": True, "category_id": []},
    "sale.order": {"state": "sale"},
}
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


class OdooError(Exception):
    """An exception of the server: its class, its message, its status in JSON-2."""

    def __init__(self, name: str, message: str, status: int) -> None:
        super().__init__(name)
        self.name, self.message, self.status = name, message, status

    @property
    def about(self) -> dict[str, Any]:
        texts = {"name": self.name, "message": self.message, "debug": f"Traceback …\n{self.name}: {self.message}"}
        return {**texts, "arguments": [self.message], "context": {}}


@dataclass
class Odoo:
    """A server with one database.

    Attributes:
        now: its clock; moved by hand.
        tables: model -> number -> record, times as naive datetimes in UTC.
        uncommitted: what transactions wrote that are still open.
        keys: API keys that are good.
        denied: models that the user may not read.
        missing: models of apps that are not installed.
        spoilt: numbers of contacts that are given out without their number.
        expired_sessions: how many of the next calls of JSON-RPC find the session expired.
    """

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    tables: dict[str, dict[int, dict[str, Any]]] = field(default_factory=lambda: {model: {} for model in TYPES})
    uncommitted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    keys: set[str] = field(default_factory=lambda: {KEY})
    denied: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    spoilt: set[int] = field(default_factory=set)
    expired_sessions: int = 0

    def put(self, number: int, model: str = "res.partner", *, begun: datetime | None = None, **fields: Any) -> None:
        """A record, new or changed, in a transaction that is committed at once."""
        self.begin(number, model, begun=begun, **fields)
        self._commit(*self.uncommitted.pop())

    def begin(self, number: int, model: str = "res.partner", *, begun: datetime | None = None, **fields: Any) -> None:
        """A record, new or changed, in a transaction that stays open."""
        at = (begun or self.now).replace(tzinfo=None)
        known = self.tables[model].get(number)
        record = known or {**DEFAULTS[model], "id": number, "create_date": at}
        self.uncommitted.append((model, {**record, **fields, "write_date": at}))

    def commit(self) -> None:
        """End the open transactions."""
        while self.uncommitted:
            self._commit(*self.uncommitted.pop(0))

    def _commit(self, model: str, record: dict[str, Any]) -> None:
        self.tables[model][record["id"]] = record

    def order(self, number: int, partner: int, **fields: Any) -> None:
        """A sales order."""
        at = self.now.replace(tzinfo=None)
        links = {"partner_id": [partner, "?"], "currency_id": [25, "JPY"], "date_order": at}
        self.put(number, "sale.order", **{"name": f"S{number:05}", "amount_total": 1200.0, **links, **fields})

    def merge(self, winner: int, *losers: int) -> None:
        """What the wizard does: the losers are gone."""
        for loser in losers:
            del self.tables["res.partner"][loser]
        self.put(winner)

    def tick(self, **by: float) -> None:
        self.now += timedelta(**(by or {"seconds": 1}))

    @property
    def app(self) -> Starlette:
        """The service."""
        return Starlette(
            routes=[
                Route("/json/2/{model:str}/{method:str}", self._json2, methods=["POST"]),
                Route("/jsonrpc", self._json_rpc, methods=["POST"]),
            ]
        )

    async def _json2(self, request: Request) -> Response:
        try:
            if request.headers.get("authorization", "").partition(" ")[2] not in self.keys:
                raise OdooError("werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
            if request.headers.get("x-odoo-database", DATABASE) != DATABASE:
                raise OdooError("werkzeug.exceptions.NotFound", "No such database", 404)
            model, method = request.path_params["model"], request.path_params["method"]
            return JSONResponse(self._called(model, method, await request.json()))
        except OdooError as error:
            return JSONResponse(error.about, error.status)

    async def _json_rpc(self, request: Request) -> Response:
        asked = await request.json()
        answer = {"jsonrpc": "2.0", "id": asked["id"]}
        params = asked["params"]
        try:
            if params["service"] == "common":
                database, user, key, _ = params["args"]
                is_known = (database, user) == (DATABASE, USER) and key in self.keys
                return JSONResponse({**answer, "result": 2 if is_known else False})
            database, uid, key, model, method, args, named = params["args"]
            if (database, uid, args) != (DATABASE, 2, []) or key not in self.keys:
                raise OdooError("odoo.exceptions.AccessDenied", "Access Denied", 200)
            if self.expired_sessions:
                self.expired_sessions -= 1
                raise OdooError("odoo.http.SessionExpiredException", "Session expired", 100)
            return JSONResponse({**answer, "result": self._called(model, method, named)})
        except OdooError as error:
            code = 100 if error.status == 100 else 200
            return JSONResponse(
                {**answer, "error": {"code": code, "message": "Odoo Server Error", "data": error.about}}
            )

    def _called(self, model: str, method: str, named: dict[str, Any]) -> Any:
        if (model, method) == ("res.users", "context_get"):
            return {"lang": "ja_JP", "tz": "Asia/Tokyo", "uid": 2}
        if model not in TYPES or model in self.missing:
            raise OdooError("odoo.exceptions.UserError", f"Object {model} doesn't exist", 404)
        if model in self.denied:
            raise OdooError("odoo.exceptions.AccessError", f"You are not allowed to access {model}", 403)
        if method == "fields_get":
            return {name: {"type": kind} for name, kind in TYPES[model].items()}
        found = self._found(model, named["domain"], named.get("context", {}))
        if method == "search_count":
            return len(found)
        if method not in ("search", "search_read"):
            raise OdooError("werkzeug.exceptions.NotFound", f"{method} does not exist", 404)
        for name in reversed([part.strip() for part in named.get("order", "id").split(",")]):
            found.sort(key=lambda record: record[name])
        begin = named.get("offset", 0)
        page = found[begin : begin + named.get("limit", len(found))]
        return [each["id"] if method == "search" else self._printed(model, each, named["fields"]) for each in page]

    def _found(self, model: str, domain: list[Any], context: dict[str, Any]) -> list[dict[str, Any]]:
        names = [each[0] for each in domain if isinstance(each, list)]
        hides = context.get("active_test", True) and "active" not in names
        records = self.tables[model].values()
        return [each for each in records if fulfils(each, domain) and not (hides and each.get("active") is False)]

    def _printed(self, model: str, record: dict[str, Any], fields: list[str]) -> dict[str, Any]:
        printed: dict[str, Any] = {"id": record["id"]}
        for name in fields:
            if name not in TYPES[model]:
                raise OdooError("builtins.ValueError", f"Invalid field {name!r} on {model!r}", 422)
            value = record.get(name, False)
            printed[name] = f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value
        if model == "res.partner" and record["id"] in self.spoilt:
            printed["id"] = False
        return printed


def fulfils(record: dict[str, Any], domain: list[Any]) -> bool:
    """Whether a record fulfils a domain, in Odoo's prefix notation with the `&` between parts left away."""
    parts = list(domain)

    def one() -> bool:
        part = parts.pop(0)
        if part in ("&", "|"):
            left, right = one(), one()
            return (left and right) if part == "&" else (left or right)
        return _is_true(record, *part)

    results = []
    while parts:
        results.append(one())
    return all(results)


def _is_true(record: dict[str, Any], name: str, operator: str, bound: Any) -> bool:
    value = record.get(name, False)
    if isinstance(value, datetime):
        assert _TIME.fullmatch(bound), bound
        bound = datetime.strptime(bound, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - UTC throughout
    if operator == "in":
        return value in bound
    if operator == "=":
        return bool(value == bound)
    return {">": value > bound, ">=": value >= bound, "<": value < bound, "<=": value <= bound}[operator]
