"""The `inbox:` of a source: who may post to it and how it is proved. The known schemes are a table of data."""

import base64
import binascii
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator

from crm_pipelines.rules.frozen import Frozen, refusal
from crm_pipelines.rules.yaml_text import read_yaml

LEAST_SECRET_CHARACTERS = 8
MESSAGE_PARTS = ("body", "decoded_url", "id", "method", "parameters", "timestamp", "url")
_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
_URL_PARTS = frozenset({"url", "decoded_url"})


class ConnectionCheck(Frozen):
    """A post that only tries whether somebody answers.

    Attributes:
        field: of the body; or
        header: of the request.
        equals: what must stand there.
        echo: field of the body that is sent back.
    """

    field: str | None = None
    header: str | None = None
    equals: str
    echo: str | None = None


class SignatureScheme(Frozen):
    """How a sender proves that a post is its own.

    Attributes:
        kind: `hmac`; `basic` (user and password); `token` (a shared word); `none`.
        header: where the signature, or the token, stands.
        parameter: of the URL's query, where a token stands there instead.
        prefix: before the signature.
        separator: between several signatures in the header; None: there is one.
        algorithm: of the HMAC.
        encoding: how its digest is written.
        message: what is signed, with places for parts of the request.
        timestamp_header: where the time of the post stands; None: the scheme has none.
        timestamp_prefix: of its part, where the header has several.
        timestamp_format: `seconds` or `milliseconds` since 1970, or `iso`.
        id_header: where a message id stands that is signed too.
        id_field: of the body (of each element of it): an id of the event.
        key_encoding: `base64` where the secret stands for bytes.
        key_prefix: cut off the secret.
        elements: field of the body with a list whose entries are kept one by one.
        checks: posts that only try the connection.
    """

    kind: Literal["hmac", "basic", "token", "none"] = "hmac"
    header: str | None = None
    parameter: str | None = None
    prefix: str = ""
    separator: str | None = None
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    message: str = "{body}"
    timestamp_header: str | None = None
    timestamp_prefix: str = ""
    timestamp_format: Literal["seconds", "milliseconds", "iso"] = "seconds"
    id_header: str | None = None
    id_field: str | None = None
    key_encoding: Literal["text", "base64"] = "text"
    key_prefix: str = ""
    elements: str | None = None
    checks: tuple[ConnectionCheck, ...] = ()

    @property
    def message_parts(self) -> frozenset[str]:
        """The parts of the request that are signed."""
        return frozenset(_PLACEHOLDER.findall(self.message))

    @property
    def needs_url(self) -> bool:
        """Whether the public address is signed too."""
        return self.kind == "hmac" and not self.message_parts.isdisjoint(_URL_PARTS)


@cache
def known_schemes() -> Mapping[str, SignatureScheme]:
    """The shipped table, by name, in its order."""
    path = resources.files("crm_pipelines.rules").joinpath("signatures", "schemes.yaml")
    data: Any = read_yaml(path.read_bytes(), path.name).data
    return {name: SignatureScheme.model_validate(entry) for name, entry in data.items()}


def _scheme_name(name: str) -> str:
    if name not in known_schemes():
        raise refusal("configuration.wrong_value", allowed=known_schemes())
    return name


def _lacks_variable(text: str) -> bool:
    """Whether a variable has no value, which is a fault of its own and told already."""
    return "${" in text


def _secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if len(text) < LEAST_SECRET_CHARACTERS and not _lacks_variable(text):
        raise refusal("configuration.wrong_value", "configuration.expected.secret")
    return secret


def _public_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise refusal("configuration.wrong_value", "configuration.expected.public_url")
    return url


def _header(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name):
        raise refusal("configuration.wrong_value", "configuration.expected.header")
    return name


def _message(message: str) -> str:
    parts = _PLACEHOLDER.findall(message)
    if not set(parts) <= set(MESSAGE_PARTS) or not {"body", "parameters"} & set(parts):
        raise refusal("configuration.inbox_message", ", ".join(f"{{{part}}}" for part in MESSAGE_PARTS))
    return message


Secret = Annotated[SecretStr, AfterValidator(_secret)]
Header = Annotated[str, AfterValidator(_header)]


class InboxEntry(Frozen):
    """The `inbox:` of a source. What `scheme` says can be said differently, field by field; `custom` says nothing.

    Attributes:
        scheme: a name of the table: how posts are signed.
        secret: the key, the password or the token.
        previous_secret: is good too, while the sender changes over.
        username: of `basic`.
        tolerance_seconds: how far the time of a post may be from ours; also how long the same post counts as one.
        max_bytes: of a body.
        public_url: the address as the sender knows it, for schemes that sign it.
        ignored_fields: of forms, beside those that never tell of a person (tokens, honeypots).
        file_bytes: a file of the inbox is closed for good at this size.
        header, parameter, prefix, separator, algorithm, encoding, message, timestamp_header, timestamp_prefix,
        timestamp_format, id_header, id_field, key_encoding, key_prefix, elements: as in the table of schemes.
    """

    scheme: Annotated[str, AfterValidator(_scheme_name)]
    secret: Secret | None = None
    previous_secret: Secret | None = None
    username: str | None = Field(default=None, min_length=1)
    tolerance_seconds: int = Field(default=300, ge=1, le=86_400)
    max_bytes: int = Field(default=1 << 20, ge=1 << 10, le=32 << 20)
    public_url: Annotated[str, AfterValidator(_public_url)] | None = None
    ignored_fields: tuple[str, ...] = ()
    file_bytes: int = Field(default=32 << 20, ge=1 << 20, le=1 << 30)
    header: Header | None = None
    parameter: str | None = None
    prefix: str | None = None
    separator: str | None = None
    algorithm: Literal["sha1", "sha256", "sha512"] | None = None
    encoding: Literal["hex", "base64"] | None = None
    message: Annotated[str, AfterValidator(_message)] | None = None
    timestamp_header: Header | None = None
    timestamp_prefix: str | None = None
    timestamp_format: Literal["seconds", "milliseconds", "iso"] | None = None
    id_header: Header | None = None
    id_field: str | None = None
    key_encoding: Literal["text", "base64"] | None = None
    key_prefix: str | None = None
    elements: str | None = None

    @property
    def signature(self) -> SignatureScheme:
        """The scheme with what this entry says differently."""
        said = {
            name: value
            for name in SignatureScheme.model_fields
            if name in InboxEntry.model_fields and (value := getattr(self, name)) is not None
        }
        return known_schemes()[self.scheme].model_copy(update=said)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The secrets as the scheme means them, the current one first."""
        return tuple(key_bytes(secret.get_secret_value(), self.signature) for secret in self._secrets)

    @property
    def _secrets(self) -> tuple[SecretStr, ...]:
        return tuple(each for each in (self.secret, self.previous_secret) if each is not None)

    @model_validator(mode="after")
    def _fits_the_scheme(self) -> Self:
        scheme = self.signature
        if missing := [name for name, is_missing in self._needed(scheme).items() if is_missing]:
            raise refusal("configuration.missing_parts", ", ".join(missing))
        parts = scheme.message_parts
        for name, part in ((scheme.timestamp_header, "timestamp"), (scheme.id_header, "id")):
            if scheme.kind == "hmac" and (name is None) == (part in parts):
                raise refusal("configuration.inbox_unsigned", part)
        try:
            if not any(_lacks_variable(each.get_secret_value()) for each in self._secrets):
                _ = self.keys
        except ValueError:
            raise refusal("configuration.inbox_secret_encoding", scheme.key_prefix or None) from None
        return self

    def _needed(self, scheme: SignatureScheme) -> dict[str, bool]:
        """Field -> whether the scheme needs it and it is not there."""
        return {
            "secret": scheme.kind != "none" and self.secret is None,
            "username": scheme.kind == "basic" and self.username is None,
            "header": scheme.kind in {"hmac", "token"} and scheme.header is None and scheme.parameter is None,
            "public_url": scheme.needs_url and self.public_url is None,
        }


def key_bytes(secret: str, scheme: SignatureScheme) -> bytes:
    """A secret as the key it stands for.

    Raises:
        ValueError: it should be base64 and is not.
    """
    if scheme.key_encoding == "text":
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix(scheme.key_prefix), validate=True)
    except binascii.Error as error:
        raise ValueError("base64") from error
    if not key:
        raise ValueError("base64")
    return key
