"""Standardisers that remember: each value is computed once in a process, and once for good where a memory is given.

Values repeat a lot, within a run and from run to run. What costs less to compute than to find again (an e-mail, a date)
is remembered in the process alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise import (
    addresses,
    companies,
    countries,
    dates,
    emails,
    identifiers,
    persons,
    phones,
    postal_codes,
    readings,
    timestamps,
    websites,
)
from crm_pipelines.standardise import kana as kana_names
from crm_pipelines.standardise.version import RULES_VERSION

_IN_PROCESS = 50_000
T = TypeVar("T")


class Memory(Protocol):
    """Keeps outcomes between runs; it may forget any of them at any time."""

    def find(self, address: bytes) -> str | None:
        """The outcome kept under an address, or None."""

    def keep(self, address: bytes, outcome: str) -> None:
        """Keep an outcome."""


_memories: list[Memory] = []


@contextmanager
def remembering(memory: Memory) -> Iterator[None]:
    """Use a memory for the time of a block; nothing but speed depends on it."""
    _memories.append(memory)
    try:
        yield
    finally:
        _memories.remove(memory)


def address_of(kind: str, arguments: Sequence[str | None]) -> bytes:
    """Where an outcome is kept: the hash of the rules' version, the kind of value and the raw value."""
    text = json.dumps([RULES_VERSION, kind, *arguments])
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _remembered(
    kind: str, standardise: Callable[..., T], written: Callable[[T], Any], read: Callable[[Any], T]
) -> Callable[..., T]:
    @lru_cache(_IN_PROCESS)
    def found(*arguments: str | None) -> T:
        if not _memories:
            return standardise(*arguments)
        address = address_of(kind, arguments)
        if (kept := _memories[-1].find(address)) is not None:
            return read(json.loads(kept))
        value = standardise(*arguments)
        _memories[-1].keep(address, json.dumps(written(value), ensure_ascii=False))
        return value

    return found


def _written(value: StandardValue) -> list[Any]:
    return [value.std, value.keys, value.status.value, value.rules, dict(value.parts), value.flags]


def _read(kept: list[Any]) -> StandardValue:
    std, keys, status, rules, parts, flags = kept
    return StandardValue(std, tuple(keys), ValueStatus(status), tuple(rules), parts, tuple(flags))


person = _remembered("person", persons.standardise_person, _written, _read)
company = _remembered("company", companies.standardise_company, _written, _read)
address = _remembered("address", addresses.standardise_address, _written, _read)
reading_keys = _remembered("reading_keys", readings.reading_keys, list, tuple)

kana = lru_cache(_IN_PROCESS)(kana_names.standardise_kana)
postal_code = lru_cache(_IN_PROCESS)(postal_codes.standardise_postal_code)
phone_numbers = lru_cache(_IN_PROCESS)(phones.standardise_phones)
email_addresses = lru_cache(_IN_PROCESS)(emails.standardise_emails)
date = lru_cache(_IN_PROCESS)(dates.standardise_date)
identifier = lru_cache(_IN_PROCESS)(identifiers.standardise_identifier)
timestamp = lru_cache(_IN_PROCESS)(timestamps.parse_timestamp)
website = lru_cache(_IN_PROCESS)(websites.standardise_website)
country_code = lru_cache(_IN_PROCESS)(countries.country_code)
