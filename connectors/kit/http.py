"""A client for one web service: it signs in, waits where waiting helps, and fails in this project's words.

    with HttpClient(HttpService(source, url, bearer(token)), options) as client:
        rows = client.get("/api/v2/tickets", {"per_page": options.page_size}).listed("tickets")

Errors name source, host, a template of the path, the status and the service's error code, and nothing else.
"""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Self, TypeAlias
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.kit.http_answers import Answer, error_code, is_html, parsed
from connectors.kit.http_auth import Authentication
from connectors.kit.http_exchange import Limits, Request, Wire
from connectors.kit.http_options import HttpOptions, safe_url
from connectors.kit.http_retries import BUSY, PASSING, PassingFailureError, Patience, Wait, asked_seconds
from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.errors import FatalSourceError

Params: TypeAlias = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class HttpService:
    """Which service, and who asks.

    Attributes:
        source: the source's name in the project.
        base_url: checked by `safe_url`; paths hang from it.
        auth: credentials.
        headers: sent with every request.
        reset_headers: headers that say when a quota is whole again (seconds, or a Unix time), beside `Retry-After`.
        busy_codes: error codes of the service that mean "too many requests" under another status than 429.
    """

    source: str
    base_url: str
    auth: Authentication
    headers: Mapping[str, str] = field(default_factory=dict)
    reset_headers: tuple[str, ...] = ()
    busy_codes: frozenset[str] = frozenset()


class HttpClient:
    """Requests to one service during one read; a context manager.

    Raises (each method):
        RetriableSourceError: `source.too_many_requests` (with `retry_after_seconds`), `source.unreachable`,
            `source.server_error`, `source.truncated_answer`, `source.unexpected_html`.
        FatalSourceError: `source.refused_login`, `source.refused_request`, `source.redirected`,
            `source.answer_too_large`, `source.unexpected_html`.
    """

    def __init__(self, service: HttpService, options: HttpOptions, wait: Wait = time.sleep) -> None:
        self._service = replace(service, base_url=safe_url(service.base_url))
        limits = Limits(
            options.connect_timeout_seconds, options.timeout_seconds, options.answer_seconds, options.answer_mebibytes
        )
        self._wire = Wire(service.source, service.base_url, limits)
        self._patience = Patience(options.attempts, options.retry_wait_seconds, options.retry_budget_seconds, wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def get(
        self, path: str, params: Params | None = None, *, values: Params | None = None, allowed: Collection[int] = ()
    ) -> Answer:
        """Ask for JSON.

        Args:
            path: from the base URL on; `{name}` in it is filled from `values`, and stays as it is in errors.
            params: the query.
            values: of the path.
            allowed: statuses of refusal that are an answer to the caller.
        """
        return self._run(self._request("GET", path, params, values), allowed)

    def post(
        self,
        path: str,
        body: JsonValue,
        *,
        params: Params | None = None,
        values: Params | None = None,
        allowed: Collection[int] = (),
    ) -> Answer:
        """Ask for JSON with a body of JSON, as searches do; tried again like `get`, so it must change nothing."""
        request = self._request("POST", path, params, values)
        headers = {**request.headers, "Content-Type": "application/json; charset=utf-8"}
        content = json.dumps(body, ensure_ascii=False).encode()
        return self._run(replace(request, headers=headers, content=content), allowed)

    def _request(self, method: str, path: str, params: Params | None, values: Params | None) -> Request:
        names = {name for _, name, _, _ in Formatter().parse(path) if name}
        filled = path.format(**{name: _quoted((values or {})[name]) for name in names}) if names else path
        query = {name: str(value) for name, value in (params or {}).items()}
        headers = {"Accept": "application/json", "User-Agent": "crm-pipelines", **self._service.headers}
        base = self._service.base_url
        return Request(method, f"{base}/{filled.lstrip('/')}", f"/{path.lstrip('/')}", query, headers)

    def _run(self, request: Request, allowed: Collection[int]) -> Answer:
        may_renew = True

        def attempt() -> Answer:
            nonlocal may_renew
            answer = self._signed(request)
            if answer.status == 401 and may_renew and 401 not in allowed:
                may_renew = False
                if self._service.auth.renew():
                    answer = self._signed(request)
            return self._judged(answer, allowed)

        return self._patience.run(attempt)

    def _signed(self, request: Request) -> Answer:
        signed = {**request.headers, **self._service.auth.headers(self._token_answer)}
        return self._wire.send(replace(request, headers=signed))

    def _token_answer(self, request: Request) -> Answer:
        safe_url(request.url)
        answer = self._wire.send(request)
        if answer.status in (400, 403):  # how token end points say that an application or a token is not known
            raise _refused_login(answer)
        return self._judged(answer, ())

    def _judged(self, answer: Answer, allowed: Collection[int]) -> Answer:
        """The answer with its JSON, or the error that it means."""
        asked = asked_seconds(answer, self._service.reset_headers) if answer.status in BUSY else None
        if answer.status == 429:
            raise PassingFailureError("source.too_many_requests", dict(answer.facts), asked)
        if answer.status == 401 and 401 not in allowed:
            raise _refused_login(answer)
        if is_html(answer):
            raise _html_error(answer, asked)
        if answer.status in PASSING or answer.status >= 500:
            raise PassingFailureError("source.server_error", dict(answer.facts), asked)
        return self._json_answer(answer, allowed)

    def _json_answer(self, answer: Answer, allowed: Collection[int]) -> Answer:
        try:
            whole = replace(answer, json=parsed(answer.body))
        except ValueError:
            if answer.status < 300:
                raise _truncated(answer, "JSON") from None  # its text quotes the body
            whole = answer
        if answer.status < 300 and answer.status != 204 and not answer.body.strip():
            raise _truncated(answer, "empty")
        if answer.status < 300 or answer.status in allowed:
            return whole
        code = error_code(whole.json)
        if code is not None and code in self._service.busy_codes:
            asked = asked_seconds(answer, self._service.reset_headers)
            raise PassingFailureError("source.too_many_requests", dict(answer.facts), asked)
        raise FatalSourceError("source.refused_request", **answer.facts, found=code or "-")


def _quoted(value: str | int) -> str:
    """A value as one segment of a path; `..` climbs nowhere."""
    text = quote(str(value), safe="")
    return text.replace(".", "%2E") if not text.strip(".") else text


def query_of(url: str) -> dict[str, str]:
    """The query of a URL that a service gave for its next page.

    Only the query is followed, at the path that was asked before: credentials go nowhere because an answer says so.
    """
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def _html_error(answer: Answer, asked: float | None) -> Exception:
    facts = {**answer.facts, "file": f"{answer.facts['host']}{answer.facts['path']}", "expected": "JSON"}
    if answer.status < 400 or answer.status in PASSING or answer.status >= 500:
        return PassingFailureError("source.unexpected_html", facts, asked)
    return FatalSourceError("source.unexpected_html", **facts)


def _truncated(answer: Answer, found: str) -> PassingFailureError:
    return PassingFailureError("source.truncated_answer", {**answer.facts, "found": found})


def _refused_login(answer: Answer) -> FatalSourceError:
    try:
        code = error_code(parsed(answer.body))
    except ValueError:
        code = None
    return FatalSourceError("source.refused_login", **answer.facts, found=code or str(answer.status))
