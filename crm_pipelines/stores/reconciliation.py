"""Every row, and every sum, from landing to what readers open: what one place holds, the next one holds as well.

Three things are held against one another: the rows of neighbouring tables of the warehouse; the rows of each table
with those that its step left in it; the tables of a publication with those of the warehouse. Sums of numbers that the
project names are counted beside the rows. What does not close is a `Gap`, with the place and both figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from crm_pipelines.model.errors import Fact, StoreError
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.row_counts import differing
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Warehouse

# Tables that keep what the warehouse forgets.
_HISTORY = frozenset({"changes", "value_changes", "closed_questions"})
_PUBLISHED = """
from source_records as known
inner join interpretations as meant on meant.source_record_id = known.source_record_id
where not known.is_deleted and (meant.live_hash is not null or meant.outcome = 'activity')
"""
# As many rows as `_PUBLISHED`, counted from the few that are gone.
_N_PUBLISHED = """
from interpretations
where (live_hash is not null or outcome = 'activity')
    and source_record_id not in (select source_record_id from source_records where is_deleted)
"""
# What a published table holds, where that is not a table of the warehouse row by row.
_OWN = {"source_records": _N_PUBLISHED, "homes": "from main.crosswalk where valid_to is null"}


@dataclass(frozen=True, slots=True)
class Gap:
    """Two figures that should be one.

    Attributes:
        place: the table where something is missing, or too much.
        kind: `rows`: of two neighbours; `left`: of what its step left; `published`: of the publication; `landing`: of a
            batch; otherwise the name of a field whose sums differ.
        source: name of the source; empty: of all.
        expected: what the place before holds.
        found: what this place holds.
    """

    place: str
    kind: str
    source: str
    expected: str
    found: str

    @property
    def sentence(self) -> str:
        """Which sentence tells of it, behind `reconcile.`."""
        return self.kind if self.kind in {"rows", "left", "published", "landing"} else "sum"

    @property
    def facts(self) -> dict[str, Fact]:
        """As the facts of a sentence."""
        found = {"place": self.place, "expected": self.expected, "found": self.found, "field": self.kind}
        return {**found, "source": self.source or "quality.drift.all_sources"}


def gaps(
    warehouse: Warehouse, run_id: str | None, publication: str | None, fields: Mapping[str, Sequence[str]]
) -> list[Gap]:
    """What does not close, from the rows that were applied to a publication.

    Args:
        warehouse: at rest, or between two steps.
        run_id: only losses that this run met count; None: of every run.
        publication: name of the attached database that follows the warehouse; None: there is none yet.
        fields: source -> columns whose sums are counted beside the rows.
    """
    con = warehouse.connection
    found = [*_neighbours(con), *_left(con, run_id)]
    if publication is not None:
        found += [*_published(con, publication), *_published_sums(con, publication, fields)]
    return found


def damaged_batches(landing: Landing) -> list[Gap]:
    """Batches of landing that are not as they were written."""
    found = []
    for manifest in landing.batches():
        try:
            landing.verify(manifest)
        except StoreError:
            found.append(Gap(f"landing/{manifest.sequence}", "landing", manifest.source, str(manifest.n_rows), "–"))
    return found


def _neighbours(con: duckdb.DuckDBPyConnection) -> Iterator[Gap]:
    for place, source, n_here, n_there in con.execute(statement("reconcile_warehouse")).fetchall():
        yield Gap(place, "rows", source, str(n_here), str(n_there))


def _left(con: duckdb.DuckDBPyConnection, run_id: str | None) -> Iterator[Gap]:
    losses = con.execute(
        "select table_name, n_noted, n_found from row_losses where coalesce(run_id = ?, true) order by all", [run_id]
    ).fetchall()
    for table, noted, n_rows in (*losses, *differing(con)):
        yield Gap(table, "left", "", str(noted), str(n_rows))


def _published(con: duckdb.DuckDBPyConnection, publication: str) -> Iterator[Gap]:
    there = {
        str(name)
        for (name,) in con.execute(
            "select table_name from duckdb_tables() where database_name = ?", [publication]
        ).fetchall()
    }
    for table in PUBLICATION_TABLES:
        if table in _HISTORY or table not in there:
            continue
        own = _OWN.get(table, f"from main.{table}")
        query = f"select (select count(*) {own}), (select count(*) from {publication}.{table})"  # noqa: S608
        n_own, n_shown = con.execute(query).fetchall()[0]
        if n_own != n_shown:
            yield Gap(table, "published", "", str(n_own), str(n_shown))


def _published_sums(
    con: duckdb.DuckDBPyConnection, publication: str, fields: Mapping[str, Sequence[str]]
) -> Iterator[Gap]:
    for source, columns in fields.items():
        for column in columns:
            own, shown = (
                _sum(con, column, source, rows)
                for rows in (_PUBLISHED, f"from {publication}.source_records as known where true")
            )
            if own != shown:
                yield Gap("source_records", column, source, str(own), str(shown))


def _sum(con: duckdb.DuckDBPyConnection, column: str, source: str, rows: str) -> Decimal:
    found = con.execute(
        f"select sum({number_of('known.payload')}) {rows} and known.source_system = $source",
        {"path": path_of(column), "source": source},
    ).fetchall()
    return found[0][0] or Decimal(0)


def number_of(payload: str) -> str:
    """SQL of the number in the column `$path` of a row as delivered; text that is none counts as nothing."""
    return f"try_cast(replace(json_extract_string({payload}, $path), ',', '') as decimal(38, 4))"


def path_of(column: str) -> str:
    """A column as a JSON path."""
    return '$."' + column.replace('"', '\\"') + '"'
