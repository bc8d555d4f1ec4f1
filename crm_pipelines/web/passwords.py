"""Passwords: argon2id, at the cost that its library advises."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200  # hashing a book would be an attack

_HASHER = PasswordHasher()


def password_hash(password: str) -> str:
    """A password as it is kept."""
    return _HASHER.hash(password)


def is_password(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes as long for somebody who does not exist, so that nobody can tell."""
    try:
        return _HASHER.verify(kept if kept is not None else _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("nobody has this password")
