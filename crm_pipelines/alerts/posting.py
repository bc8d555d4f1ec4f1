"""One post over HTTP: to the address that is configured and to no other, with no text of a failure."""

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.rules.alerts import is_loopback

_LONGEST_ASKED_SECONDS = 86_400
for _name in ("httpx", "httpcore"):  # they log addresses, and that of a chat is a secret
    logging.getLogger(_name).setLevel(logging.WARNING)


class ChannelError(CrmPipelinesError):
    """A channel did not take a message; facts name host and status, never an address."""


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted where.

    Attributes:
        url: never shown.
        ca_file: PEM file of the authority to trust; None: those of the system.
        timeout_seconds: of silence.
    """

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str]
    ca_file: str | None
    timeout_seconds: float


def send_post(post: Post) -> None:
    """Post; a redirect is an error, for nobody has said that the other address may have this.

    Raises:
        ChannelError: `alert.redirected`, `alert.refused` (with `retry_after_seconds`, where the other side says so),
            `alert.unreachable`.
    """
    host = urlsplit(post.url).hostname or ""
    try:
        with (
            httpx.Client(
                timeout=post.timeout_seconds,
                follow_redirects=False,
                trust_env=not is_loopback(host),
                verify=tls_context(post.ca_file),
            ) as client,
            client.stream("POST", post.url, content=post.body, headers=dict(post.headers)) as answer,
        ):
            status, asked = answer.status_code, answer.headers.get("retry-after", "")
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise ChannelError("alert.unreachable", host=host, found=innermost(error)) from None  # it may show the address
    if 300 <= status < 400:
        raise ChannelError("alert.redirected", host=host, status=status)
    if status >= 400:
        seconds = min(int(asked), _LONGEST_ASKED_SECONDS) if asked.isascii() and asked.isdigit() else None
        raise ChannelError("alert.refused", host=host, status=status, retry_after_seconds=seconds)


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """Whom to trust.

    Raises:
        OSError: the file of the authority cannot be read.
    """
    return ssl.create_default_context(cafile=ca_file)


def innermost(error: BaseException) -> str:
    """The class of what a failure began with: `SSLCertVerificationError`, `gaierror`, `ConnectionRefusedError`."""
    cause = error.__cause__ or error.__context__
    return type(error).__name__ if cause is None else innermost(cause)
