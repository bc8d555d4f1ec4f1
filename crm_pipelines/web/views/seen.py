"""What is known of customers as a reader sees it: whoever sees parts of values gets them masked before they are drawn.

A value is masked by its field and by the source that says so. What nobody can tell the field of (a name that stands for
a customer and may be an address, what a mail is about, words of colleagues) is masked as its origin is, or left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.model.ids import system_of
from crm_pipelines.stores.customer_file import ConsentState, ContactPoint, CustomerRow, GoldenValue, Statement
from crm_pipelines.stores.identity_history import ValueChange
from crm_pipelines.web.masking import HIDDEN, Sight
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.timeline import Happening

_SHOWN = (
    "name", "name_kana", "organisation_name", "organisation_name_kana", "website", "email", "phone", "corporate_number",
)  # fmt: skip
_RECORD_FACTS = frozenset({"name", "record", "record_a", "record_b"})


class Names:
    """What stands for customers in headings and lists, as a reader sees it.

    Args:
        look: at the publication.
        sight: of the reader.
        golden_ids: of the customers.
    """

    def __init__(self, look: Look, sight: Sight, golden_ids: Iterable[str]) -> None:
        self._sight = sight
        self._seen: dict[tuple[str, str], str] = {}
        if not sight.is_partial:
            return
        rows = look.con.execute(
            """select golden_id, attribute, value, record_id from attribute_values
               where survives and value is not null and list_contains($attributes, attribute)
                   and golden_id in (select unnest(cast($golden_ids as varchar[])))
               order by golden_id, attribute, value""",
            {"attributes": list(_SHOWN), "golden_ids": sorted(set(golden_ids))},
        ).fetchall()
        for golden_id, attribute, value, record_id in sorted(rows, key=lambda row: -_SHOWN.index(row[1])):
            self._seen[golden_id, value] = sight.value(attribute, value, _system(record_id))

    def of(self, golden_id: str, text: str | None) -> str | None:
        """A name of a customer; of a text that is none of its values nothing is told."""
        if not text or not self._sight.is_partial or text == golden_id:
            return text
        return self._seen.get((golden_id, text), HIDDEN)


def row_seen(look: Look, row: CustomerRow, sight: Sight) -> CustomerRow:
    """The golden customer itself."""
    names = Names(look, sight, [row.golden_id])
    return replace(
        row, display_name=names.of(row.golden_id, row.display_name), name_kana=names.of(row.golden_id, row.name_kana)
    )


def values_seen(values: Iterable[GoldenValue], sight: Sight) -> tuple[GoldenValue, ...]:
    """Golden values with what they beat."""
    return tuple(
        replace(
            value,
            chosen=_said(value.attribute, value.chosen, sight),
            losers=tuple(_said(value.attribute, loser, sight) for loser in value.losers),
        )
        for value in values
    )


def points_seen(points: Iterable[ContactPoint], sight: Sight) -> tuple[ContactPoint, ...]:
    """Contact points; one that a source tells that may be seen is shown by that one."""
    return tuple(replace(point, value=_point(point, sight)) for point in points)


def consents_seen(consents: Iterable[ConsentState], sight: Sight) -> tuple[ConsentState, ...]:
    """Consents; where they can be seen is in words of a source."""
    return tuple(replace(one, proof=None) if sight.is_partial else one for one in consents)


def happenings_seen(happenings: Iterable[Happening], sight: Sight) -> tuple[Happening, ...]:
    """What happened: of contacts when and how, not what about."""
    if not sight.is_partial:
        return tuple(happenings)
    return tuple(
        replace(
            one,
            contact=None if one.contact is None else replace(one.contact, subject=None, status=None),
            value=None if one.value is None else change_seen(one.value, sight),
        )
        for one in happenings
    )


def change_seen(change: ValueChange, sight: Sight) -> ValueChange:
    """A value that became another."""
    before, after = _system(change.record_id_before), _system(change.record_id)
    return replace(
        change,
        value_before=sight.value(change.attribute, change.value_before or "", before) or None,
        value=sight.value(change.attribute, change.value or "", after) or None,
    )


def sentences_seen(sentences: Sequence[Fault], sight: Sight) -> tuple[Fault, ...]:
    """Sentences that name records by their ids."""
    return tuple(Fault(one.code, _facts_seen(one.facts, sight)) for one in sentences)


def _facts_seen(facts: Mapping[str, Fact], sight: Sight) -> dict[str, Fact]:
    return {
        name: sight.record(fact) if name in _RECORD_FACTS and isinstance(fact, str) else fact
        for name, fact in facts.items()
    }


def _said(attribute: str, said: Statement, sight: Sight) -> Statement:
    shown = sight.value(attribute, said.value or "", said.system) or None
    return replace(said, value=shown, record_id=None if said.record_id is None else sight.record(said.record_id))


def _point(point: ContactPoint, sight: Sight) -> str:
    systems: list[str | None] = [system for system in point.systems if sight.sees_source(system)]
    return sight.value(point.kind, point.value, (systems or [*point.systems, None])[0])


def _system(record_id: str | None) -> str | None:
    return None if record_id is None else system_of(record_id)
