"""Prove that a post comes from who it says, over the bytes as they came, before anything reads them.

How a scheme signs is data (`rules/signatures/schemes.yaml`); this carries it out. Every comparison takes as long for a
wrong signature as for a right one.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import parse_qsl

from crm_pipelines.rules.inbox import InboxEntry, SignatureScheme

MOST_SIGNATURES = 10
"""Signatures of one header that are looked at; key rotation needs two."""
FORM_TYPE = "application/x-www-form-urlencoded"

_PARTS = re.compile(r"(\{[a-z_]+\})")
_DIGITS = re.compile(r"[0-9]{1,16}")
# What HubSpot reads back before it signs; everything else of the address stays as it was sent.
_READ_BACK = {f"%{ord(character):02X}": character for character in ":/?@!$'()*,;"}
_READ_BACK_PATTERN = re.compile("|".join(_READ_BACK), re.IGNORECASE)


class Refused(StrEnum):
    """Why a post was not believed; for the operator's log alone, never for the sender."""

    INCOMPLETE = "incomplete"
    UNTIMELY = "untimely"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Post:
    """A request as it came.

    Attributes:
        method: `POST`.
        query: of the address, raw, without `?`.
        headers: by lower-case name; of several of one name the first.
        body: raw.
    """

    method: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes

    def header(self, name: str) -> str | None:
        """A header's text, or None."""
        raw = self.headers.get(name.lower().encode("latin-1"))
        return None if raw is None else raw.decode("latin-1").strip()

    @property
    def content_type(self) -> str:
        """Its media type with parameters, as sent; empty when there is none."""
        return self.header("content-type") or ""

    @property
    def is_form(self) -> bool:
        """Whether the body is a form's fields in one line."""
        return self.content_type.partition(";")[0].strip().lower() == FORM_TYPE


@dataclass(frozen=True, slots=True)
class Proof:
    """A post that is believed.

    Attributes:
        content: all that was signed; by it the same post is known when it comes again.
        message_id: the sender's id of the message, where the scheme signs one.
    """

    content: bytes
    message_id: str | None = None


Verdict: TypeAlias = Proof | Refused


class Verifier:
    """One inbox's way of telling its sender's posts from others; made once, used for every post."""

    def __init__(self, entry: InboxEntry) -> None:
        self._entry = entry
        self._scheme = entry.signature
        self._keys = entry.keys
        self._pieces = [piece for piece in _PARTS.split(self._scheme.message) if piece]
        self._judges: dict[str, Callable[[Post, datetime], Verdict]] = {
            "hmac": self._hmac,
            "basic": self._basic,
            "token": self._token,
            "none": lambda post, _now: Proof(_whole(post)),
        }

    def judge(self, post: Post, now: datetime) -> Verdict:
        """Whether the post is its sender's, and of now."""
        return self._judges[self._scheme.kind](post, now)

    def _hmac(self, post: Post, now: datetime) -> Verdict:
        scheme = self._scheme
        written = post.header(scheme.header or "")
        stamp = "" if scheme.timestamp_header is None else _stamp(post, scheme)
        message_id = None if scheme.id_header is None else post.header(scheme.id_header)
        if not written or stamp is None or (scheme.id_header is not None and not message_id):
            return Refused.INCOMPLETE
        content = self._content(post, stamp, message_id or "")
        if content is None:
            return Refused.WRONG
        expected = [hmac.digest(key, content, scheme.algorithm) for key in self._keys]
        found = list(_digests(written, scheme))
        # every pair is compared, whatever the others gave
        if not any([hmac.compare_digest(one, other) for one in found for other in expected]):
            return Refused.WRONG
        if scheme.timestamp_header is not None and not self._is_timely(stamp, now):
            return Refused.UNTIMELY
        return Proof(content, message_id)

    def _content(self, post: Post, stamp: str, message_id: str) -> bytes | None:
        """The bytes that should have been signed; None when the post contradicts itself."""
        url = (self._entry.public_url or "").encode() + (b"?" + post.query if post.query else b"")
        parameters = _parameters(post) if "parameters" in self._scheme.message_parts else b""
        if parameters is None:
            return None
        values = {
            "{body}": post.body,
            "{timestamp}": stamp.encode("latin-1"),
            "{id}": message_id.encode("latin-1"),
            "{method}": post.method.encode("latin-1"),
            "{url}": url,
            "{decoded_url}": _read_back(url),
            "{parameters}": parameters,
        }
        return b"".join(values.get(piece, piece.encode()) for piece in self._pieces)

    def _is_timely(self, stamp: str, now: datetime) -> bool:
        moment = _moment(stamp, self._scheme.timestamp_format)
        return moment is not None and abs(now - moment) <= timedelta(seconds=self._entry.tolerance_seconds)

    def _basic(self, post: Post, _now: datetime) -> Verdict:
        kind, _, encoded = (post.header("authorization") or "").partition(" ")
        try:
            given = base64.b64decode(encoded.strip(), validate=True)
        except (binascii.Error, ValueError):
            return Refused.INCOMPLETE
        if kind.lower() != "basic":
            return Refused.INCOMPLETE
        user = f"{self._entry.username}:".encode()
        return Proof(_whole(post)) if self._is_one_of([user + key for key in self._keys], given) else Refused.WRONG

    def _token(self, post: Post, _now: datetime) -> Verdict:
        given = _token_text(post, self._scheme)
        if not given or not given.startswith(self._scheme.prefix):
            return Refused.INCOMPLETE
        token = given.removeprefix(self._scheme.prefix).encode("utf-8", "surrogateescape")
        return Proof(_whole(post)) if self._is_one_of(self._keys, token) else Refused.WRONG

    @staticmethod
    def _is_one_of(known: tuple[bytes, ...] | list[bytes], given: bytes) -> bool:
        """Compare digests: they are equally long, so not even a length can be told from the time taken."""
        digest = hashlib.sha256(given).digest()
        return any([hmac.compare_digest(hashlib.sha256(each).digest(), digest) for each in known])


def _token_text(post: Post, scheme: SignatureScheme) -> str | None:
    if scheme.parameter is not None:
        return next((value for key, value in parse_qsl(post.query.decode("latin-1")) if key == scheme.parameter), None)
    raw = post.headers.get((scheme.header or "").lower().encode("latin-1"))
    return None if raw is None else raw.decode("utf-8", "surrogateescape").strip()


def _whole(post: Post) -> bytes:
    """All of a post that nobody signed; a token in the address is left out by leaving the address out."""
    return post.content_type.encode("latin-1") + b"\n" + post.body


def _digests(written: str, scheme: SignatureScheme) -> Iterator[bytes]:
    """The digests in a header, of those that have the scheme's prefix."""
    pieces = [written] if scheme.separator is None else written.split(scheme.separator)[: 2 * MOST_SIGNATURES]
    named = [piece.strip() for piece in pieces if piece.strip().startswith(scheme.prefix)]
    for piece in named[:MOST_SIGNATURES]:
        text = piece.removeprefix(scheme.prefix)
        try:
            yield bytes.fromhex(text) if scheme.encoding == "hex" else base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            continue


def _stamp(post: Post, scheme: SignatureScheme) -> str | None:
    """The time of a post as it was written, which is how it was signed."""
    written = post.header(scheme.timestamp_header or "")
    if not written or not scheme.timestamp_prefix:
        return written or None
    prefix = scheme.timestamp_prefix
    pieces = (piece.strip() for piece in written.split(scheme.separator or ","))
    return next((piece.removeprefix(prefix) for piece in pieces if piece.startswith(prefix)), None)


def _moment(stamp: str, form: str) -> datetime | None:
    """The time that a stamp names; None when it names none."""
    try:
        if form == "iso":
            moment = datetime.fromisoformat(stamp)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        if not _DIGITS.fullmatch(stamp):
            return None
        return datetime.fromtimestamp(int(stamp) / (1000 if form == "milliseconds" else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _parameters(post: Post) -> bytes | None:
    """The fields of a form, sorted, each name with its values; nothing for other bodies.

    A sender that signs the fields signs another body by its digest in the address (`bodySHA256`).

    Returns:
        None when the digest is another body's, or is missing for a body that nothing else would sign.
    """
    if post.is_form:
        text = post.body.decode("utf-8", "surrogateescape")
        pairs = parse_qsl(text, keep_blank_values=True, errors="surrogateescape")
        return "".join(name + value for name, value in sorted(set(pairs))).encode("utf-8", "surrogateescape")
    digest = next((value for key, value in parse_qsl(post.query.decode("latin-1")) if key == "bodySHA256"), "")
    is_of_body = hmac.compare_digest(digest.lower().encode("latin-1", "replace"), _sha256_hex(post.body))
    return b"" if is_of_body or not post.body else None


def _sha256_hex(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()


def _read_back(url: bytes) -> bytes:
    text = url.decode("latin-1")
    return _READ_BACK_PATTERN.sub(lambda match: _READ_BACK[match[0].upper()], text).encode("latin-1")
