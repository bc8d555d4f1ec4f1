"""One request and its answer over HTTP: time-outs, a cap on size, no way to another host, and no text of a failure."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from connectors.kit.http_answers import Answer
from connectors.kit.http_retries import PassingFailureError
from crm_pipelines.model.errors import Fact, FatalSourceError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        method: `GET` or `POST`.
        url: absolute, without query.
        path: as errors show it: a template, whose names stand where the URL has values.
        params: the query; never shown.
        headers: with credentials; never shown.
        content: of the body.
    """

    method: str
    url: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one answer: seconds to connect, of silence and in all; bytes of its body."""

    connect_seconds: float
    silence_seconds: float
    answer_seconds: float
    mebibytes: int


class Wire:
    """The connections to a service.

    Raises (each method): PassingFailureError with `source.unreachable` or `source.truncated_answer`;
        FatalSourceError with `source.redirected` or `source.answer_too_large`.
    """

    def __init__(self, source: str, base_url: str, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        timeout = httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds)
        trust_env = not is_loopback(base_url)  # a proxy of the company's does not lead to this machine
        self._client = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=trust_env, verify=_trusted())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def send(self, request: Request) -> Answer:
        """The answer, whatever its status; a redirection of a GET within the host is followed."""
        url = str(httpx.URL(request.url, params=dict(request.params))) if request.params else request.url
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._answer(request, url)
            if answer.status not in _REDIRECTS:
                return answer
            target = urljoin(url, answer.headers.get("location", ""))
            if request.method != "GET" or _origin(target) != _origin(url) or target == url:
                break
            url = target
        raise FatalSourceError("source.redirected", **answer.facts)

    def _answer(self, request: Request, url: str) -> Answer:
        facts: dict[str, Fact] = {"source": self._source, "host": _host(request.url), "path": request.path}
        status = None
        try:
            with self._client.stream(
                request.method, url, headers=dict(request.headers), content=request.content
            ) as response:
                status = response.status_code
                facts["status"] = status
                body = self._body(response, facts)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(status, headers, body, facts)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            raise _passing(error, facts) from None  # its text may show the URL

    def _body(self, response: httpx.Response, facts: dict[str, Fact]) -> bytes:
        parts, size, begun = [], 0, time.monotonic()
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > self._limits.mebibytes * _MEBIBYTE:
                raise FatalSourceError("source.answer_too_large", **facts, expected=self._limits.mebibytes)
            if time.monotonic() - begun > self._limits.answer_seconds:
                raise PassingFailureError("source.unreachable", {**facts, "found": "AnswerTimeout"})
        return b"".join(parts)


def _passing(error: Exception, facts: dict[str, Fact]) -> PassingFailureError:
    """A failure on the way: cut off once the status had come, else not reached at all."""
    is_cut = "status" in facts and not isinstance(error, httpx.TimeoutException)
    code = "source.truncated_answer" if is_cut else "source.unreachable"
    return PassingFailureError(code, {**facts, "found": _innermost(error)})


def _innermost(error: BaseException) -> str:
    """The class of what a failure began with: `SSLCertVerificationError`, `gaierror`, `ConnectionRefusedError`."""
    cause = error.__cause__ or error.__context__
    return type(error).__name__ if cause is None else _innermost(cause)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust, read once: it takes longer than a request."""
    return httpx.create_ssl_context()


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def is_safe_url(url: str) -> bool:
    """Whether a URL is one of HTTP to which a secret may be sent: encrypted, or within this machine."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or default
