"""How golden customers of a publication stand to each other, and what tells it: for whoever explains or shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from crm_pipelines.stores.statements import statement


@dataclass(frozen=True, slots=True)
class Relative:
    """One relationship with its evidence.

    Attributes:
        golden_id_from: who.
        kind: `household`, `branch_of`, ...; its words are `relationship.kind.<kind>`.
        golden_id_to: of whom.
        since: what a source says, or None.
        evidence: codes; their words are `relationship.evidence.<code>`.
        keys: what both have in common.
        record_ids_from: records of the first that tell it.
        record_ids_to: records of the second.
    """

    golden_id_from: str
    kind: str
    golden_id_to: str
    since: date | None
    evidence: tuple[str, ...]
    keys: tuple[str, ...]
    record_ids_from: tuple[str, ...]
    record_ids_to: tuple[str, ...]


def relationships_of(
    con: duckdb.DuckDBPyConnection, golden_ids: Sequence[str], others: Sequence[str] | None = None, most: int = 100
) -> list[Relative]:
    """The relationships of customers, in both directions; none of a publication that is too old to know evidence.

    Args:
        con: the publication.
        golden_ids: living customers.
        others: only those with one of these; None: with anybody.
        most: at most so many, in the order of kind and ids.
    """
    asked = {"ids": list(golden_ids), "others": None if others is None else list(others), "most": most}
    try:
        rows = con.execute(statement("relationships_of"), asked).fetchall()
    except duckdb.BinderException:
        return []
    return _each_once([Relative(*row[:4], *(tuple(found) for found in row[4:])) for row in rows])


def _each_once(found: Sequence[Relative]) -> list[Relative]:
    """Without the second direction of what holds both ways, where nothing more tells it."""
    told = {(one.golden_id_from, one.kind, one.golden_id_to): one.evidence for one in found}
    mirrored = [told.get((one.golden_id_to, one.kind, one.golden_id_from)) for one in found]
    return [
        one
        for one, mirror in zip(found, mirrored, strict=True)
        if one.golden_id_from < one.golden_id_to or mirror != one.evidence
    ]
