"""Interpretation in the warehouse: which versions wait, what they came to, which is live.

Versions are tried in rounds: the newest of each record first; only a record whose version was quarantined has its next
older one tried. What none of its versions can be read of keeps whatever was live before. So batches applied together
and batches applied one by one end in the same state.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import polars as pl
import pyarrow as pa

from crm_pipelines.model.schemas import (
    CONSENT_EVENTS,
    HELD_ROWS,
    OBSERVED_INTERACTIONS,
    OBSERVED_RELATIONSHIPS,
    STANDARDISED_RECORDS,
)
from crm_pipelines.standardise.interpretation import Interpretation
from crm_pipelines.stores.quality_counts import STATUS_COLUMNS, count_records
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Step, Warehouse

Tables: TypeAlias = dict[str, pl.DataFrame]
"""Result table of a round -> its rows."""

# result table of a round -> columns
_RESULTS: dict[str, dict[str, str]] = {
    "read_records": STANDARDISED_RECORDS,
    "read_interactions": OBSERVED_INTERACTIONS,
    "read_relationships": OBSERVED_RELATIONSHIPS,
    "read_consents": CONSENT_EVENTS,
    "read_quarantined": HELD_ROWS,
    "read_set_aside": HELD_ROWS,
    "read_outcomes": {"source_record_id": "VARCHAR", "outcome": "VARCHAR"},
}
_VERSION = "source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts, " \
    "first_delivered_at, delivered_at"  # fmt: skip
_TARGETS = {
    "observed_interactions": "read_interactions",
    "observed_relationships": "read_relationships",
    "consent_events": "read_consents",
}
_TYPES: dict[str, pl.DataType] = {
    "VARCHAR": pl.String(),
    "VARCHAR[]": pl.List(pl.String()),
    "BOOLEAN": pl.Boolean(),
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
    "DATE": pl.Date(),
    "UBIGINT": pl.UInt64(),
    "DOUBLE": pl.Float64(),
    "INTEGER": pl.Int32(),
    "DECIMAL(18,4)": pl.String(),  # cast by DuckDB: no money passes through a float
}


def text_hash(text: str) -> str:
    """A short hash that tells two configurations apart."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def start(step: Step, meanings: Mapping[str, str], corrected: Iterable[str] = ()) -> int:
    """Account for the rows that change nothing, and find what else waits; return how many versions.

    Args:
        step: the open step.
        meanings: source -> hash of all that decides how its rows are read; a source whose hash changed is read anew.
        corrected: rows that somebody has put right or dropped since; they are read anew as well.
    """
    step.temporary(
        "live_before",
        "select source_system, count(distinct source_record_id) as live_before from standardised_records "
        "group by source_system",
    )
    known = {source: step.warehouse.fact(step.name, f"meaning:{source}") for source in meanings}
    changed = [source for source, meaning in meanings.items() if known[source] not in (None, meaning)]
    for source, meaning in meanings.items():
        step.note(f"meaning:{source}", meaning)
    step.frame("changed_meanings", pl.DataFrame({"source_system": pl.Series(changed, dtype=pl.String())}))
    rows = pl.Series(sorted(set(corrected)), dtype=pl.String())
    step.frame("changed_corrections", pl.DataFrame({"source_record_id": rows}))
    step.con.execute(statement("settle_unchanged"), {"run_id": step.run_id})
    step.con.execute("update counted_mentions set run_id = ? where run_id is null", [step.run_id])
    step.temporary("pending", statement("pending_versions"))
    for name in ("settled", "refused"):
        step.temporary(
            name,
            "select '' as source_record_id, '' as outcome, cast(0 as bigint) as place, "
            "cast(0 as ubigint) as version_hash, false as is_read limit 0",
        )
    for name, columns in _RESULTS.items():
        step.temporary(
            name, "select " + ", ".join(f'cast(null as {kind}) as "{c}"' for c, kind in columns.items()) + " limit 0"
        )
    step.con.execute("create or replace temporary table round_number as select cast(0 as bigint) as number")
    return step.count("pending")


def next_round(step: Step) -> int:
    """Prepare the next round; return how many versions must be read in it, 0 when all is settled."""
    while True:
        step.con.execute("update round_number set number = number + 1")
        number = step.con.execute("select number from round_number").fetchall()[0][0]
        step.temporary("round_versions", statement("versions_of_round"), {"place": number})
        if step.count("round_versions") == 0:
            return 0
        step.temporary("known_outcomes", statement("settled_without_reading"))
        step.con.execute("insert into settled select * from known_outcomes where outcome <> 'quarantined'")
        step.con.execute("insert into refused select * from known_outcomes where outcome = 'quarantined'")
        step.temporary(
            "waiting",
            """select row_number() over (order by source_system, stream, source_record_id) - 1 as turn, round_versions.*
               from round_versions
               where source_record_id not in (select source_record_id from known_outcomes)""",
        )
        if (n_waiting := step.count("waiting")) > 0:
            return n_waiting


def waiting(step: Step, offset: int, n_rows: int) -> pl.DataFrame:
    """A bounded number of the versions to be read, in a fixed order."""
    return step.polars(
        f"""select {_VERSION} from waiting
            where turn >= {int(offset)} and turn < {int(offset) + int(n_rows)} order by turn"""  # noqa: S608
    )


def foreseen(warehouse: Warehouse, after_batch: int, n_rows: int) -> pl.DataFrame:
    """The newest versions applied since a batch, which will be read unless newer ones come; as `waiting` tells them.

    Args:
        warehouse: open, with no step under way.
        after_batch: sequence number of the last batch that does not count.
        n_rows: at most so many; which ones is of no account.
    """
    found: pl.DataFrame = warehouse.connection.sql(
        f"""select {_VERSION} from source_records
            where batch > ? and not is_deleted and source_record_id in (
                select source_record_id from deliveries where disposition is null)
            order by source_system, stream, source_record_id limit ?""",  # noqa: S608 - our own text
        params=[after_batch, n_rows],
    ).pl()
    return found


def tables_of(result: Interpretation) -> Tables:
    """What a reading came to as tables, those without a row left out."""
    outcomes = [{"source_record_id": record, "outcome": outcome} for record, outcome in result.outcomes]
    rows = {
        "read_records": result.records,
        "read_interactions": result.interactions,
        "read_relationships": result.relationships,
        "read_consents": result.consents,
        "read_quarantined": result.quarantined,
        "read_set_aside": result.set_aside,
        "read_outcomes": outcomes,
    }
    return {table: _table(found, _RESULTS[table]) for table, found in rows.items() if found}


def _table(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> pl.DataFrame:
    """Rows as a table; by way of Arrow, which reads lists in half the time."""
    empty = pl.DataFrame(schema={name: _TYPES[kind] for name, kind in columns.items()})
    return pl.DataFrame(pa.Table.from_pylist(rows, schema=empty.to_arrow().schema))


def store(step: Step, tables: Tables) -> None:
    """Keep what a reading came to until the round is settled."""
    for name, table in tables.items():
        step.con.register("incoming_rows", table.to_arrow())
        step.con.execute(f"insert into {_known_result(name)} by name select * from incoming_rows")  # noqa: S608
        step.con.unregister("incoming_rows")


def settle_round(step: Step) -> None:
    """Take over the outcomes of a round: quarantined versions are refused, all others settle their record."""
    for target, condition in (("settled", "<>"), ("refused", "=")):
        step.con.execute(
            f"""insert into {target}
                select waiting.source_record_id, read_outcomes.outcome, waiting.place, waiting.version_hash, true
                from waiting
                inner join read_outcomes on read_outcomes.source_record_id = waiting.source_record_id
                where read_outcomes.outcome {condition} 'quarantined'"""  # noqa: S608
        )
    step.con.execute("delete from read_outcomes")


def finish(step: Step) -> None:
    """Write what was settled: observations, what is held back, dispositions, and who must look at it next."""
    step.temporary("settlements", statement("settlements"))
    step.temporary(
        "settlements_accounted",
        """select settlements.*, coalesce(not pending.is_replay and not pending.is_absence, false) as is_delivered
           from settlements
           left join pending on pending.source_record_id = settlements.source_record_id
               and pending.place = settlements.settled_place""",
    )
    step.temporary(
        "read_anew",
        """select source_record_id from settlements
           where is_read or settled_outcome = 'deleted'
               or (live_hash_before is not null and live_hash_after is null)""",
    )
    _replace_observations(step)
    _replace_held(step)
    step.con.execute(statement("settle_dispositions"), {"run_id": step.run_id})
    step.mark(
        "source_records",
        """select settlements.source_record_id
           from settlements left join interpretations as known using (source_record_id)
           where known.outcome is distinct from settlements.outcome
               or (known.live_hash is null) <> (settlements.live_hash_after is null)""",
    )
    step.con.execute("delete from interpretations where source_record_id in (select source_record_id from settlements)")
    step.con.execute(
        """insert into interpretations by name
           select source_record_id, source_system, outcome, newest_hash as version_hash, live_hash_after as live_hash,
               was_ever_live or live_hash_after is not null as was_live
           from settlements order by source_record_id"""
    )
    step.con.execute(
        "delete from deliveries where run_id is distinct from ? and disposition is not null", [step.run_id]
    )
    step.con.execute("delete from counted_mentions where run_id <> ?", [step.run_id])


def _replace_observations(step: Step) -> None:
    """Replace what settled records say; a record keeps its integer key for ever."""
    step.temporary(
        "old_records",
        f"""select record_key, record_id, content_hash, source_system, customer_type, observation, {STATUS_COLUMNS}
            from standardised_records where source_record_id in (select source_record_id from read_anew)""",  # noqa: S608
    )
    step.temporary(
        "old_owners",
        """select record_id from observed_interactions
           where source_record_id in (select source_record_id from read_anew)
           union
           select record_id from consent_events where source_record_id in (select source_record_id from read_anew)""",
    )
    for table in ("standardised_records", *_TARGETS):
        step.con.execute(f"delete from {table} where source_record_id in (select source_record_id from read_anew)")  # noqa: S608
    step.con.execute(
        """insert into record_keys
           select
               (select coalesce(max(record_key), 0) from record_keys) + row_number() over (order by record_id),
               record_id
           from (
               select distinct record_id from read_records where record_id not in (select record_id from record_keys)
           ) as fresh"""
    )
    live = "source_record_id in (select source_record_id from settled where outcome = 'live' and is_read)"
    step.con.execute(
        f"""insert into standardised_records by name
            select record_keys.record_key, read_records.*, ? as run_id
            from read_records inner join record_keys on record_keys.record_id = read_records.record_id
            where {live} order by read_records.record_id""",  # noqa: S608
        [step.run_id],
    )
    for target, source in _TARGETS.items():
        step.con.execute(
            f"""insert into {target} by name select *, ? as run_id from {source}
                where source_record_id in (
                    select source_record_id from settled where outcome in ('live', 'activity') and is_read)""",  # noqa: S608
            [step.run_id],
        )
    count_records(step)
    _mark_changes(step)


def _mark_changes(step: Step) -> None:
    new = """select record_key, record_id, content_hash from standardised_records
             where source_record_id in (select source_record_id from read_anew)"""
    step.mark("records", f"select record_key from old_records union all select record_key from ({new})")  # noqa: S608
    step.mark(
        "match_content",
        f"""select coalesce(old.record_key, new.record_key)
            from old_records as old full join ({new}) as new on new.record_key = old.record_key
            where old.content_hash is distinct from new.content_hash""",  # noqa: S608
    )
    # an owner also when what happened to it is told no more, or of somebody else now
    step.mark("activity", "select source_record_id from read_anew union all select record_id from old_owners")


def _replace_held(step: Step) -> None:
    """Quarantine and what was set aside: of each record only what its newest version came to."""
    touched = "source_record_id in (select source_record_id from settlements)"
    read = "source_record_id in (select source_record_id from read_anew)"
    step.con.execute(f"delete from set_aside_records where {touched} and {read}")  # noqa: S608 - our own text
    step.con.execute(
        """insert into set_aside_records by name select *, ? as run_id from read_set_aside
           where source_record_id in (select source_record_id from settled where outcome = 'set_aside' and is_read)""",
        [step.run_id],
    )
    step.con.execute(
        f"""delete from quarantine where {touched} and source_record_id not in (
                select source_record_id from refused where place = 1 and not is_read)"""  # noqa: S608
    )
    step.con.execute(
        """insert into quarantine by name
           select held.*, ? as run_id
           from read_quarantined as held
           inner join pending on pending.source_record_id = held.source_record_id and pending.place = 1
               and pending.position is not distinct from held.position
               and pending.delivered_at = held.delivered_at
           inner join refused on refused.source_record_id = held.source_record_id and refused.place = 1
               and refused.is_read""",
        [step.run_id],
    )
    step.temporary(
        "held_otherwise",
        """select record_key, settlements.outcome = 'quarantined' as is_held_back
           from standardised_records inner join settlements using (source_record_id)
           where standardised_records.is_held_back <> (settlements.outcome = 'quarantined')""",
    )
    step.con.execute(
        """update standardised_records set is_held_back = held_otherwise.is_held_back
           from held_otherwise where held_otherwise.record_key = standardised_records.record_key"""
    )
    step.mark("records", "select record_key from held_otherwise")


def reasons(warehouse: Warehouse, table: str) -> dict[str, int]:
    """How many rows of `quarantine` or `set_aside_records` stand there for which reason."""
    if table not in {"quarantine", "set_aside_records"}:
        raise ValueError(table)
    return dict(
        warehouse.connection.execute(
            f"select reason_code, count(*) from {table} group by reason_code order by reason_code"  # noqa: S608
        ).fetchall()
    )


def _known_result(table: str) -> str:
    if table not in _RESULTS:
        raise ValueError(table)
    return table
