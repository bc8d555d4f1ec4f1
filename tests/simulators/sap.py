"""SAP's API_BUSINESS_PARTNER as its public description has it: OData version 2, Basic, OAuth and API key, errors."""

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.simulators.server import Fault, Reply, replying

ROOT = "/sap/opu/odata/sap/API_BUSINESS_PARTNER"
BASIC = "Basic " + base64.b64encode(b"COMM_USER:geheim").decode()
FOR_EVER = "/Date(253402214400000)/"
_LOGON_PAGE = b"<!DOCTYPE html><html><head><title>Logon Error Message</title></head><body>Logon failed</body></html>"
_CHALLENGE = {"www-authenticate": 'Basic realm="SAP NetWeaver Application Server [XXX/100]"'}
_CONDITION = re.compile(r"(\w+) (ge|gt|lt|le|eq) (?:datetime)?'((?:[^']|'')*)'")


def edm_date(moment: datetime) -> str:
    """The day of a moment as Edm.DateTime."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    return f"/Date({int(midnight.timestamp() * 1000)})/"


def edm_time(moment: datetime) -> str:
    """The time of day of a moment as Edm.Time."""
    return f"PT{moment:%HH%MM%SS}"


def error(code: str, text: str) -> dict[str, Any]:
    detail = {"code": code, "message": text, "propertyref": "", "severity": "error", "target": ""}
    inner = {"transactionid": "AB12", "timestamp": "", "Error_Resolution": {}, "errordetails": [detail]}
    return {"error": {"code": code, "message": {"lang": "en", "value": text}, "innererror": inner}}


def logon_page() -> Fault:
    """401 with a page."""
    return replying(Reply(401, {"content-type": "text/html; charset=utf-8", **_CHALLENGE}, _LOGON_PAGE))


def empty_logon() -> Fault:
    """401 with nothing."""
    return replying(Reply(401, dict(_CHALLENGE), b""))


def gateway_time_out() -> Fault:
    """504 of the gateway."""
    return replying(Reply(504, {"content-type": "text/plain"}, b"Gateway Timeout"))


@dataclass
class Sap:
    """A system.

    Attributes:
        now: its clock; moved by hand.
        partners: by number, as stored: times as datetimes, lists under their links.
        contacts: entries of A_BusinessPartnerContact.
        server_page: how many entities it gives at most, with `__next` for the rest; None gives what is asked for.
        compares_keys: whether a filter may say `BusinessPartner gt`.
        hidden: numbers that it forgets to print, as a broken exit of a customer's might.
        tokens: OAuth tokens that are good.
    """

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    partners: dict[str, dict[str, Any]] = field(default_factory=dict)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    server_page: int | None = None
    compares_keys: bool = True
    hidden: set[str] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    issued: int = 0

    def put(self, number: str, category: str = "2", **fields: Any) -> None:
        """A business partner, new or changed now; a new one has no date of change."""
        known = self.partners.get(number)
        if known is None:
            begin = {"BusinessPartner": number, "BusinessPartnerCategory": category, "CreationDate": edm_date(self.now)}
            times = {"CreationTime": edm_time(self.now), "LastChangeDate": None, "LastChangeTime": "PT00H00M00S"}
            marks = {"BusinessPartnerIsBlocked": False, "IsMarkedForArchiving": False}
            self.partners[number] = {**begin, **times, **marks, **fields}
        else:
            times = {"LastChangeDate": edm_date(self.now), "LastChangeTime": edm_time(self.now)}
            self.partners[number] = {**known, **fields, **times}

    def put_below(self, number: str, **links: list[dict[str, Any]]) -> None:
        """What hangs on a business partner; the date of its change stays."""
        self.partners[number] |= links

    def employ(self, person: str, company: str, until: str = FOR_EVER, **links: Any) -> None:
        """Make a person a company's contact person."""
        key = {"RelationshipNumber": str(len(self.contacts) + 1), "BusinessPartnerCompany": company}
        times = {"ValidityStartDate": "/Date(1262304000000)/", "ValidityEndDate": until}
        self.contacts.append({**key, "BusinessPartnerPerson": person, **times, **links})

    def archive(self, number: str) -> None:
        del self.partners[number]

    def tick(self, **by: float) -> None:
        self.now += timedelta(**(by or {"seconds": 1}))

    @property
    def app(self) -> Starlette:
        """The service."""
        return Starlette(
            routes=[
                Route(
                    f"{ROOT}/", self._signed_in(lambda _: JSONResponse({"d": {"EntitySets": ["A_BusinessPartner"]}}))
                ),
                Route(f"{ROOT}/A_BusinessPartner", self._signed_in(self._partners)),
                Route(f"{ROOT}/A_BusinessPartnerContact", self._signed_in(self._contacts)),
                Route("/sap/bc/sec/oauth2/token", self._token, methods=["POST"]),
            ]
        )

    def _signed_in(self, endpoint: Any) -> Any:
        async def signed_in(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            is_known = given == BASIC or request.headers.get("apikey") == "schluessel"
            if not is_known and given.removeprefix("Bearer ") not in self.tokens:
                return Response(_LOGON_PAGE, 401, dict(_CHALLENGE), "text/html")
            if request.query_params.get("$format") != "json" and "json" not in request.headers["accept"]:
                return Response("<feed/>", media_type="application/atom+xml")
            return endpoint(request)

        return signed_in

    async def _token(self, request: Request) -> Response:
        client = "Basic " + base64.b64encode(b"client:geheim").decode()
        if request.headers.get("authorization") != client or await request.body() != b"grant_type=client_credentials":
            return JSONResponse({"error": "invalid_client"}, 401)
        self.issued += 1
        self.tokens.add(f"issued-{self.issued}")
        return JSONResponse({"access_token": f"issued-{self.issued}", "token_type": "Bearer", "expires_in": 3600})

    def _partners(self, request: Request) -> Response:
        stored = [self.partners[number] for number in sorted(self.partners, key=internal)]
        return self._answer(request, stored, "A_BusinessPartner")

    def _contacts(self, request: Request) -> Response:
        return self._answer(request, self.contacts, "A_BusinessPartnerContact")

    def _answer(self, request: Request, stored: list[Any], name: str) -> Response:
        query = request.query_params
        condition = query.get("$filter", "")
        if "BusinessPartner gt" in condition and not self.compares_keys:
            return JSONResponse(error("/IWBEP/CM_MGW_RT/022", "Unsupported operator gt"), 400)
        found = [each for each in stored if fulfils(each, condition)]
        skip = int(query.get("$skiptoken", query.get("$skip", "0")))
        top = int(query["$top"]) if "$top" in query else len(found)
        size = min(top, self.server_page or top)
        page = found[skip : skip + size]
        inner: dict[str, Any] = {"results": [self._printed(each, query.get("$expand", ""), name) for each in page]}
        if query.get("$inlinecount") == "allpages":
            inner["__count"] = str(len(found))
        if self.server_page is not None and size == self.server_page and len(found) > skip + size:
            inner["__next"] = str(request.url.include_query_params(**{"$skiptoken": skip + size}))
        return JSONResponse({"d": inner})

    def _printed(self, entity: dict[str, Any], expand: str, name: str) -> dict[str, Any]:
        about = {"id": f"{name}('1')", "uri": f"{name}('1')", "type": f"API_BUSINESS_PARTNER.{name}Type"}
        printed = {"__metadata": {**about, "etag": f"W/\"'{self.now:%Y%m%d%H%M%S}'\""}, **_expanded(entity, expand)}
        if entity.get("BusinessPartner") in self.hidden:
            printed["BusinessPartner"] = None
        return printed


def internal(number: str) -> str:
    """How a number is stored and sorted: figures with leading zeros."""
    return number.zfill(10) if number.isdecimal() else number


def fulfils(entity: dict[str, Any], condition: str) -> bool:
    """Whether an entity fulfils a filter of comparisons joined by `and`, or by `or`."""
    parts = [_is_true(entity, *found.groups()) for found in _CONDITION.finditer(condition)]
    return any(parts) if " or " in condition else all(parts)


def _is_true(entity: dict[str, Any], name: str, operator: str, text: str) -> bool:
    value: Any = entity.get(name)
    if value is None:
        return False
    if isinstance(value, str) and value.startswith("/Date("):
        bound: Any = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000
        value = int(value[6:].partition(")")[0])
    else:
        bound, value = internal(text.replace("''", "'")), internal(str(value))
    return {"ge": value >= bound, "gt": value > bound, "lt": value < bound, "le": value <= bound, "eq": value == bound}[
        operator
    ]


def _expanded(entity: dict[str, Any], expand: str) -> dict[str, Any]:
    """An entity with the links that were asked for; the others are only named."""
    wanted: dict[str, list[str]] = {}
    for path in filter(None, expand.split(",")):
        head, _, rest = path.partition("/")
        wanted.setdefault(head, []).append(rest)
    printed: dict[str, Any] = {}
    for name, value in entity.items():
        if not name.startswith("to_"):
            printed[name] = value
        elif name not in wanted:
            printed[name] = {"__deferred": {"uri": f"https://sap.example/{name}"}}
        elif isinstance(value, list):
            printed[name] = {"results": [_expanded(each, ",".join(wanted[name])) for each in value]}
        else:
            printed[name] = _expanded(value, ",".join(wanted[name]))
    return printed
