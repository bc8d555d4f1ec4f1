"""Passwords: argon2id, at the cost that its library advises."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARACTERS = 12
MOST_CHARACTERS = 200  # hashing a book would be an attack

_LEAST_DIFFERENT = 5
_LEAST_REST = 6
# what most of the frequent passwords of twelve characters and more are made of, and what is near here
_GUESSED = (
    "crmpipelines", "pipelines", "customer", "password", "passwort", "pass", "admin", "istrator", "welcome",
    "iloveyou", "letmein", "changeme", "secret", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwerty", "asdf", "dragon",
    "monkey", "abcdefgh", "abc", "sunshine", "princess", "football", "baseball", "superman", "1q2w3e4r",
    "1qaz2wsx", "1234567890", "12345678", "123456", "12345", "1234", "123", "0987654321", "987654321", "2024",
    "2025", "2026",
)  # fmt: skip

_HASHER = PasswordHasher()
_HANDS = BoundedSemaphore(4)
"""Hashing takes 64 MiB: strangers must not be able to ask for forty at once."""


def password_hash(password: str) -> str:
    """A password as it is kept."""
    with _HANDS:
        return _HASHER.hash(password)


def is_easy(password: str, *own: str) -> bool:
    """Whether somebody who knows a person would try this soon.

    Args:
        password: as typed.
        own: what anybody knows of the person: name, address.
    """
    rest = _plain(password)
    if len(set(rest)) < _LEAST_DIFFERENT:
        return True
    known = {_plain(part) for text in own for part in (text, *text.replace("@", " ").split())}
    for word in sorted({*known, *_GUESSED}, key=len, reverse=True):
        if len(word) > 2:
            rest = rest.replace(word, "")
    return len(rest) < _LEAST_REST


def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


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
