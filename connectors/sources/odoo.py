"""Contacts of Odoo and their sales orders, through JSON-2 (Odoo 19 and later) or JSON-RPC (up to Odoo 21).

Rows come as they change; every `audit_hours` the numbers of all records are compared, because Odoo tells of no deletion
(the merge of contacts deletes the losers). What was archived counts as deleted unless `archived` says otherwise: Odoo
lets nobody delete a contact who has orders, so that archiving is how its users take one out of use. Tested against a
simulator built from the public API description.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.kit.http import HttpClient, HttpService
from connectors.kit.http_auth import Authentication, bearer
from connectors.kit.http_options import BaseUrl, HttpOptions
from connectors.kit.http_retries import Wait
from connectors.kit.odoo_calls import Json2Calls, JsonRpcCalls, NoHeader, OdooCalls
from connectors.kit.odoo_reads import OdooRead, OdooStream, Pace
from connectors.kit.odoo_rows import STREAMS, Stream, numbers_of
from connectors.kit.odoo_scans import Records, ScanState, kind_of, odoo_time
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import FatalSourceError, Fault


class OdooOptions(HttpOptions):
    """Which server, and as whom.

    Attributes:
        base_url: of the server: `https://acme.odoo.com`.
        database: its name; JSON-2 needs it only where a server has several.
        transport: `json2` from Odoo 19 on, `jsonrpc` for older ones.
        api_key: of a user who may read contacts and orders; for JSON-RPC a password will do.
        user: login name; for JSON-RPC alone.
        include_orders: read sales orders (`sale.order`), which happened with their contacts.
        archived: what was archived counts as `deleted`, or is `kept` as a contact like others.
        language: of translated texts, as Odoo has it (`ja_JP`); None leaves it to the user's settings.
        more_fields: fields of contacts to read besides the usual ones, for a mapping of your own.
        overlap_seconds: how far a read looks back: as long as a transaction may stay open.
        audit_hours: how often the numbers of all records are compared, by Odoo's own clock; 0 never, and then nothing
            that was deleted is found.
        audit_page_size: numbers a page of an audit.
        page_size: records a page.
    """

    base_url: BaseUrl
    database: str | None = None
    transport: Literal["json2", "jsonrpc"] = "json2"
    api_key: SecretStr
    user: str | None = None
    include_orders: bool = True
    archived: Literal["deleted", "kept"] = "deleted"
    language: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_@.-]+$")
    more_fields: tuple[str, ...] = ()
    overlap_seconds: int = Field(default=300, ge=0)
    audit_hours: float = Field(default=24.0, ge=0)
    audit_page_size: int = Field(default=5000, ge=1)
    page_size: int = Field(default=500, ge=1)

    @model_validator(mode="after")
    def _has_what_its_transport_needs(self) -> Self:
        if self.transport == "jsonrpc" and (self.database is None or self.user is None):
            raise ValueError("source.odoo_login")
        return self


class Odoo:
    """Contacts (stream `partners`, key: the number), sales orders (stream `orders`, key: `order/` and the number)."""

    options: ClassVar[type[BaseModel]] = OdooOptions
    default_mapping: ClassVar[str | None] = "odoo"
    key_is_personal = False
    has_columns = True

    def __init__(self, options: OdooOptions, context: SourceContext, wait: Wait = time.sleep) -> None:
        self._options = options
        self._context = context
        self._wait = wait

    def check(self) -> tuple[Fault, ...]:
        """Sign in, and see that the user may read.

        Raises as `pages`. Advice: `advice.odoo_jsonrpc_ends`; `advice.no_audit`, the options say so;
        `advice.no_server_clock`, the server does not tell its time, so nothing is audited.
        """
        advice = ["advice.odoo_jsonrpc_ends"] if self._options.transport == "jsonrpc" else []
        with self._client() as client:
            calls = self._calls(client)
            has_clock = calls.sign_in().server_time is not None
            for stream in self._names:
                self._stream(calls, stream)
        if self._options.audit_hours == 0:
            advice.append("advice.no_audit")
        elif not has_clock:
            advice.append("advice.no_server_clock")
        return tuple(Fault(code, {"source": self._context.name}) for code in advice)

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """What changed since the bookmark; everything at first; the keys of everything when an audit is due.

        Raises:
            FatalSourceError: `source.odoo_no_orders`, `source.cursor_stands_still`, and those of `OdooCalls`.
            RetriableSourceError: those of `OdooCalls`.
        """
        with self._client() as client:
            calls = self._calls(client)
            now = calls.sign_in().server_time
            options = self._options
            overlap = timedelta(seconds=options.overlap_seconds)
            read = OdooRead(dict(bookmark or {}), Pace(overlap, options.audit_hours, options.audit_page_size, now))
            yield from read.pages([self._stream(calls, stream) for stream in self._names])

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Records whose last change lies in `[since, until)`, to the second; raises as `pages`."""
        before: dict[str, JsonValue] = dict(bookmark or {})
        begun = before.get("stream")
        names = self._names[self._names.index(begun) :] if begun in self._names else self._names
        with self._client() as client:
            calls = self._calls(client)
            for name in names:
                stream = self._stream(calls, name)
                state = ScanState.from_json(before.get("scan")) if name == begun else ScanState(odoo_time(since))
                for values, after in stream.records.changed(state, odoo_time(until)):
                    rows = stream.rows(values, "changed", after.n)
                    yield Page(tuple(rows), {"stream": name, "scan": after.as_json()})

    def rows(self, keys: Sequence[str]) -> Iterator[DeliveredRow]:
        """The contacts and orders of these keys; raises as `pages`."""
        with self._client() as client:
            calls = self._calls(client)
            for name in self._names:
                own = tuple(key for key in keys if ("/" in key) == (name == "orders"))
                numbers = numbers_of(name, own)
                stream = self._stream(calls, name) if numbers else None
                values = list(stream.records.by_number(numbers)) if stream is not None else []
                for row in stream.rows(values, "by key", len(values)) if stream is not None else ():
                    if not row.is_deleted:
                        yield row

    @property
    def _names(self) -> tuple[Stream, ...]:
        return STREAMS if self._options.include_orders else STREAMS[:1]

    def _stream(self, calls: OdooCalls, name: Stream) -> OdooStream:
        """A stream with the fields that this server has of it."""
        options = self._options
        is_deleted = options.archived == "deleted"
        try:
            kind = kind_of(calls, name, options.more_fields, archived_is_deleted=is_deleted)
        except FatalSourceError as error:
            if name == "orders" and error.code == "source.refused_request":
                raise FatalSourceError("source.odoo_no_orders", **error.fault.facts) from None
            raise
        fields = tuple(kind.types)
        records = Records(calls, self._context.name, name, fields, options.page_size, options.language)
        return OdooStream(records, kind)

    def _calls(self, client: HttpClient) -> OdooCalls:
        options = self._options
        if options.transport == "json2":
            return Json2Calls(client)
        return JsonRpcCalls(client, options.database or "", options.user or "", options.api_key)

    def _client(self) -> HttpClient:
        options = self._options
        headers = {} if options.database is None else {"X-Odoo-Database": options.database}
        auth: Authentication = bearer(options.api_key) if options.transport == "json2" else NoHeader()
        service = HttpService(self._context.name, options.base_url, auth, headers)
        return HttpClient(service, options, self._wait)
