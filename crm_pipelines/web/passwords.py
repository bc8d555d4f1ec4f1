"""Passwords: argon2id, at the cost that its library advises."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200  # hashing a book would be an attack

_HASHER = PasswordHasher()
_HANDS = BoundedSemaphore(4)
"""Hashing takes 64 MiB: strangers must not be able to ask for forty at once."""


def password_hash(password: str) -> str:
    """A password as it is kept."""
    with _HANDS:
        return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long for somebody who does not exist, so that nobody can tell.

    Args:
        kept: None or empty: nobody, or somebody without a password.
        password: as typed.
    """
    try:
        with _HANDS:
            return _HASHER.verify(kept or _nobodys(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
