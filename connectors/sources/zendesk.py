"""Zendesk Support through its API: users with their organisation, and tickets, as they change.

Users and tickets come by cursor export, so a read that was broken off goes on at its page. A user's row shows its
organisation, so when an organisation changes, its users are delivered again. Tested against a simulator built from the
public API description.
"""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import ClassVar, Self, get_args

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.kit.http import HttpClient, HttpService
from connectors.kit.http_auth import Authentication, OAuthTokens, basic, bearer
from connectors.kit.http_options import BaseUrl, HttpOptions
from connectors.kit.http_retries import Wait
from connectors.kit.rows import Place
from connectors.kit.time_windows import iso_or_unix
from connectors.kit.zendesk_exports import (
    CursorExport,
    ExportPage,
    ExportState,
    Organisations,
    Stream,
    changed_at,
    show_many,
)
from connectors.kit.zendesk_organisations import ChangedOrganisations
from connectors.kit.zendesk_rows import TICKET_PREFIX, zendesk_row
from crm_pipelines.model.delivery import Bookmark, DeliveredRow, JsonValue, Page, SourceContext
from crm_pipelines.model.errors import Fault

STREAMS: tuple[Stream, ...] = get_args(Stream)


class ZendeskOptions(HttpOptions):
    """Which account, and as whom.

    Attributes:
        subdomain: of the account: `acme` for acme.zendesk.com.
        base_url: in place of the subdomain, for an account with an address of its own.
        email: of an administrator, where `token` is an API token.
        token: an API token, or without `email` an OAuth token with the scope `read`.
        oauth_token: the same as `token` without `email`.
        oauth_client_id, oauth_client_secret: in place of a token: an OAuth client, which fetches its own.
        start_time: what changed before this day (UTC) is left out; None reads all.
        overlap_seconds: how far to look back where Zendesk has forgotten a cursor, and for organisations.
        retry_budget_seconds: how long one read may spend waiting in all; Zendesk gives ten pages a minute.
        page_size: objects a page (`per_page`), 1000 at most.
    """

    subdomain: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9][a-zA-Z0-9-]*$")
    base_url: BaseUrl | None = None
    email: str | None = None
    token: SecretStr | None = None
    oauth_token: SecretStr | None = None
    oauth_client_id: str | None = None
    oauth_client_secret: SecretStr | None = None
    start_time: date | None = None
    overlap_seconds: int = Field(default=300, ge=0)
    retry_budget_seconds: float = Field(default=600.0, ge=0)
    page_size: int = Field(default=1000, ge=1, le=1000)

    @model_validator(mode="after")
    def _is_one_account_and_one_login(self) -> Self:
        if (self.subdomain is None) == (self.base_url is None):
            raise ValueError("source.zendesk_address")
        client = (self.oauth_client_id, self.oauth_client_secret)
        n_logins = sum(each is not None for each in (self.token, self.oauth_token, self.oauth_client_id))
        is_half = (self.email is not None and self.token is None) or (client[0] is None) != (client[1] is None)
        if n_logins != 1 or is_half:
            raise ValueError("source.zendesk_login")
        return self


class Zendesk:
    """Users (stream `users`, key: the user's id) with their organisation, and tickets (stream `tickets`)."""

    options: ClassVar[type[BaseModel]] = ZendeskOptions
    default_mapping: ClassVar[str | None] = "zendesk"
    key_is_personal = False

    def __init__(self, options: ZendeskOptions, context: SourceContext, wait: Wait = time.sleep) -> None:
        self._options = options
        self._context = context
        self._wait = wait

    def check(self) -> tuple[Fault, ...]:
        """Ask for one user, as a read does.

        Raises as `pages`. Advice: `advice.zendesk_api_token`, an API token may do whatever its user may.
        """
        with self._client() as client:
            path, params = "/api/v2/incremental/users/cursor.json", {"start_time": self._begins_at, "per_page": 1}
            client.get(path, params).listed("users")
        may_write = self._options.email is not None
        return (Fault("advice.zendesk_api_token", {"source": self._context.name}),) if may_write else ()

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """What changed since the bookmark.

        A cursor that Zendesk does not take any more is replaced by the time of the last rows, the overlap deducted.

        Raises:
            FatalSourceError, RetriableSourceError: `source.cursor_stands_still`, `source.unexpected_answer`, and those
                of `HttpClient`.
        """
        stored = (bookmark or {}).get("streams")
        states = dict(stored) if isinstance(stored, dict) else {}
        with self._client() as client:
            organisations = Organisations(client)
            changed = ChangedOrganisations(client, self._context.name, organisations, self._options.overlap_seconds)
            for rows, state in changed.pages(states.get("organizations")):
                before, states["organizations"] = states.get("organizations"), state
                if rows or state != before:
                    yield Page(rows, {"streams": dict(states)})
            for stream in STREAMS:
                for page in self._export(client, stream).pages(ExportState.from_json(states.get(stream))):
                    before, states[stream] = states.get(stream), page.state.as_json()
                    if page.objects or states[stream] != before:
                        yield Page(_rows(page, stream, organisations), {"streams": dict(states)})

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Users and tickets whose last change lies in `[since, until)`; raises as `pages`.

        What changed in that time and again later is not among them: an export shows each object once, as it is now.
        """
        states: dict[str, JsonValue] = dict(bookmark or {})
        with self._client() as client:
            organisations = Organisations(client)
            for stream in STREAMS:
                if states.get(stream) == "ended":
                    continue
                export = self._export(client, stream, max(int(since.timestamp()), 0))
                for page in export.pages(ExportState.from_json(states.get(stream))):
                    within = tuple(each for each in page.objects if not _is_from(each[0], stream, until))
                    is_over = page.is_last or (bool(page.objects) and not within)
                    states[stream] = "ended" if is_over else page.state.as_json()
                    yield Page(_rows(page, stream, organisations, within), dict(states))
                    if is_over:
                        break

    def rows(self, keys: Sequence[str]) -> Iterator[DeliveredRow]:
        """The users and tickets of these keys; raises as `pages`."""
        tickets = [key.removeprefix(TICKET_PREFIX) for key in keys if key.startswith(TICKET_PREFIX)]
        users = [key for key in keys if not key.startswith(TICKET_PREFIX)]
        with self._client() as client:
            organisations = Organisations(client)
            for stream, ids in (("users", users), ("tickets", tickets)):
                found = list(show_many(client, stream, ids))
                named = organisations.of(found) if stream == "users" else {}
                for at, value in enumerate(found, start=1):
                    row = zendesk_row(value, Place(f"{stream} by key", at), stream, named)
                    if not row.is_deleted:
                        yield row

    def _export(self, client: HttpClient, stream: Stream, begins_at: int | None = None) -> CursorExport:
        overlap = timedelta(seconds=self._options.overlap_seconds)
        begin = self._begins_at if begins_at is None else begins_at
        return CursorExport(client, self._context.name, stream, self._options.page_size, begin, overlap)

    @property
    def _begins_at(self) -> int:
        day = self._options.start_time
        return 0 if day is None else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())

    def _client(self) -> HttpClient:
        base = self._options.base_url or f"https://{self._options.subdomain}.zendesk.com"
        service = HttpService(self._context.name, base, self._authentication(base), reset_headers=("ratelimit-reset",))
        return HttpClient(service, self._options, self._wait)

    def _authentication(self, base: str) -> Authentication:
        options = self._options
        if options.email is not None and options.token is not None:
            return basic(f"{options.email}/token", options.token)
        token = options.oauth_token or options.token
        if token is not None:
            return bearer(token)
        secret = options.oauth_client_secret or SecretStr("")
        extra = {"scope": "read"}
        return OAuthTokens(f"{base}/oauth/tokens", options.oauth_client_id or "", secret, extra=extra, style="json")


def _rows(
    page: ExportPage,
    stream: Stream,
    organisations: Organisations,
    objects: tuple[tuple[JsonValue, Place], ...] | None = None,
) -> tuple[DeliveredRow, ...]:
    shown = page.objects if objects is None else objects
    named = organisations.of([value for value, _ in shown]) if stream == "users" else {}
    return tuple(zendesk_row(value, place, stream, named) for value, place in shown)


def _is_from(value: JsonValue, stream: Stream, until: datetime) -> bool:
    """Whether an object changed at a time or after it."""
    moment = iso_or_unix(changed_at(value, stream))
    return moment is not None and moment >= until
