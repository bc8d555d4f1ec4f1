"""What the rows of a source mean: observations, interactions, relationships, consent, and what is held back.

A row becomes exactly one of: live (it has observations), activity (only something that happened to another row's
customer), set aside (no customer's), quarantined (unreadable, or nobody to tell by) or suppressed (a person who must
not come in again). A quarantined observation quarantines its whole row.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.model.enums import Disposition
from crm_pipelines.model.errors import Fault
from crm_pipelines.model.ids import record_id, source_record_id, suppression_digest
from crm_pipelines.rules.mapping import SourceMapping, StreamMapping
from crm_pipelines.standardise import mail_rows
from crm_pipelines.standardise.identifiers import is_individual_number
from crm_pipelines.standardise.mojibake import is_mojibake
from crm_pipelines.standardise.observations import Observation, Place, finished, observations
from crm_pipelines.standardise.organisation_signs import organisation_sign
from crm_pipelines.standardise.record_columns import content_hash
from crm_pipelines.standardise.row_values import (
    RowTexts,
    interaction_columns,
    read_flag,
    read_text,
    row_texts,
    unreadable_field,
)
from crm_pipelines.standardise.text import clean_text
from crm_pipelines.standardise.timestamps import parse_timestamp
from crm_pipelines.standardise.version import RULES_VERSION

LIVE = "live"
_NUMBER = re.compile(r"[+0-9()./ -]{7,}")
_DIGIT = re.compile(r"[0-9]")
Row = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class SourceMeaning:
    """Everything that decides what a source's rows mean, but the rows.

    Attributes:
        source: its name.
        mapping: what its fields mean.
        place: defaults for values without country or zone.
        project_key: for the digests of suppressed identifiers.
        suppressed: digests of identifiers that must not come in.
    """

    source: str
    mapping: SourceMapping
    place: Place
    project_key: bytes
    suppressed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Version:
    """One delivered version of a source record, as it waits to be interpreted.

    Attributes:
        fault: why it cannot be read; None: nobody has found a reason yet.
        waived: reason code in spite of which somebody lets it go on.
    """

    source_record_id: str
    source_id: str | None
    stream: str
    payload: str | None
    position: str
    fault: Fault | None
    first_delivered_at: datetime
    delivered_at: datetime
    waived: str | None = None


@dataclass(slots=True)
class Interpretation:
    """What a number of versions mean; lists of rows with the columns of the model's schemas.

    Attributes:
        outcomes: (source_record_id, outcome), one per version.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    interactions: list[dict[str, Any]] = field(default_factory=list)
    relationships: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)
    set_aside: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[tuple[str, str]] = field(default_factory=list)


def interpret(meaning: SourceMeaning, versions: Iterable[Version]) -> Interpretation:
    """Interpret versions of one source; each source_record_id occurs once."""
    result = Interpretation()
    for version in versions:
        result.outcomes.append((version.source_record_id, _Reading(meaning, version, result).outcome()))
    return result


class _Reading:
    """The interpretation of one version."""

    def __init__(self, meaning: SourceMeaning, version: Version, result: Interpretation) -> None:
        self._meaning = meaning
        self._version = version
        self._result = result

    def outcome(self) -> str:
        version = self._version
        if version.fault is not None:
            return self._quarantine(version.fault)
        mapping = self._meaning.mapping.stream(version.stream)
        if mapping is None:
            return self._set_aside(Fault("set_aside.unmapped_stream", {"stream": version.stream}))
        row: Row = json.loads(version.payload or "{}")
        if mapping.prepare == "mail":
            row, automatic = mail_rows.prepared(row)
            if automatic is not None:
                return self._set_aside(Fault(f"set_aside.{automatic}"))
        if (reason := mapping.set_aside_reason(row)) is not None:
            return self._set_aside(Fault(reason))
        if mapping.belongs_to is not None:
            return self._activity(mapping, row)
        return self._observed(mapping, row)

    def _observed(self, mapping: StreamMapping, row: Row) -> str:
        texts = row_texts(mapping, row)
        if (fault := next(_unusable(texts, self._version.waived), None)) is not None:
            return self._quarantine(fault)
        found = observations(texts, mapping.record_type.of(row), self._meaning.place)
        if not found:
            return self._quarantine(Fault("row.nobody"))
        if self._is_suppressed(found):
            return Disposition.SUPPRESSED.value
        own = self._version.source_record_id
        for observation in found:
            self._record(observation, texts)
            if observation.relates_to is not None:
                self._relationship(own, observation.relates_to, record_id(own, observation.part), None)
        self._related(mapping, row)
        self._events(mapping, row, own)
        return LIVE

    def _activity(self, mapping: StreamMapping, row: Row) -> str:
        owner = mapping.belongs_to
        key = None if owner is None else read_key(row, owner.key)
        if owner is None or key is None:
            return self._quarantine(Fault("row.missing_owner", {"field": "" if owner is None else owner.key}))
        for fields in mapping.interactions:
            if (field := unreadable_field(fields, row, self._meaning.place.timezone)) is not None:
                return self._quarantine(Fault("row.unreadable_value", {"field": field}))
        told = len(self._result.interactions) + len(self._result.consents)
        self._events(mapping, row, source_record_id(owner.source or self._meaning.source, f"{owner.prefix}{key}"))
        if told == len(self._result.interactions) + len(self._result.consents):  # it would vanish without a word
            return self._quarantine(Fault("row.tells_nothing"))
        return Disposition.ACTIVITY.value

    def _record(self, observation: Observation, texts: RowTexts) -> None:
        version = self._version
        columns = finished(observation)
        self._result.records.append(
            {
                **columns,
                "record_id": record_id(version.source_record_id, observation.part),
                "source_record_id": version.source_record_id,
                "source_system": self._meaning.source,
                "source_id": version.source_id,
                "observation": observation.part,
                "raw_values": _json(observation.record.texts.raw()),
                "value_rules": _json(observation.record.all_rules()),
                "rules_version": RULES_VERSION,
                "content_hash": content_hash(columns),
                "first_delivered_at": version.first_delivered_at,
                "delivered_at": version.delivered_at,
                "is_held_back": False,
            }
        )

    def _events(self, mapping: StreamMapping, row: Row, owner: str) -> None:
        version, timezone = self._version, self._meaning.place.timezone
        for number, fields in enumerate(mapping.interactions):
            if (columns := interaction_columns(fields, row, timezone)) is not None:
                place = {
                    "interaction_id": f"{version.source_record_id}#{number}",
                    "source_record_id": version.source_record_id,
                    "record_id": owner,
                    "source_system": self._meaning.source,
                    "source_id": version.source_id,
                }
                self._result.interactions.append(place | columns)
        for number, fields in enumerate(mapping.consents):
            purpose, channel = read_text(fields["purpose"], row), read_text(fields["channel"], row)
            granted = read_flag(fields["granted"], row)
            if granted is None or purpose is None or channel is None:
                continue
            self._result.consents.append(
                {
                    "consent_event_id": f"{version.source_record_id}#consent{number}",
                    "source_record_id": version.source_record_id,
                    "record_id": owner,
                    "purpose": purpose,
                    "channel": channel,
                    "granted": granted,
                    "obtained_at": parse_timestamp(read_text(fields.get("obtained_at"), row), timezone)
                    or version.delivered_at,
                    "proof": read_text(fields.get("proof"), row),
                }
            )

    def _related(self, mapping: StreamMapping, row: Row) -> None:
        for fields in mapping.relationships:
            key, kind = read_text(fields.get("to_key"), row), read_text(fields["kind"], row)
            since = parse_timestamp(read_text(fields.get("since"), row), self._meaning.place.timezone)
            system = read_text(fields.get("to_source"), row) or self._meaning.source
            to = None if key is None else source_record_id(system, key)
            sign = (
                None
                if to is not None
                else organisation_sign(
                    read_text(fields.get("to_corporate_number"), row), read_text(fields.get("to_name"), row)
                )
            )
            if kind is not None and (to is not None or sign is not None):
                self._relationship(self._version.source_record_id, kind, to, since and since.date(), sign)

    def _relationship(
        self, own: str, kind: str, to: str | None, since: date | None, sign: tuple[str, str] | None = None
    ) -> None:
        to_sign, to_value = sign or (None, None)
        self._result.relationships.append(
            {
                "source_record_id": own,
                "record_id_from": own,
                "kind": kind,
                "record_id_to": to,
                "to_sign": to_sign,
                "to_value": to_value,
                "since": since,
            }
        )

    def _is_suppressed(self, found: Iterable[Observation]) -> bool:
        suppressed, key = self._meaning.suppressed, self._meaning.project_key
        if not suppressed:
            return False
        return any(
            suppression_digest(key, kind, value) in suppressed
            for observation in found
            for kind in ("email", "phone")
            for column in (f"{kind}_keys", f"shared_{kind}_keys")
            for value in observation.record.columns.get(column) or ()
        )

    def _quarantine(self, fault: Fault) -> str:
        self._result.quarantined.append(self._held(fault))
        return Disposition.QUARANTINED.value

    def _set_aside(self, fault: Fault) -> str:
        self._result.set_aside.append(self._held(fault))
        return Disposition.SET_ASIDE.value

    def _held(self, fault: Fault) -> dict[str, Any]:
        version = self._version
        named = fault.facts.get("field")
        return {
            "source_record_id": version.source_record_id,
            "source_system": self._meaning.source,
            "source_id": version.source_id,
            "position": version.position,
            "reason_code": fault.code,
            "facts": _json(dict(fault.facts)),
            "field": None if named is None else str(named),
            "raw": version.payload,
            "delivered_at": version.delivered_at,
        }


def read_key(row: Row, column: str) -> str | None:
    """The key of another row, as text; None when it is empty."""
    value = row.get(column)
    text = "" if value is None or isinstance(value, list | dict) else str(value).strip()
    return text or None


def _unusable(texts: RowTexts, waived: str | None) -> Iterator[Fault]:
    """What makes a row unfit as a whole: lost characters in who it is, or an individual number, which is never kept."""
    for name in ("name", "family_name", "given_name", "organisation_name"):
        if waived != "row.lost_characters" and any(is_mojibake(text) for text in texts.all(name)):
            yield Fault("row.lost_characters", {"field": name})
    if waived != "row.swapped_columns" and (swapped := _swapped(texts)) is not None:
        yield Fault("row.swapped_columns", {"field": swapped})
    if any(is_individual_number(text) for text in texts.all("corporate_number")):
        yield Fault("row.individual_number", {"field": "corporate_number"})


def _swapped(texts: RowTexts) -> str | None:
    """The contact column that holds something else while the name holds a contact point: columns changed places.

    A name that is an e-mail address or a number is common where nothing better was known (mail without a display
    name), so it alone proves nothing.
    """
    name = clean_text(texts.one("name") or "")
    if not name or not ("@" in name or _NUMBER.fullmatch(name)):
        return None
    emails, phones = texts.all("email"), texts.all("phone")
    if emails and not any("@" in clean_text(text) for text in emails):
        return "email"
    if phones and not any(_DIGIT.search(clean_text(text)) for text in phones):
        return "phone"
    return None


_json: Callable[[Mapping[str, Any]], str] = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
