"""A publication in the making: the last good one plus what changed since, on a candidate copy.

The publication itself says how far it has followed the warehouse (`publication_position`), so the watermark moves with
the switch of the pointer and never without it. A warehouse that was rebuilt, or keys that were pruned before they were
published, mean that everything is compared; `changes` then still names only what really differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from crm_pipelines.matching.contact_shares import contact_hash_sql
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.model.warehouse_tables import CUSTOMERS, create_table_sql
from crm_pipelines.stores.question_closings import Decided, append_closed_questions
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.value_history import append_value_changes
from crm_pipelines.stores.warehouse import Warehouse

TOPICS = ("customers", "records", "pairs", "source_records")
_POSITION = {"instance_id": "VARCHAR", "commit_number": "BIGINT", "identity_position": "BIGINT"}
_BY_CUSTOMER = (
    "customers", "crosswalk", "attribute_values", "contact_points", "interactions", "consents", "profiles",
)  # fmt: skip
_BY_RECORD = ("standardised_records", "scored_pairs", "blocking_keys", "contact_names")
# Tables of records, and the topic that tells which of their rows changed.
_TOPIC_OF = {
    "source_records": "source_records",
    "standardised_records": "records",
    "scored_pairs": "pairs",
    "blocking_keys": "pairs",
    "contact_names": "pairs",
}
# Tables without a topic, and the columns of which one differs when a row does: whoever writes a row signs it anew.
_WHOLE = {
    "redirects": ("golden_id", "redirects_to", "valid_from", "valid_to", "reason", "run_id"),
    "review_queue": ("question_id", "asked_at", "run_id"),
}


@dataclass(frozen=True, slots=True)
class Delta:
    """What a candidate differs by from the last good publication.

    Attributes:
        is_full: everything was compared.
        is_changed: there is something to publish.
        commit_number: the place in the warehouse that the candidate has followed.
        n_changes: rows added to `changes`.
        n_customers: customers replaced.
    """

    is_full: bool
    is_changed: bool
    commit_number: int
    n_changes: int
    n_customers: int


def build_candidate(  # noqa: PLR0913 - what a publication is made of, by name
    warehouse: Warehouse, path: Path, run_id: str, *, level_columns: Sequence[str], at: datetime, decided: Decided
) -> Delta:
    """Bring the candidate file up to the warehouse's present state, in one transaction.

    Args:
        warehouse: open, with no step under way.
        path: the candidate; a copy of the last good publication, or new.
        run_id: of this run; rows that did not change keep the run that wrote them.
        level_columns: the level columns that matching keeps in `scored_pairs`.
        at: the time of this run, for what changed.
        decided: what people decided, for the questions that are asked no more.
    """
    con = warehouse.connection
    con.execute(f"attach '{_quoted(path)}' as candidate")
    try:
        con.execute("begin transaction")
        try:
            delta = _Build(warehouse, run_id, tuple(level_columns), at).run(decided)
        except BaseException:
            con.execute("rollback")
            raise
        con.execute("commit")
        con.execute("checkpoint candidate")
    finally:
        con.execute("detach candidate")
    return delta


def changed_rows(warehouse: Warehouse) -> pl.DataFrame:
    """Whom the candidate that was just built replaced: golden_id of a customer, or record_id of one of its records."""
    found: pl.DataFrame = warehouse.connection.sql(
        """select key as golden_id, cast(null as varchar) as record_id from temp.changed_customers
           union all
           select distinct cast(null as varchar), record_id from crosswalk
           where golden_id in (select key from temp.changed_customers)
           order by all"""
    ).pl()
    return found


def records_not_published(warehouse: Warehouse) -> pl.DataFrame | None:
    """The records that changed since readers last got something new, as `changed_rows`; None where all may have."""
    return _unread(
        warehouse,
        "publication",
        "records",
        """select cast(null as varchar) as golden_id, record_id
           from record_keys where record_key in (select cast(key as integer) from unread)""",
    )


def customers_not_profiled(warehouse: Warehouse) -> pl.DataFrame | None:
    """The golden customers that changed and have no profile of it yet, as `changed_rows`; None where all may have."""
    return _unread(
        warehouse, "profiles", "golden", "select key as golden_id, cast(null as varchar) as record_id from unread"
    )


def _unread(warehouse: Warehouse, reader: str, topic: str, query: str) -> pl.DataFrame | None:
    """A query over `unread` (key), the keys of a topic that a reader has not seen; None where it never read any."""
    con, watermark = warehouse.connection, "select commit_number from watermarks where step = ? and topic = ?"
    read = con.execute(watermark, [reader, topic]).fetchall()
    if not read:
        return None
    found: pl.DataFrame = con.sql(
        f"""with unread as (
                select distinct key from changed_keys where topic = '{topic}' and commit_number > {int(read[0][0])}
            )
            {query} order by all"""
    ).pl()
    return found


def note_published(warehouse: Warehouse, commit_number: int) -> None:
    """Tell the warehouse how far readers have followed, so that it may forget what changed until then."""
    with warehouse.step("publication") as step:
        for topic in TOPICS:
            step.advance("publication", topic, commit_number)


class _Build:
    """The statements of one candidate, in order."""

    def __init__(self, warehouse: Warehouse, run_id: str, level_columns: tuple[str, ...], at: datetime) -> None:
        self._warehouse = warehouse
        self._con = warehouse.connection
        self._run_id = run_id
        self._levels = level_columns
        self._at = at
        self._commit_number = warehouse.commit_number
        self._since = 0

    def run(self, decided: Decided) -> Delta:
        self._create_tables()
        is_full = self._find_since()
        for topic in TOPICS:
            self._name_changed(topic, is_full=is_full)
        is_changed = is_full or self._has_news()
        if not is_changed:
            return Delta(is_full, False, self._commit_number, 0, 0)
        self._keep_old_customers()
        append_value_changes(self._con, self._run_id, self._at, is_full=is_full)
        for table in _BY_CUSTOMER:
            self._replace(table, "golden_id", "changed_customers")
        self._replace("relationships", "golden_id_from", "changed_customers")
        self._replace_homes()
        if is_full:  # a rebuilt warehouse has no key for a record that is gone
            for table in _BY_RECORD:
                self._execute(f"delete from candidate.{table}")
        self._replace_record_tables()
        append_closed_questions(self._con, decided, self._run_id, self._at)
        for table in _WHOLE:
            self._replace_differing(table)
        if is_full:
            self._forget_other_log()
        self._execute(
            f"insert into candidate.identity_log by name select * from {self._own('identity_log')} "
            "where position > (select coalesce(max(position), 0) from candidate.identity_log) order by position"
        )
        n_changes = self._append_changes()
        self._execute("delete from candidate.publication_position")
        self._execute(
            "insert into candidate.publication_position select ?, ?, "
            f"(select coalesce(max(position), 0) from {self._own('identity_log')})",
            [self._warehouse.instance_id, self._commit_number],
        )
        return Delta(is_full, True, self._commit_number, n_changes, self._count("temp.changed_customers"))

    def _create_tables(self) -> None:
        for table, columns in PUBLICATION_TABLES.items():
            more = dict.fromkeys(self._levels, "TINYINT") | {"run_id": "VARCHAR"} if table == "scored_pairs" else {}
            self._execute(create_table_sql(table, {**columns, **more}, "candidate"))
        self._execute(create_table_sql("publication_position", _POSITION, "candidate"))

    def _find_since(self) -> bool:
        """Whether everything must be compared; else the place from which changes count."""
        found = self._con.execute("select instance_id, commit_number from candidate.publication_position").fetchall()
        if not found or found[0][0] != self._warehouse.instance_id:
            return True
        forgotten = self._con.execute(
            "select coalesce(max(commit_number), 0) from watermarks where step = 'publication'"
        ).fetchall()[0][0]
        self._since = int(found[0][1])
        return self._since < int(forgotten)

    def _name_changed(self, topic: str, *, is_full: bool) -> None:
        if not is_full:
            query = "select distinct key from changed_keys where topic = ? and commit_number > ?"
            self._execute(f"create or replace temporary table changed_{topic} as {query}", [topic, self._since])
            return
        everything = {
            "customers": f"select golden_id from {self._own('crosswalk')} "
            "union select golden_id from candidate.crosswalk",
            "source_records": f"select source_record_id from {self._own('source_records')} "
            "union select source_record_id from candidate.source_records",
            "records": "select cast(record_key as varchar) from record_keys",
            "pairs": "select cast(record_key as varchar) from record_keys",
        }[topic]
        self._execute(
            f"create or replace temporary table changed_{topic} as select * from ({everything}) as named(key)"
        )

    def _has_news(self) -> bool:
        if any(self._count(f"temp.changed_{topic}") for topic in TOPICS):
            return True
        return self._judges_otherwise() or any(self._differs(table) for table in _WHOLE)

    def _judges_otherwise(self) -> bool:
        """Whether the pairs bear the name of another model version, though no band moved."""
        own, shown = (
            self._con.execute(f"select max(model_version) from {place}.scored_pairs").fetchall()
            for place in ("main", "candidate")
        )
        return bool(own != shown)

    def _differs(self, table: str) -> bool:
        """Whether rows differ by more than the run that wrote them."""
        self._find_differing(table)
        own, shown = (
            f"select * exclude (run_id) from {place} as {table} where {self._is_among(table, rows)}"
            for place, rows in ((self._own(table), "fresh_rows"), (f"candidate.{table}", "stale_rows"))
        )
        return self._count(f"(({own} except {shown}) union all ({shown} except {own}))") > 0

    def _find_differing(self, table: str) -> None:
        """Name the rows that came (`fresh_rows`) and those that went (`stale_rows`) by their marks."""
        marks = ", ".join(_WHOLE[table])
        own, shown = f"select {marks} from {self._own(table)}", f"select {marks} from candidate.{table}"
        self._execute(f"create or replace temporary table fresh_rows as {own} except {shown}")
        self._execute(f"create or replace temporary table stale_rows as {shown} except {own}")

    def _replace_differing(self, table: str) -> None:
        self._find_differing(table)
        self._execute(f"delete from candidate.{table} as {table} where {self._is_among(table, 'stale_rows')}")
        self._copy(table, self._is_among(table, "fresh_rows"))

    def _is_among(self, table: str, rows: str) -> str:
        same = " and ".join(f"{table}.{mark} is not distinct from named.{mark}" for mark in _WHOLE[table])
        return f"exists (select 1 from temp.{rows} as named where {same})"

    def _keep_old_customers(self) -> None:
        self._execute(
            "create or replace temporary table old_customers as select * from candidate.customers "
            "where golden_id in (select key from temp.changed_customers)"
        )

    def _replace(self, table: str, column: str, changed: str) -> None:
        self._execute(f"delete from candidate.{table} where {column} in (select key from temp.{changed})")
        self._copy(table, f"{column} in (select key from temp.{changed})", order=column)

    def _replace_homes(self) -> None:
        for verb in ("delete", "insert"):
            self._execute(statement(f"publish_{verb}_homes"))

    def _copy(self, table: str, condition: str, order: str = "all") -> None:
        columns = ", ".join(PUBLICATION_TABLES[table])
        self._execute(
            f"insert into candidate.{table} by name select {columns} from {self._own(table)} "
            f"where {condition} order by {order}"
        )

    def _replace_record_tables(self) -> None:
        levels = "".join(f", {column}" for column in self._levels)
        contact = contact_hash_sql("named.kind", "named.contact_key")
        self._execute(
            "create or replace temporary table paired_records as select record_key, record_id from main.record_keys "
            "where record_key in (select cast(key as integer) from temp.changed_pairs)"
        )
        for table, topic in _TOPIC_OF.items():
            if not self._count(f"temp.changed_{topic}"):
                continue  # asked with nothing to find, the statements would still read what they join
            for verb in ("delete", "insert"):
                text = (
                    statement(f"publish_{verb}_{table}")
                    .replace("/* levels */", levels)
                    .replace("/* contact */", contact)
                )
                self._execute(text, [self._run_id] if "$run_id" in text else [])
        self._execute(statement("publish_model_version"), [self._run_id])

    def _forget_other_log(self) -> None:
        """Forget the published identity log past where it parts from our own: an older backup was put back."""
        parted = self._con.execute(
            f"""select min(shown.position) from candidate.identity_log as shown
                left join {self._own("identity_log")} as own on own.position = shown.position
                where own.event_id is distinct from shown.event_id"""
        ).fetchall()[0][0]
        if parted is not None:
            self._execute("delete from candidate.identity_log where position >= ?", [parted])
            self._execute(
                "update candidate.publication_position set identity_position = least(identity_position, ?)",
                [int(parted) - 1],
            )

    def _append_changes(self) -> int:
        columns = [name for name in CUSTOMERS if name != "run_id"]
        same = " and ".join(f'old."{name}" is not distinct from new."{name}"' for name in columns)
        text = statement("publish_changes").replace("/* same */", same)
        before = self._count("candidate.changes")
        self._con.execute(text, {"run_id": self._run_id})
        return self._count("candidate.changes") - before

    def _own(self, table: str) -> str:
        """A table of the warehouse, which is the connection's own database."""
        return f"main.{table}"

    def _count(self, relation: str) -> int:
        return int(self._con.execute(f"select count(*) from {relation}").fetchall()[0][0])

    def _execute(self, text: str, parameters: Sequence[object] = ()) -> None:
        if "$run_id" in text:
            self._con.execute(text, {"run_id": parameters[0]})
        else:
            self._con.execute(text, list(parameters))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
