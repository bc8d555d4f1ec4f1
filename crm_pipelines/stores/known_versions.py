"""Which rows of a read say nothing new: landing keeps their keys alone, so that it grows with the change, not the base.

A row is left to its key only where nothing can be confused: the last version of its key, all batches applied, says
exactly the same, and the read has not shown the key before.
"""

from collections.abc import Sequence

import polars as pl

from crm_pipelines.model.ids import source_record_id
from crm_pipelines.stores.landed_text import safe_texts
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Warehouse


class KnownVersions:
    """The last version of each key of one source, as of the beginning of a read; every landed batch is applied.

    Args:
        warehouse: open, with no step under way.
        source: name of the source.
    """

    def __init__(self, warehouse: Warehouse, source: str) -> None:
        self._con = warehouse.connection
        self._source = source
        self._con.execute("create or replace temporary table landed_before (source_record_id varchar)")
        self._is_empty = not self._con.execute(
            "select 1 from source_records where source_system = ? limit 1", [source]
        ).fetchall()

    def unchanged(self, rows: pl.DataFrame) -> Sequence[int]:
        """The `row_number` of rows that say nothing new; call it once per batch, in order.

        Args:
            rows: a batch, columns `LANDED_ROWS`.
        """
        if self._is_empty:
            return ()
        self._con.register("landed_rows", rows.to_arrow())
        self._con.execute(
            f"create or replace temporary table named_rows as {statement('arrivals')}",
            [0, self._source, self._source, None],
        )
        self._con.unregister("landed_rows")
        found = {row[0] for row in self._con.execute(statement("unchanged_rows")).fetchall()}
        self._con.execute(
            """insert into landed_before
               select source_record_id from named_rows where row_number not in (select unnest(?::integer[]))""",
            [sorted(found)],
        )
        self._con.execute("drop table named_rows")
        return sorted(found)

    def unknown(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of the keys that no live row has; a row that could not be read is a row all the same."""
        if self._is_empty or not keys:
            return frozenset(keys)
        stored = safe_texts(keys)
        self._con.register("named_keys", pl.DataFrame({"key": stored}, schema={"key": pl.String}).to_arrow())
        found = self._con.execute(
            """with live as (
                   select source_id from source_records
                   where source_system = ? and not is_deleted and source_id in (select key from named_keys)
               )
               select key from named_keys where key not in (select source_id from live)""",
            [self._source],
        ).fetchall()
        self._con.unregister("named_keys")
        missed = {key for (key,) in found}
        if not missed:
            return frozenset()
        return frozenset(key for key, name in zip(keys, stored, strict=True) if name in missed)

    def payloads(self, keys: Sequence[str]) -> dict[str, str]:
        """Key to the JSON of what its row said last, for those of the keys that are known and could be read."""
        if self._is_empty or not keys:
            return {}
        names = {source_record_id(self._source, key): key for key in keys}
        found = self._con.execute(
            """select source_record_id, payload from source_records
               where fault_code is null and source_record_id in (select unnest(?::varchar[]))""",
            [list(names)],
        ).fetchall()
        return {names[row[0]]: row[1] for row in found}
