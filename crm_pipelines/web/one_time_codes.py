"""The codes of a second factor: those of an authenticator app (TOTP, RFC 6238), and those for when it is lost."""

import base64
import hmac
import secrets
import unicodedata
from datetime import datetime
from urllib.parse import quote

from crm_pipelines.stores.ledger.second_factors import Proof

STEP_SECONDS = 30
DIGITS = 6
N_RECOVERY_CODES = 10
_ISSUER = "CRM Pipelines"
_SECRET_BYTES = 20  # RFC 4226, section 4: 160 bits are recommended
_RECOVERY_BYTES = 15  # 120 bits: enough to be kept as a plain digest (ASVS V6.5.2)


def new_secret() -> bytes:
    """The secret that an app and the server share."""
    return secrets.token_bytes(_SECRET_BYTES)


def shown_secret(secret: bytes) -> str:
    """A secret as somebody types it into an app: base32 in groups of four."""
    return _in_fours(base64.b32encode(secret).decode())


def app_address(secret: bytes, email: str) -> str:
    """A secret as an app reads it from a link or a picture: the Key URI Format of Google Authenticator."""
    text = base64.b32encode(secret).decode()
    label = f"{quote(_ISSUER)}:{quote(email)}"
    return f"otpauth://totp/{label}?secret={text}&issuer={quote(_ISSUER)}&algorithm=SHA1&digits={DIGITS}&period=30"


def code_of(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step: HOTP of RFC 4226, section 5.3, over HMAC-SHA-1."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


def step_at(now: datetime) -> int:
    """In which 30 seconds since 1970 a time lies."""
    return int(now.timestamp()) // STEP_SECONDS


def proof_of(secret: bytes | None, typed: str, now: datetime) -> Proof:
    """What a typed text proves: a code of now or of the step beside it, as clocks differ; else perhaps a recovery code.

    Args:
        secret: None: it cannot be read; a recovery code is a proof nevertheless.
        typed: in any width, with or without spaces and dashes.
        now: aware.
    """
    plain = "".join(one for one in unicodedata.normalize("NFKC", typed).upper() if one.isalnum())
    if not (plain.isascii() and plain.isdecimal()):
        return Proof(None, plain)
    middle = step_at(now)
    fitting = [
        step
        for step in (middle - 1, middle, middle + 1)
        if secret is not None and hmac.compare_digest(code_of(secret, step), plain)
    ]
    return Proof(max(fitting, default=None))


def new_recovery_codes() -> tuple[str, ...]:
    """Ten that nobody can guess, as `proof_of` reads them."""
    return tuple(base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode() for _ in range(N_RECOVERY_CODES))


def shown_recovery_code(code: str) -> str:
    """One as it is shown."""
    return _in_fours(code).replace(" ", "-")


def _in_fours(text: str) -> str:
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
