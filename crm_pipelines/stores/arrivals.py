"""From landing into the warehouse: the latest delivered version of each source record, deletions by absence.

Batches are applied in the order in which they landed. A read that showed every row of its source (`is_complete_read`,
ended) deletes by absence; if it would delete more than the source's limit it is held as a whole and nothing of it
counts, until a later read is fuller or a person accepts the shrinking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from crm_pipelines.stores.landed_accounts import note_applied
from crm_pipelines.stores.landing import Landing, Manifest
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Step, Warehouse

DEFAULT_SHRINK_LIMIT = 0.2
_COLUMNS = "source_record_id, source_system, source_id, stream, payload, position, fault_code, fault_facts, " \
    "version_hash, batch, row_number, is_deleted, first_delivered_at, delivered_at"  # fmt: skip

_ROWS_OF_FILE = statement("arrivals").replace("from landed_rows", "from read_parquet(?)")
_LOADED = {
    "arrivals": f"select * from ({_ROWS_OF_FILE}) where payload is not null order by row_number",  # noqa: S608 - a constant
    "mentions": f"""select batch, row_number, source_system, source_id, stream, position, delivered_at
                    from ({_ROWS_OF_FILE}) where payload is null""",  # noqa: S608 - a constant
}


@dataclass(frozen=True, slots=True)
class HeldRead:
    """A complete read that would have deleted too much.

    Attributes:
        source: its source.
        n_absent: known rows that it did not show.
        n_known: rows known before it.
    """

    source: str
    n_absent: int
    n_known: int


@dataclass(slots=True)
class Arrival:
    """What the application of batches did.

    Attributes:
        n_rows: delivered rows applied.
        n_absent: rows deleted by absence.
        held: reads that were held.
        still_held: source -> its last held read, where no later read made it good.
    """

    n_rows: int = 0
    n_absent: int = 0
    held: list[HeldRead] = field(default_factory=list)
    still_held: dict[str, HeldRead] = field(default_factory=dict)


def apply_batches(
    step: Step, landing: Landing, manifests: Sequence[Manifest], shrink_limits: Mapping[str, float]
) -> Arrival:
    """Apply landed batches, in order, to `source_records` and `deliveries`.

    Args:
        step: the open step.
        landing: where the batches lie.
        manifests: the batches not yet applied, in the order of their sequence numbers.
        shrink_limits: source -> largest share of known rows that a complete read may delete.

    Raises:
        StoreError: a batch is damaged.
    """
    arrival = Arrival()
    complete = {manifest.read_id for manifest in manifests if manifest.is_complete_read}
    for _, group in groupby(manifests, key=lambda manifest: manifest.read_id if manifest.read_id in complete else ""):
        batches = list(group)
        _load(step, landing, batches)
        if batches[-1].is_complete_read:
            held = _load_absences(step, landing, batches, shrink_limits)
            if held is not None:
                arrival.held.append(held)
                arrival.still_held[held.source] = held
                step.con.execute(
                    "insert into held_reads values (?, ?, ?, ?, ?)",
                    [held.source, batches[-1].read_id, held.n_absent, held.n_known, step.run_id],
                )
                continue
            arrival.still_held.pop(batches[-1].source, None)
            arrival.n_absent += _apply_absences(step, batches[-1])
        arrival.n_rows += _apply_arrivals(step)
        note_applied(step, batches)
    return arrival


def was_held(warehouse: Warehouse, landing: Landing, source: str) -> bool:
    """Whether a source's last read was held as a whole: it counts for nothing, so its rows must be asked for again."""
    last = landing.last_batch(source)
    found = warehouse.connection.execute(
        "select 1 from held_reads where source_system = ? and read_id = ?",
        [source, "" if last is None else last.read_id],
    ).fetchall()
    return bool(found)


def _load(step: Step, landing: Landing, batches: Sequence[Manifest]) -> None:
    """The rows of batches: as `arrivals`, and those that nothing can come of as `plain_mentions`."""
    for number, manifest in enumerate(batches):
        landing.verify(manifest)
        for table, query in _LOADED.items():
            if number == 0:
                step.temporary(table, query, _parameters(landing, manifest))
            else:
                step.con.execute(f"insert into {table} {query}", _parameters(landing, manifest))
    step.temporary(
        "plain_mentions",
        """select cast(0 as bigint) as batch, 0 as row_number, cast(0 as bigint) as known_row, '' as disposition,
               '' as source_system limit 0""",
    )
    for source in sorted({manifest.source for manifest in batches}):
        step.con.execute(f"insert into plain_mentions by name {statement('plain_mentions')}", {"source": source})
    if step.count("plain_mentions") < step.count("mentions"):
        step.temporary("other_mentions", statement("other_mentions"))
        step.con.execute(f"insert into arrivals by name {statement('resolve_mentions')}")


def _parameters(landing: Landing, manifest: Manifest) -> list[object]:
    """Of `_ROWS_OF_FILE`, for one batch."""
    return [manifest.sequence, manifest.source, manifest.source, manifest.ended_at, str(landing.rows(manifest))]


def _load_absences(
    step: Step, landing: Landing, batches: Sequence[Manifest], shrink_limits: Mapping[str, float]
) -> HeldRead | None:
    """Find what the read did not show; parts of it may have been applied by an earlier, interrupted run."""
    last, loaded = batches[-1], {batch.sequence for batch in batches}
    step.temporary("shown", "select source_record_id from arrivals")
    for part in landing.parts_of_read(last):
        if part.sequence not in loaded:
            named = f"select source_record_id from ({_ROWS_OF_FILE})"  # noqa: S608 - a constant
            step.con.execute(f"insert into shown {named}", _parameters(landing, part))
    step.temporary("absent", statement("absences"), [last.source])
    n_absent = step.count("absent")
    n_known = int(
        step.con.execute(
            "select count(*) from source_records where source_system = ? and not is_deleted", [last.source]
        ).fetchall()[0][0]
    )
    limit = shrink_limits.get(last.source, DEFAULT_SHRINK_LIMIT)
    if n_absent > limit * n_known and not last.accepts_shrink:
        return HeldRead(last.source, n_absent, n_known)
    return None


def _apply_absences(step: Step, last: Manifest) -> int:
    parameters = {"batch": last.sequence, "delivered_at": last.ended_at}
    step.con.execute(statement("insert_absences"), parameters)
    step.con.execute(
        """update source_records set is_deleted = true, delivered_at = ?, run_id = ?
           where source_record_id in (select source_record_id from absent)""",
        [last.ended_at, step.run_id],
    )
    step.mark("source_records", "select source_record_id from absent")
    return step.count("absent")


def _apply_arrivals(step: Step) -> int:
    step.con.execute(statement("count_mentions"))
    step.con.execute(statement("insert_deliveries"))
    step.temporary("latest", statement("latest_arrivals"))
    step.con.execute(
        "delete from source_records where source_record_id in (select source_record_id from latest where is_news)"
    )
    step.con.execute(
        f"insert into source_records select {_COLUMNS}, ? from latest where is_news order by source_record_id",  # noqa: S608
        [step.run_id],
    )
    step.mark("source_records", "select source_record_id from latest where is_news")
    _supersede_places(step)
    return step.count("arrivals") + step.count("plain_mentions")


def _supersede_places(step: Step) -> None:
    """A row that had no key and has one now was known by its place only: the place's record is gone."""
    step.temporary("superseded", statement("superseded_places"))
    step.con.execute(statement("insert_superseded_places"))
    step.con.execute(
        """update source_records set is_deleted = true, delivered_at = superseded.delivered_at, run_id = ?
           from superseded where superseded.source_record_id = source_records.source_record_id""",
        [step.run_id],
    )
    step.mark("source_records", "select source_record_id from superseded")
