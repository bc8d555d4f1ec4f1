"""What the warehouse knows of the golden ids that a change may touch."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import duckdb
import polars as pl

from crm_pipelines.identity.assignment import IdentityFacts
from crm_pipelines.identity.causes import Basis
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import Step

_ASKED_ONE_BY_ONE = 500
LOGGED = pl.Schema(
    {
        "event_id": pl.String(),
        "golden_id": pl.String(),
        "version": pl.Int32(),
        "event": pl.String(),
        "reason": pl.String(),
        "record_ids": pl.List(pl.String()),
        "to_golden_id": pl.String(),
        "run_id": pl.String(),
        "happened_at": pl.Datetime("us", "UTC"),
        "cause": pl.String(),
        "ledger_seq": pl.Int64(),
        "model_version": pl.String(),
        "rules_version": pl.String(),
    }
)


def at_hand(step: Step, *, is_behind: bool = True) -> tuple[list[list[str]], IdentityFacts]:
    """The clusters to be named and what the log says of their records, closed over old and new mates.

    Args:
        step: the open step; the log is folded, and `changed_clusters` (key) names the record keys whose cluster
            changed, or that are gone.
        is_behind: the log told of events that this warehouse did not know, so there may be records in it that no
            change names.
    """
    _close(step, is_behind=is_behind)
    clusters: dict[str, list[str]] = defaultdict(list)
    for record, cluster in step.con.execute(
        """select record_id, cluster_id from clusters
           where record_id in (select record_id from at_hand) order by record_id"""
    ).fetchall():
        clusters[cluster].append(record)
    return list(clusters.values()), facts_at_hand(step.con)


def versions(step: Step, golden_ids: Iterable[str]) -> dict[str, int]:
    """Golden id -> how many events it has had."""
    _stage_ids(step.con, golden_ids)
    return dict(
        step.con.execute(
            """select golden_id, max(version) from identity_log
               where golden_id in (select golden_id from named_ids) group by golden_id order by golden_id"""
        ).fetchall()
    )


def not_before_the_last(step: Step, time: datetime) -> datetime:
    """The time of new events: past the last in the log, so that no period ends before it began if the clock jumped."""
    found = step.con.execute("select max(happened_at) + interval 1 microsecond from identity_log").fetchall()
    return time if found[0][0] is None else max(time, found[0][0])


def last_basis(step: Step) -> Basis | None:
    """What the last logged event rested on; None for an empty log, and for one of an older program."""
    found = step.con.execute(
        """select ledger_seq, model_version, rules_version from identity_log
           where position = (select max(position) from identity_log) and ledger_seq is not null"""
    ).fetchall()
    return Basis(*found[0]) if found else None


def _close(step: Step, *, is_behind: bool) -> None:
    # A record with a home and no cluster has left. A rebuilt warehouse knows it from the log alone, so no change names
    # it: somebody was forgotten, or a source or a mapping lost it, while the warehouse was gone.
    changed = """select record_id from record_keys
                 where record_key in (select cast(key as integer) from changed_clusters)"""
    left = """select record_id from crosswalk
              where valid_to is null and record_id not in (select record_id from clusters)"""
    step.temporary("at_hand", f"{changed} union {left}" if is_behind else f"select distinct * from ({changed})")  # noqa: S608
    step.temporary("new_at_hand", "select record_id from at_hand")
    while step.count("new_at_hand"):
        step.temporary("next_at_hand", statement("mates_at_hand"))
        step.con.execute("insert into at_hand select record_id from next_at_hand")
        step.temporary("new_at_hand", "select record_id from next_at_hand")


def facts_at_hand(con: duckdb.DuckDBPyConnection) -> IdentityFacts:
    """What the log says about the records in the temporary table `at_hand`.

    Args:
        con: the warehouse, or a publication; `at_hand` holds all mates of each record in it.
    """
    open_rows = con.execute(
        """select record_id, golden_id, epoch_us(valid_from) from crosswalk
           where valid_to is null and record_id in (select record_id from at_hand) order by record_id"""
    ).fetchall()
    homes = {record: golden_id for record, golden_id, _ in open_rows}
    since = {record: int(valid_from) for record, _, valid_from in open_rows}
    former, own, last, came_from = _former_homes(con, since)
    named = sorted({*homes.values(), *(golden_id for homes_of in former.values() for golden_id in homes_of)})
    _stage_ids(con, named)
    minted = dict(
        con.execute(
            """select golden_id, min(position) from identity_log
               where event = 'minted' and golden_id in (select golden_id from named_ids)
               group by golden_id order by golden_id"""
        ).fetchall()
    )
    ages = {
        record: (int(batch), record)
        for record, batch in con.execute(
            """select record_id, epoch_us(first_delivered_at) from standardised_records
               where record_id in (select record_id from at_hand) order by record_id"""
        ).fetchall()
    }
    for record in homes:
        ages.setdefault(record, (0, record))
    return IdentityFacts(homes, former, own, last, came_from, since, minted, ages, _taken(con, len(ages)))


def _former_homes(
    con: duckdb.DuckDBPyConnection, since: Mapping[str, int]
) -> tuple[dict[str, list[str]], dict[str, str], dict[str, set[str]], dict[str, str]]:
    """`former_homes`, `own_homes`, `last_members` and `came_from` of the facts."""
    former: dict[str, list[str]] = defaultdict(list)
    own: dict[str, str] = {}
    last: dict[str, set[str]] = defaultdict(set)
    came_from: dict[str, str] = {}
    went_on: dict[str, int | None] = dict(since)  # when the next home began; null past one that was left alone
    for record, golden_id, lives, is_last, began, ended in con.execute(statement("former_homes")).fetchall():
        if not lives and golden_id not in former[record]:
            former[record].append(golden_id)
        if is_last:
            last[golden_id].add(record)
        if since.get(record) == ended:
            came_from.setdefault(record, golden_id)
        if is_last and went_on.get(record, ended) == ended:
            own[record], went_on[record] = golden_id, began
        else:
            went_on[record] = None
    return former, own, last, came_from


def _taken(con: duckdb.DuckDBPyConnection, n_records: int) -> Callable[[str], bool]:
    """Whether an id was ever given out: asked one by one for a small change, from a set for a large one."""
    if n_records > _ASKED_ONE_BY_ONE:
        given = {row[0] for row in con.execute("select golden_id from identity_log where event = 'minted'").fetchall()}
        return given.__contains__

    def is_taken(golden_id: str) -> bool:
        return bool(con.execute("select 1 from identity_log where golden_id = ? limit 1", [golden_id]).fetchall())

    return is_taken


def _stage_ids(con: duckdb.DuckDBPyConnection, golden_ids: Iterable[str]) -> None:
    frame = pl.DataFrame({"golden_id": pl.Series(sorted(set(golden_ids)), dtype=pl.String())})
    con.register("incoming_ids", frame.to_arrow())
    con.execute("create or replace temporary table named_ids as select * from incoming_ids").fetchall()
    con.unregister("incoming_ids")
