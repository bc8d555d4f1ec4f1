"""Where people come in without a password of ours: a provider of OpenID Connect."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from crm_pipelines.model.enums import Role
from crm_pipelines.rules.frozen import Frozen, refusal


def _safe_address(text: str) -> str:
    """An address over TLS; plain HTTP on loopback alone."""
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    if not is_safe or not parts.hostname or parts.query or parts.fragment:
        raise refusal("configuration.wrong_value", "configuration.expected.https_address")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


SafeAddress = Annotated[str, AfterValidator(_safe_address)]


class RoleClaim(Frozen):
    """Who has a role.

    Attributes:
        claim: of the ID token; a text, or a list of texts.
        value: that it must be, or hold.
        role: of whoever has it.
    """

    claim: str = Field(min_length=1)
    value: str = Field(min_length=1)
    role: Role


class OpenIdEntry(Frozen):
    """A provider of OpenID Connect.

    Attributes:
        issuer: as the provider calls itself; its keys and addresses are found below it.
        client_id: as the provider calls us.
        client_secret: what we prove it with.
        return_address: where the provider sends people back to, `https://<host>/login/openid/return`; the provider must
            know it.
        name: what people call the provider, on the button.
        scopes: what is asked for.
        roles: who may come in, and as what; the first that fits counts, and who fits none may not.
    """

    issuer: SafeAddress
    client_id: str = Field(min_length=1)
    client_secret: str = Field(min_length=1, repr=False)
    return_address: SafeAddress
    name: str = Field(default="OpenID Connect", min_length=1, max_length=60)
    scopes: tuple[str, ...] = ("openid", "profile")
    roles: Annotated[tuple[RoleClaim, ...], Field(min_length=1)]

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """The role that claims give; None: none."""
        return next((one.role for one in self.roles if _has(claims.get(one.claim), one.value)), None)


class SignIn(Frozen):
    """How people come in.

    Attributes:
        openid: None: with passwords of ours alone.
        breached_passwords: file of SHA-1 hashes that new passwords are compared with, as *Pwned Passwords* comes; a
            relative path hangs from the project folder. None: they are compared with what is easily guessed alone.
    """

    openid: OpenIdEntry | None = None
    breached_passwords: str | None = Field(default=None, min_length=1)


def _has(claim: Any, value: str) -> bool:
    return value in claim if isinstance(claim, list) else claim == value
