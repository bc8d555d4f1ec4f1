"""Business partners of SAP S/4HANA through API_BUSINESS_PARTNER (OData version 2), as they change.

SAP tells changes by day, and of an address, a mail address or a contact person changed below a business partner it does
not always tell at all. So every read asks again for the days around the last one and drops what is known, and every
`audit_hours` everything is read: that finds such changes, and what was archived. Tested against a simulator built from
the public API description.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator

from connectors.kit.http import HttpClient, HttpService
from connectors.kit.http_auth import Authentication, OAuthTokens, StaticHeader, basic
from connectors.kit.http_options import BaseUrl, HttpOptions
from connectors.kit.http_retries import Wait
from connectors.kit.rows import Place
from connectors.kit.sap_reads import AsRows, Days, Phase, SapRead, day_of
from connectors.kit.sap_rows import Surroundings, partner_row
from connectors.kit.sap_scans import PARTNER_LINKS, SapService, ScanState
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import Fault


class SapBusinessPartnerOptions(HttpOptions):
    """Which system, and as whom.

    Attributes:
        base_url: of the service: `https://my300000-api.s4hana.ondemand.com/sap/opu/odata/sap/API_BUSINESS_PARTNER`.
        sap_client: the client (Mandant), `100`; None takes the system's default.
        user, password: of the communication user, who needs no more than to read business partners.
        token_url, client_id, client_secret: in place of them: OAuth 2 client credentials.
        api_key: in place of them: the key of an API hub or gateway, as header `APIKey`.
        server_timezone: in which SAP's days and times are meant: UTC in the cloud, on premise the system's.
        overlap_days: how many days a read looks back behind the last one.
        audit_hours: how often everything is read and compared, by SAP's own clock; 0 never, and then nothing that was
            archived is found.
        include_contacts: read for each person whose contact person they are (A_BusinessPartnerContact).
        expand: what is read along with each business partner.
        paging: `key` asks on from the last number; `skip` follows SAP's own paging, where `key` is refused.
        page_size: business partners a page.
    """

    base_url: BaseUrl
    sap_client: str | None = Field(default=None, pattern=r"^\d{3}$")
    user: str | None = None
    password: SecretStr | None = None
    token_url: BaseUrl | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    api_key: SecretStr | None = None
    server_timezone: str = "UTC"
    overlap_days: int = Field(default=1, ge=0)
    audit_hours: float = Field(default=24.0, ge=0)
    include_contacts: bool = True
    expand: tuple[str, ...] = PARTNER_LINKS
    paging: Literal["key", "skip"] = "key"
    page_size: int = Field(default=500, ge=1)

    @model_validator(mode="after")
    def _is_one_login(self) -> Self:
        logins = ((self.user, self.password), (self.token_url, self.client_id, self.client_secret), (self.api_key,))
        n_begun = sum(any(part is not None for part in login) for login in logins)
        n_whole = sum(all(part is not None for part in login) for login in logins)
        if (n_begun, n_whole) != (1, 1):
            raise ValueError("source.sap_login")
        return self

    @field_validator("server_timezone")
    @classmethod
    def _is_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("configuration.expected.timezone") from None
        return zone


class SapBusinessPartner:
    """Business partners (stream `partners`, key: the number) with addresses, contact data, tax numbers, employers."""

    options: ClassVar[type[BaseModel]] = SapBusinessPartnerOptions
    default_mapping: ClassVar[str | None] = "sap_business_partner"
    key_is_personal = False

    def __init__(self, options: SapBusinessPartnerOptions, context: SourceContext, wait: Wait = time.sleep) -> None:
        self._options = options
        self._context = context
        self._wait = wait
        self._zone = ZoneInfo(options.server_timezone)

    def check(self) -> tuple[Fault, ...]:
        """Ask for the service's own description; raises as `pages`.

        Advice: `advice.no_server_clock`, the service does not tell its time, so nothing is audited;
        `advice.no_audit`, the options say so.
        """
        with self._client() as client:
            answer = self._service(client).asked()
            answer.mapping()
        facts = {"source": self._context.name}
        if self._options.audit_hours == 0:
            return (Fault("advice.no_audit", facts),)
        return () if answer.server_time is not None else (Fault("advice.no_server_clock", facts),)

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """What changed since the bookmark; everything at first and when an audit is due.

        Raises:
            FatalSourceError, RetriableSourceError: `source.cursor_stands_still`, `source.unexpected_answer`, and those
                of `HttpClient`.
        """
        with self._client() as client:
            service = self._service(client)
            now = service.asked().server_time
            read = SapRead(dict(bookmark or {}), self._options.overlap_days, self._zone, now)
            yield from read.pages(service, self._options.audit_hours, self._as_rows(service, now))

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Business partners whose last change, or creation, lies on a day of `[since, until)`; raises as `pages`."""
        days = Days(since.astimezone(self._zone).date(), until.astimezone(self._zone).date())
        before = dict(bookmark or {})
        phases: tuple[Phase, ...] = ("changed", "created")
        with self._client() as client:
            service = self._service(client)
            as_rows = self._as_rows(service, service.asked().server_time)
            for phase in phases[1:] if before.get("phase") == "created" else phases:
                begin = ScanState.from_json(before.get("scan")) if before.get("phase") == phase else ScanState()
                for values, scan in service.scan(days.condition(phase), begin):
                    rows = as_rows(values, phase, scan)
                    if phase == "created":  # those that changed within the days have come already
                        rows = [
                            row
                            for row in rows
                            if (day := day_of(row.data.get("LastChangeDate"))) is None or day not in days
                        ]
                    yield Page(tuple(rows), {"phase": phase, "scan": scan.as_json()})

    def rows(self, keys: Sequence[str]) -> Iterator[DeliveredRow]:
        """The business partners of these keys; raises as `pages`."""
        with self._client() as client:
            service = self._service(client)
            now = service.asked().server_time
            values = list(service.by_key(keys))
            yield from self._as_rows(service, now)(values, "all", ScanState(n=len(values)))

    def _as_rows(self, service: SapService, now: datetime | None) -> AsRows:
        """How the business partners of a page become rows, persons with what makes them contact persons."""
        today = None if now is None else now.astimezone(self._zone).date()

        def rows(values: Sequence[JsonValue], phase: Phase, scan: ScanState) -> list[DeliveredRow]:
            contacts = service.contacts_of(values) if self._options.include_contacts else {}
            around = Surroundings(self._zone, today, contacts)
            first = max(scan.n - len(values), 0) + 1
            return [
                partner_row(value, Place(f"partners {phase}", first + at), around) for at, value in enumerate(values)
            ]

        return rows

    def _client(self) -> HttpClient:
        service = HttpService(self._context.name, self._options.base_url, self._authentication())
        return HttpClient(service, self._options, self._wait)

    def _service(self, client: HttpClient) -> SapService:
        options = self._options
        return SapService(
            client, self._context.name, options.page_size, options.expand, options.sap_client, options.paging
        )

    def _authentication(self) -> Authentication:
        options = self._options
        if options.user is not None and options.password is not None:
            return basic(options.user, options.password)
        if options.api_key is not None:
            return StaticHeader("APIKey", options.api_key)
        secret = options.client_secret or SecretStr("")
        return OAuthTokens(options.token_url or "", options.client_id or "", secret, style="basic")
