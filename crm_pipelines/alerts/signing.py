"""Signed webhooks, as Standard Webhooks has them: who gets a post can prove that it is ours, and of now.

    webhook-id         the message; the same at every try, so a message that came twice is told by it
    webhook-timestamp  seconds since 1970, of this try
    webhook-signature  `v1,` and base64 of HMAC-SHA256 over `{id}.{timestamp}.{body}`

A secret that begins with `whsec_` stands for the bytes that its base64 says, any other for its own UTF-8. Receivers in
Python may use `verified`.
"""

import base64
import binascii
import hashlib
import hmac
import math
from collections.abc import Mapping
from datetime import datetime

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_VERSION, _PREFIX = "v1", "whsec_"
TOLERANCE_SECONDS = 300


def signed_headers(secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers that prove a post."""
    timestamp = str(math.floor(now.timestamp()))
    signature = _signature(secret, message_id, timestamp, body)
    return {ID: message_id, TIMESTAMP: timestamp, SIGNATURE: f"{_VERSION},{signature}"}


def verified(
    secret: str, headers: Mapping[str, str], body: bytes, now: datetime, tolerance_seconds: int = TOLERANCE_SECONDS
) -> bool:
    """Whether a post is ours, unchanged and of now.

    Args:
        secret: as configured.
        headers: by lower-case name.
        body: as it came.
        now: aware.
        tolerance_seconds: how far its time may be from ours; keep the ids that came within it, and none counts twice.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if not message_id or not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(now.timestamp() - int(timestamp)) > tolerance_seconds:
        return False
    expected = f"{_VERSION},{_signature(secret, message_id, timestamp, body)}"
    return any(hmac.compare_digest(expected, one) for one in headers.get(SIGNATURE, "").split(" ")[:10])


def _signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.new(_key(secret), content, hashlib.sha256).digest()).decode("ascii")


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
