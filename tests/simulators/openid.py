"""A provider of OpenID Connect over HTTP: authorisation code flow with PKCE, real keys, real signatures.

What it gets wrong is set on `Provider` before somebody signs in; everything else it does as the standard asks.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.responses import JSONResponse, RedirectResponse, Response

CLIENT_ID = "crm-pipelines"
CLIENT_SECRET = "provider-secret"


@dataclass
class Provider:
    """What the provider knows and how it misbehaves.

    Attributes:
        now: its clock, in seconds.
        claims: of whoever signs in.
        told: claims that it puts over those it should.
        key: signs tokens.
        published: the keys that it shows.
        key_id: in the header of tokens; None: the key's own.
        issuer_told: the `iss` beside the code; None: the right one.
    """

    now: Callable[[], float]
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "u1", "name": "提供 元子", "groups": ["stewards"]})
    told: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    published: list[RSAKey] = field(default_factory=list)
    key_id: str | None = None
    issuer_told: str | None = None
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.published = [self.key]

    @property
    def app(self) -> FastAPI:
        """Its addresses."""
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self._configuration)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        app.get("/jwks")(lambda: KeySet(self.published).as_dict(private=False))
        return app

    def _configuration(self, request: Request) -> dict[str, str]:
        url = str(request.base_url).rstrip("/")
        return {
            "issuer": url,
            "authorization_endpoint": f"{url}/authorize",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
        }

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) != (CLIENT_ID, "code", "S256"):
            return JSONResponse({"error": "invalid_request"}, 400)
        code = f"code{len(self._codes)}"
        self._codes[code] = asked
        issuer = self.issuer_told or str(request.base_url).rstrip("/")
        query = urlencode({"code": code, "state": asked["state"], "iss": issuer})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", 302)

    async def _token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, 401)
        is_asked = asked is not None and asked["code_challenge"] == challenge
        if not is_asked or asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self.token(str(request.base_url).rstrip("/"), asked["nonce"])
        return JSONResponse({"access_token": "opaque", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def token(self, issuer: str, nonce: str) -> str:
        """A signed ID token."""
        now = int(self.now())
        right = {"iss": issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in {**right, **self.claims, **self.told}.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key_id or self.key.kid}, claims, self.key)
