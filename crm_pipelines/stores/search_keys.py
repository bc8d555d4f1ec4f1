"""Reads the keys of the search index: who has one, who has one that begins so, who has one that is spelled nearly so.

For a reader who may not see everything, each customer's records are asked before it counts (`search/reach.py`).
"""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from crm_pipelines.model.schemas import STANDARDISED_RECORDS
from crm_pipelines.search.keys import KeyKind, NearProbe, Probe
from crm_pipelines.search.ranking import Found, nearly
from crm_pipelines.search.reach import OF_CUSTOMERS, Reach
from crm_pipelines.stores.search_filling import COLUMNS

_MOST_KEYS = 20_000
_MOST_ASKED = 2_000
"""Rows of one look that are passed over for whoever may not see them: what stands behind so many is not found."""
_TIMES = tuple(name for name, kind in STANDARDISED_RECORDS.items() if kind == "TIMESTAMPTZ")
_BACKWARDS = frozenset({KeyKind.NAME_END, KeyKind.READING_END, KeyKind.PHONE_END})


class Keys:
    """The keys as one search reads them.

    Args:
        con: the index, open.
        reach: of whoever searches.
        most: so many customers of one look at most.
    """

    def __init__(self, con: sqlite3.Connection, reach: Reach, most: int) -> None:
        self._con = con
        self._reach = reach
        self._most = most
        self._reached: dict[int, set[tuple[KeyKind, str]]] = {}

    def found(self, probe: Probe) -> Iterator[Found]:
        """The customers of one look."""
        most = _MOST_ASKED if self._reach.needs_witness else self._most
        if probe.is_start:
            rows = self._con.execute(
                "select key, golden_id, customer from keys inner join shown using (customer) "
                "where kind = ? and key >= ? and key < ? limit ?",
                (probe.kind.value, probe.key, _after(probe.key), most),
            )
        else:
            rows = self._con.execute(
                "select key, golden_id, customer from keys inner join shown using (customer) "
                "where kind = ? and key = ? limit ?",
                (probe.kind.value, probe.key, most),
            )
        told = (row for row in rows if self._is_told(probe.kind, row[0], row[2]))
        for key, golden_id, _ in islice(told, self._most):
            yield Found(golden_id, probe.how, key[::-1] if probe.kind in _BACKWARDS else key)

    def near(self, probe: NearProbe) -> Iterator[Found]:
        """The customers with a key that is spelled nearly so, of the nearest keys."""
        start, end = probe.halves
        ends = (key[::-1] for key in self._beginning(probe.ends, end))
        close = nearly(probe, [*self._beginning(probe.kind, start), *ends])
        nearest = [key for key, _ in sorted(close.items(), key=lambda item: (item[1], item[0]))]
        is_asked = self._reach.needs_witness
        told = (
            Found(one.golden_id, one.how, one.key, close[key])
            for key in (nearest if is_asked else nearest[: self._most])
            for one in self.found(Probe(probe.kind, key, probe.how))
        )
        yield from islice(told, self._most if is_asked else None)

    def _beginning(self, kind: KeyKind, start: str) -> list[str]:
        rows = self._con.execute(
            "select key from keys where kind = ? and key >= ? and key < ? limit ?",
            (kind.value, start, _after(start), _MOST_KEYS),
        )
        return [key for (key,) in rows]

    def _is_told(self, kind: KeyKind, key: str, customer: int) -> bool:
        if kind in OF_CUSTOMERS or not self._reach.needs_witness:
            return True
        if customer not in self._reached:
            rows = self._con.execute("select columns from records where customer = ?", (customer,))
            records = (read_record(columns) for (columns,) in rows)
            self._reached[customer] = {one for record in records for one in self._reach.reached(record)}
        return (kind, key) in self._reached[customer]


def read_record(columns: str) -> dict[str, Any]:
    """A row of `standardised_records` as the publication gives it."""
    row: dict[str, Any] = dict(zip(COLUMNS, json.loads(columns), strict=True))
    for name in _TIMES:
        if row[name] is not None:
            row[name] = datetime.fromisoformat(row[name])
    return row


def _after(start: str) -> str:
    """What stands behind everything that begins so."""
    return start + "\U0010ffff"
