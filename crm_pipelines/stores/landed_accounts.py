"""What landed against what was accounted for: rows of every batch, and sums of the numbers that a source names.

The left side is read from landing, batch by batch, the right side from what became of the rows; each batch counts in
exactly one run. A row that said what it had said before landed as its key alone and has no part in the sums.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores.landing import Landing, Manifest
from crm_pipelines.stores.landing_manifest import folder_name, read_manifest
from crm_pipelines.stores.reconciliation import number_of, path_of
from crm_pipelines.stores.warehouse import Step


def note_applied(step: Step, batches: Sequence[Manifest]) -> None:
    """Note batches whose rows were taken over; a read that was held is none of them."""
    for batch in batches:
        step.con.execute(
            "insert into applied_batches values (?, ?, ?, null)", [batch.sequence, batch.source, batch.n_rows]
        )


def settle_landed(step: Step, accounts: Sequence[Mapping[str, Any]]) -> None:
    """Hold the rows that landed and were not accounted for yet against those that this run received.

    Raises:
        ContractError: `accounting.open`: a source landed other than was received.
    """
    waiting = dict(
        step.con.execute(
            "select source_system, sum(n_rows) from applied_batches where accounted_by is null group by source_system"
        ).fetchall()
    )
    known = {name for (name,) in step.con.execute("select distinct source_system from applied_batches").fetchall()}
    for account in accounts:
        source, received = account["source_system"], account["received"]
        landed = int(waiting.get(source, 0))
        if source in known and landed != received:
            raise ContractError("accounting.open", source=source, identity="landed", left=landed, right=received)
    step.con.execute("update applied_batches set accounted_by = ? where accounted_by is null", [step.run_id])


def settle_sums(step: Step, landing: Landing, fields: Mapping[str, Sequence[str]]) -> None:
    """Sum the named numbers of the rows of this run: of all that landed, and by what became of them.

    Args:
        step: after `settle_landed`.
        landing: where the batches lie.
        fields: source -> columns of its rows.

    Raises:
        ContractError: `accounting.open`: the parts are not the whole.
    """
    step.con.execute("delete from run_sums where run_id = ?", [step.run_id])
    for source, columns in fields.items():
        numbers = [
            number
            for (number,) in step.con.execute(
                "select batch from applied_batches where accounted_by = ? and source_system = ? order by batch",
                [step.run_id, source],
            ).fetchall()
        ]
        if numbers and columns:
            _load(step, landing, source, numbers)
            for column in columns:
                _settle(step, source, column)


def _load(step: Step, landing: Landing, source: str, batches: Sequence[int]) -> None:
    step.temporary("landed_numbers", "select cast(0 as bigint) as batch, 0 as row_number, '' as payload limit 0")
    for number in batches:
        manifest = read_manifest(landing.root / source / folder_name(number))
        step.con.execute(
            """insert into landed_numbers select ?, row_number, payload from read_parquet(?)
               where payload is not null""",
            [number, str(landing.rows(manifest))],
        )


def _settle(step: Step, source: str, column: str) -> None:
    parameters = {"run_id": step.run_id, "source": source, "field": column, "path": path_of(column)}
    own, landed = number_of("deliveries.payload"), number_of("landed.payload")
    step.con.execute(
        f"""insert into run_sums
            select $run_id, $source, $field, 'received', count(*), coalesce(sum({landed}), 0)
            from landed_numbers as landed
            union all
            select $run_id, $source, $field, deliveries.disposition, count(*), coalesce(sum({own}), 0)
            from deliveries
            semi join landed_numbers as landed
                on landed.batch = deliveries.batch and landed.row_number = deliveries.row_number
            where deliveries.run_id = $run_id and deliveries.source_system = $source and not deliveries.is_absence
            group by deliveries.disposition""",  # noqa: S608 - our own text
        parameters,
    )
    left, right, n_left, n_right = step.con.execute(
        """select
               coalesce(sum(total) filter (where disposition = 'received'), 0),
               coalesce(sum(total) filter (where disposition <> 'received'), 0),
               coalesce(sum(n_rows) filter (where disposition = 'received'), 0),
               coalesce(sum(n_rows) filter (where disposition <> 'received'), 0)
           from run_sums where run_id = ? and source_system = ? and field = ?""",
        [step.run_id, source, column],
    ).fetchall()[0]
    if left != right or n_left != n_right:
        raise ContractError("accounting.open", source=source, identity=column, left=str(left), right=str(right))
