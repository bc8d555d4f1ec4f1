"""The audit chain: each entry's hash covers the entry before it, so nothing can be changed or removed unseen.

The hashes cover ids, times and a digest of the values, never the values. The digest is keyed with a salt that is erased
together with the values: then nobody can find them by guessing, and the chain still fits.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from crm_pipelines.model.errors import ContractError

FIRST_PREV_HASH = "0" * 64
CHAINED = ("seq", "kind", "entry_id", "actor", "recorded_at", "supersedes", "digest", "prev_hash")


# Columns that came after the first entries were written: where they hold nothing, an entry digests as it did before.
_ADDED_LATER = frozenset({"evidence", "batch_id", "approved_by", "waives"})


def content_digest(salt: str, content: Mapping[str, object]) -> str:
    """Keyed BLAKE2b-256 of a detail row and its reason, in hex."""
    told = {name: value for name, value in content.items() if value is not None or name not in _ADDED_LATER}
    return hashlib.blake2b(_canonical(told), digest_size=32, key=bytes.fromhex(salt)).hexdigest()


def entry_hash(entry: Mapping[str, object]) -> str:
    """BLAKE2b-256 over the `CHAINED` columns of an entry, in hex."""
    return hashlib.blake2b(_canonical({name: entry[name] for name in CHAINED}), digest_size=32).hexdigest()


def _canonical(content: Mapping[str, object]) -> bytes:
    """The same bytes for the same content, whatever database it comes from.

    Raises:
        ContractError: `ledger.time_without_zone`: nobody could say later what such a time meant.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=_time_text).encode()


def _time_text(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ContractError("ledger.time_without_zone")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(type(value).__name__)
