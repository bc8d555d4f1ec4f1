"""Come in by a provider of OpenID Connect: authorisation code flow with PKCE, state and nonce.

What the provider says is believed only with its signature, for us, now, and as an answer to the question that this
browser took along. Nothing it says is logged.
"""

import hmac
import secrets
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client import OAuthError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from crm_pipelines.rules.sign_in import OpenIdEntry

with warnings.catch_warnings():  # Authlib would rather have httpx2 than the one HTTP client of this project
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import OAuth2Client

# signed with a key that the provider alone has: never `none`, never a shared secret
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512"]
_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10.0


class OpenIdError(Exception):
    """Somebody could not come in.

    Attributes:
        code: of the catalogue.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser takes along to the provider and must bring back.

    Attributes:
        state: the answer must carry it.
        nonce: the ID token must carry it.
        verifier: proves that whoever has the code is who asked for it (PKCE).
    """

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        """A fresh one."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    @classmethod
    def of(cls, cookie: str) -> "Attempt":
        """The one in a cookie.

        Raises:
            OpenIdError: `web.openid.ended`: there is none.
        """
        parts = cookie.split(".")
        if len(parts) != 3 or not all(parts):
            raise OpenIdError("web.openid.ended")
        return cls(*parts)

    @property
    def cookie(self) -> str:
        """As a cookie keeps it."""
        return f"{self.state}.{self.nonce}.{self.verifier}"


class OpenId:
    """One provider; used by many threads.

    Args:
        entry: as the project file declares it.
    """

    def __init__(self, entry: OpenIdEntry) -> None:
        self.entry = entry
        self._lock = Lock()
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None

    def address(self, attempt: Attempt) -> str:
        """Where a browser goes to sign in.

        Raises:
            OpenIdError: `web.openid.unreachable`.
        """
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._found()["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address)

    def claims(self, attempt: Attempt, answer: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
        """Who came back, as the provider says.

        Args:
            attempt: what the browser took along.
            answer: what it brings: `state`, `code`, and where the provider says it `iss`.
            now: aware.

        Raises:
            OpenIdError: `web.openid.not_believed`, `web.openid.refused`, `web.openid.unreachable`.
        """
        if not hmac.compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise OpenIdError("web.openid.not_believed")
        if answer.get("iss", self.entry.issuer) != self.entry.issuer:
            raise OpenIdError("web.openid.not_believed")
        if not answer.get("code"):
            raise OpenIdError("web.openid.refused")
        claims = self._signed(self._token(attempt, answer["code"]))
        _require_ours(claims, self.entry, attempt.nonce, now.timestamp())
        return claims

    def _token(self, attempt: Attempt, code: str) -> str:
        try:
            with self._client() as client:
                token = client.fetch_token(
                    self._found()["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                )
        except OAuthError as error:
            raise OpenIdError("web.openid.refused") from error
        except OpenIdError:
            raise
        except Exception as error:  # whatever the network or the provider's server does
            raise OpenIdError("web.openid.unreachable") from error
        found = token.get("id_token")
        if not isinstance(found, str):
            raise OpenIdError("web.openid.not_believed")
        return found

    def _signed(self, token: str) -> Mapping[str, Any]:
        """The claims of a token, if the provider has signed it; keys that are not known yet are asked for once."""
        for is_fresh in (False, True):
            try:
                claims: Mapping[str, Any] = jwt.decode(token, self._key_set(is_fresh=is_fresh), _ALGORITHMS).claims
            except (JoseError, ValueError, TypeError, KeyError) as error:
                if is_fresh:
                    raise OpenIdError("web.openid.not_believed") from error
            else:
                return claims
        raise OpenIdError("web.openid.not_believed")

    def _key_set(self, *, is_fresh: bool) -> KeySet:
        with self._lock:
            if self._keys is None or is_fresh:
                self._keys = KeySet.import_key_set(self._get(self._found()["jwks_uri"]))
            return self._keys

    def _found(self) -> Mapping[str, Any]:
        """What the provider says of itself."""
        if self._metadata is None:
            found = self._get(f"{self.entry.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.entry.issuer:
                raise OpenIdError("web.openid.unreachable")
            self._metadata = found
        return self._metadata

    def _get(self, address: str) -> Any:
        try:
            with self._client() as client:
                answer = client.request("GET", address, withhold_token=True)
                answer.raise_for_status()
                return answer.json()
        except Exception as error:  # whatever the network or the provider's server does
            raise OpenIdError("web.openid.unreachable") from error

    def _client(self) -> Any:
        return OAuth2Client(
            client_id=self.entry.client_id,
            client_secret=self.entry.client_secret,
            scope=" ".join(self.entry.scopes),
            redirect_uri=self.entry.return_address,
            code_challenge_method="S256",
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )


def _require_ours(claims: Mapping[str, Any], entry: OpenIdEntry, nonce: str, now: float) -> None:
    """Refuse a token that is somebody else's, for somebody else, too old, or no answer to our question."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    ends, begins = claims.get("exp"), claims.get("iat")
    is_ours = (
        claims.get("iss") == entry.issuer
        and entry.client_id in audiences
        and (len(audiences) == 1 or claims.get("azp") == entry.client_id)
        and claims.get("azp", entry.client_id) == entry.client_id
        and isinstance(ends, int | float)
        and now < ends + _LEEWAY_SECONDS
        and isinstance(begins, int | float)
        and begins <= now + _LEEWAY_SECONDS
        and isinstance(claims.get("sub"), str)
        and 0 < len(claims["sub"]) <= 255
        and isinstance(claims.get("nonce"), str)
        and hmac.compare_digest(claims["nonce"].encode(), nonce.encode())
    )
    if not is_ours:
        raise OpenIdError("web.openid.not_believed")
