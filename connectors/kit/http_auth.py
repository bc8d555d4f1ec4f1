"""How a source proves to a web service who it is."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

from pydantic import SecretStr

from connectors.kit.http_answers import Answer
from connectors.kit.http_exchange import Request
from crm_pipelines.model.errors import FatalSourceError

Send: TypeAlias = Callable[[Request], Answer]
"""Sends a request as it is and returns the parsed answer of success; raises for anything else."""


class Authentication(Protocol):
    """Credentials as headers."""

    def headers(self, send: Send) -> Mapping[str, str]:
        """The headers for the next request; what has to be fetched for them is fetched with `send`."""

    def renew(self) -> bool:
        """Forget what was fetched, because it was refused; False when there is nothing else to offer."""


@dataclass(frozen=True, slots=True)
class StaticHeader:
    """A secret in a header of its own."""

    name: str
    secret: SecretStr

    def headers(self, send: Send) -> Mapping[str, str]:  # nothing to fetch
        """The header."""
        return {self.name: self.secret.get_secret_value()}

    def renew(self) -> bool:
        """There is no other secret."""
        return False


def bearer(token: SecretStr) -> StaticHeader:
    """A token that lasts."""
    return StaticHeader("Authorization", SecretStr(f"Bearer {token.get_secret_value()}"))


def basic(user: str, password: SecretStr) -> StaticHeader:
    """HTTP Basic."""
    return StaticHeader("Authorization", SecretStr(_basic(user, password)))


@dataclass(slots=True)
class OAuthTokens:
    """Tokens of OAuth 2 that expire: from client credentials, or from a refresh token where there is one.

    A refresh token that the service replaces is replaced in memory only; a service that takes the old one back at once
    needs client credentials.

    Attributes:
        token_url: absolute and encrypted; may be of another host than the service's.
        client_id, client_secret: of the application.
        refresh_token: None asks with client credentials.
        extra: more parameters: `scope`, `audience`, `resource`.
        style: how the parameters travel: as a form, as JSON, or as a form with the client's credentials in Basic.
    """

    token_url: str
    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    style: Literal["form", "json", "basic"] = "form"
    _token: SecretStr | None = field(default=None, repr=False)

    def headers(self, send: Send) -> Mapping[str, str]:
        """The token, fetched if there is none."""
        token = self._token or self._fetched(send)
        self._token = token
        return {"Authorization": f"Bearer {token.get_secret_value()}"}

    def renew(self) -> bool:
        """Fetch a new token for the next request."""
        self._token = None
        return True

    def _fetched(self, send: Send) -> SecretStr:
        answer = send(self._request())
        got = answer.mapping()
        token, refresh = got.get("access_token"), got.get("refresh_token")
        if not isinstance(token, str) or not token:
            raise FatalSourceError("source.refused_login", **answer.facts, found="access_token")
        if self.refresh_token is not None and isinstance(refresh, str) and refresh:
            self.refresh_token = SecretStr(refresh)
        return SecretStr(token)

    def _request(self) -> Request:
        params = {"grant_type": "client_credentials", **self.extra}
        if self.refresh_token is not None:
            params |= {"grant_type": "refresh_token", "refresh_token": self.refresh_token.get_secret_value()}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        if self.style == "basic":
            headers["Authorization"] = _basic(quote(self.client_id, safe=""), self.client_secret, is_quoted=True)
        else:
            params |= {"client_id": self.client_id, "client_secret": self.client_secret.get_secret_value()}
        content = urlencode(params)
        if self.style == "json":
            headers["Content-Type"], content = "application/json", json.dumps(params)
        return Request("POST", self.token_url, urlsplit(self.token_url).path, {}, headers, content.encode())


def _basic(user: str, password: SecretStr, *, is_quoted: bool = False) -> str:
    secret = password.get_secret_value()
    pair = f"{user}:{quote(secret, safe='') if is_quoted else secret}"
    return f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"
