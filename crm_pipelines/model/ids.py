"""Names of records: `system:key`, with `#part` for every observation of a row but the first.

`:`, `#` and `%` inside a key are percent-encoded, so that an id splits without knowledge of its source. A key that is
itself personal (a Message-ID, an email used as key) is replaced by a keyed hash, so that ids may appear in logs.
"""

import hashlib
import re
import unicodedata

_ENCODED = {"%": "%25", ":": "%3A", "#": "%23", "\n": "%0A", "\r": "%0D", "\t": "%09"}
_TO_ENCODE = re.compile("[" + "".join(_ENCODED) + "]")
_KEY_HASH_BYTES = 12
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans(
    {"O": "0", "I": "1", "L": "1", **dict.fromkeys("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc")}
)


def encode_key(key: str) -> str:
    """Percent-encode what would break an id."""
    return _TO_ENCODE.sub(lambda found: _ENCODED[found[0]], key)


def decode_key(encoded: str) -> str:
    """Undo `encode_key`."""
    for character, code in reversed(_ENCODED.items()):
        encoded = encoded.replace(code, character)
    return encoded


def source_record_id(system: str, key: str) -> str:
    """Name one delivered row: `erp:000123`."""
    return f"{system}:{encode_key(key)}"


def record_id(source_record: str, observation: str | None = None) -> str:
    """Name an observation of a row: the row's own id for the first, `id#observation` for the others."""
    return source_record if observation is None else f"{source_record}#{observation}"


def system_of(record: str) -> str:
    """The source that a record came from."""
    return record.partition(":")[0]


def split_record_id(record: str) -> tuple[str, str, str | None]:
    """Split into (system, key as the source writes it, observation or None)."""
    system, _, rest = record.partition(":")
    key, _, observation = rest.partition("#")
    return system, decode_key(key), observation or None


def hashed_key(project_key: bytes, system: str, key: str) -> str:
    """Replace a personal key by 24 hex digits of a keyed BLAKE2b; the same key gives the same hash for ever."""
    return hashlib.blake2b(f"{system}\x1f{key}".encode(), digest_size=_KEY_HASH_BYTES, key=project_key[:64]).hexdigest()


def suppression_digest(project_key: bytes, kind: str, canonical_value: str) -> str:
    """Digest of an identifier that must not come in again; keyed, so that the list cannot be tried with guesses."""
    text = f"suppression\x1f{kind}\x1f{canonical_value}"
    return hashlib.blake2b(text.encode(), digest_size=32, key=project_key[:64]).hexdigest()


def minted_golden_id(project_key: bytes, founding_record_id: str, counter: int) -> str:
    """Mint an id: eleven Crockford base32 characters and a check character, `K7M2-QX9A-TB4W`.

    A function of the project's key, the founding record and a counter: the same after a kill, and never derived from a
    person's values. The check character is the weighted sum (position 1..11) of the eleven, modulo 31: a prime below
    the alphabet's 32, so that every single wrong character and every swap of two neighbours but 0/Z is found.
    """
    text = f"golden\x1f{founding_record_id}\x1f{counter}"
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, key=project_key[:64]).digest())
    digits = [(number >> (5 * place)) & 31 for place in range(11)]
    characters = "".join(_CROCKFORD[digit] for digit in digits) + _CROCKFORD[_check_digit(digits)]
    return "-".join((characters[:4], characters[4:8], characters[8:]))


def is_golden_id(text: str) -> bool:
    """Whether the text has the shape of a golden id and its check character fits."""
    plain = text.replace("-", "")
    if len(plain) != 12 or any(character not in _CROCKFORD for character in plain):
        return False
    digits = [_CROCKFORD.index(character) for character in plain]
    return digits[-1] == _check_digit(digits[:-1])


def read_golden_id(text: str) -> str | None:
    """The golden id that somebody typed, as the tables write it; None when it is none.

    Any case and width, with or without dashes; O is read as 0, I and L as 1, as nobody can tell them apart on paper.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).upper().translate(_ALIKE).split())
    return "-".join((plain[:4], plain[4:8], plain[8:])) if is_golden_id(plain) else None


def _check_digit(digits: list[int]) -> int:
    return sum(place * digit for place, digit in enumerate(digits, start=1)) % 31
