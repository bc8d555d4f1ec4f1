"""By which keys somebody may find customers: what a reader may not see must not be confirmed by searching for it.

A key of the index does not say which record it comes from, nor whether a name is a person's or a company's. Where that
matters, the records of a customer that was found are asked whether one that may be seen says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.search.keys import KeyKind, NearProbe, Probe, Query
from crm_pipelines.standardise.romaji import meeting_key

SEARCHED = ("name", "company", "email", "phone", "identifier")
"""Fields that a project may mask and that customers are found by."""
_NAMES = frozenset({"name", "company"})
# kind of a key -> the fields that it may come from; a kind that is not named is nobody's to mask
_FIELDS: Mapping[KeyKind, frozenset[str]] = {
    KeyKind.SOURCE_ID: frozenset({"identifier"}),
    KeyKind.EMAIL: frozenset({"email"}),
    KeyKind.PHONE: frozenset({"phone"}),
    KeyKind.PHONE_END: frozenset({"phone"}),
    KeyKind.NAME: _NAMES,
    KeyKind.NAME_END: _NAMES,
    KeyKind.READING: _NAMES,
    KeyKind.READING_END: _NAMES,
    KeyKind.KANA: _NAMES,
    KeyKind.NAME_INSIDE: frozenset({"company"}),
    KeyKind.COMPANY: frozenset({"company"}),
}
OF_CUSTOMERS = frozenset({KeyKind.GOLDEN_ID, KeyKind.FORMER_ID})
"""Kinds of keys that no record tells."""
_MOST_INSIDE = 12  # letters of a name, but the last, from which the rest is a key, as in `search_keys.sql`


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody's search goes.

    Attributes:
        masked: those of `SEARCHED` that they see in part.
        hidden: sources of which they see nothing.
    """

    masked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def needs_witness(self) -> bool:
        """Whether a key alone does not say if it may be searched by."""
        return bool(self.hidden) or len(self.masked & _NAMES) == 1

    def narrowed(self, query: Query) -> Query:
        """A query without the looks that could only find what is masked."""
        probes = tuple(one for one in query.probes if self._may_find(one))
        return replace(query, probes=probes, near=tuple(one for one in query.near if self._may_find(one)))

    def reached(self, record: Mapping[str, Any]) -> Iterator[tuple[KeyKind, str]]:
        """The kinds and keys by which a record makes its customer found; the customer's ids are no record's.

        Args:
            record: with the columns of `standardised_records`.
        """
        if record["source_system"] not in self.hidden:
            yield from ((kind, key) for field, kind, key in told(record) if field not in self.masked)

    def _may_find(self, probe: Probe | NearProbe) -> bool:
        fields = _FIELDS.get(probe.kind)
        return fields is None or not fields <= self.masked


def told(record: Mapping[str, Any]) -> Iterator[tuple[str, KeyKind, str]]:
    """The field, kind and key of all that a record puts into the index; the same as `search_keys.sql` makes of it."""
    is_organisation = record["customer_type"] == CustomerType.ORGANISATION
    yield from (
        (field, kind, key)
        for field, kind, key in (*_ids(record), *_contacts(record), *_names(record, is_organisation))
        if key
    )


def _ids(record: Mapping[str, Any]) -> Iterator[tuple[str, KeyKind, str]]:
    key = (record["source_id"] or "").lower()
    yield "identifier", KeyKind.SOURCE_ID, key
    yield "identifier", KeyKind.SOURCE_ID, f"{record['source_system']}:{key}".lower() if key else ""
    yield "corporate_number", KeyKind.CORPORATE_NUMBER, record["corporate_number_key"] or ""


def _contacts(record: Mapping[str, Any]) -> Iterator[tuple[str, KeyKind, str]]:
    for key in (*(record["email_keys"] or ()), *(record["shared_email_keys"] or ())):
        yield "email", KeyKind.EMAIL, key
    for key in (*(record["phone_keys"] or ()), *(record["shared_phone_keys"] or ())):
        yield "phone", KeyKind.PHONE, key
        yield "phone", KeyKind.PHONE_END, key[::-1]


def _names(record: Mapping[str, Any], is_organisation: bool) -> Iterator[tuple[str, KeyKind, str]]:
    for key in (record["name_key"] or "", record["former_name_key"] or ""):
        yield from (("name", KeyKind.NAME, key), ("name", KeyKind.NAME_END, key[::-1]))
    company = record["organisation_name_key"] or ""
    if is_organisation:
        yield from (("company", KeyKind.NAME, company), ("company", KeyKind.NAME_END, company[::-1]))
        yield from (
            ("company", KeyKind.NAME_INSIDE, company[start:]) for start in range(1, min(len(company), _MOST_INSIDE) - 1)
        )
    else:
        yield "company", KeyKind.COMPANY, company
    yield "name", KeyKind.KANA, record["name_kana_key"] or ""
    yield "company", KeyKind.KANA, record["organisation_name_kana_key"] or ""
    parts = (*(record["family_reading_keys"] or ()), *(record["given_reading_keys"] or ()))
    for key in record["reading_keys"] or parts:
        sound = meeting_key(key) if is_organisation else key
        field = "company" if is_organisation else "name"
        yield from ((field, KeyKind.READING, sound), (field, KeyKind.READING_END, sound[::-1]))
