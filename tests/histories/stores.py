"""The same history on the stores: what the assets call, on a warehouse in memory that follows change by change."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl

from assets.clustering import cluster_changes
from assets.golden import rebuild_golden
from assets.identity import name_clusters
from assets.resources import Road
from crm_pipelines.consent.state import consents_sql
from crm_pipelines.matching.tables import create_tables_sql
from crm_pipelines.model.decisions import Decision, Pin
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.matching import ClusteringRules
from crm_pipelines.rules.renames import renamed_rules
from crm_pipelines.rules.rule_set import Rules, shipped_rules
from crm_pipelines.stores.identity_fold import fold, folded_position
from crm_pipelines.stores.identity_log import IDENTITY_EVENTS
from crm_pipelines.stores.warehouse import Step, Warehouse
from tests.histories.rooms import KEY
from tests.histories.world import COMPARISON, Row, World, type_of

DAY_ONE = datetime(2026, 4, 1, tzinfo=UTC)
CONNECTORS = {"crm": "web_form", "erp": "sql"}
_FILLED = (
    "standardised_records", "record_keys", "scored_pairs", "consent_events", "clusters", "review_queue", "identity_log",
    "crosswalk", "redirects", "attribute_values", "contact_points", "customers", "changed_keys", "watermarks",
    "step_facts",
)  # fmt: skip
_PAIR_COLUMNS = (
    "record_key_l", "record_key_r", "record_id_l", "record_id_r", "customer_type", "match_weight", "band",
    "is_contradiction", "model_version", f"level_{COMPARISON}",
)  # fmt: skip


class MemoryLog:
    """The identity log without its files."""

    def __init__(self) -> None:
        self.events = pl.DataFrame(schema=IDENTITY_EVENTS)

    def append(self, events: pl.DataFrame, *, folded_to: int) -> None:
        """Add events of one run."""
        assert folded_to == self.events.height, "events that were not folded"
        first = folded_to + 1
        placed = events.with_columns(position=pl.int_range(first, first + events.height, dtype=pl.Int64))
        self.events = pl.concat([self.events, placed.select(IDENTITY_EVENTS.names()).cast(IDENTITY_EVENTS)])

    def read(self, after: int) -> pl.DataFrame:
        """The events past a position."""
        return self.events.slice(after)


class Stores:
    """A warehouse behind a world.

    Args:
        world: what is true; its changes are taken in by `run`.
        warehouse: another history's, which ends.
    """

    def __init__(self, world: World, warehouse: Warehouse) -> None:
        self.world = world
        self.warehouse = warehouse
        self.log = MemoryLog()
        self._keys: dict[str, int] = {}
        self.lose_warehouse(())

    def lose_warehouse(self, order: Sequence[str]) -> None:
        """Begin anew; the records that are live come in again, in this order."""
        for table in _FILLED:
            self.warehouse.connection.execute(f"delete from {table}")
        self._keys = {}
        self._number([record for record in order if record in self.world.live])
        self.world.changed = set(self.world.live)

    def run(self) -> None:
        """Take in what changed, cluster it, name it."""
        self.world.day += 1
        self._take_in()
        road = cast(Road, _RoadOf(self))
        with self._step("clusters", "pairs", "records") as step:
            cluster_changes(road, step)
        with self._step("crosswalk", "clusters") as step:
            folded = fold(step, self.log.read(folded_position(step)))
            name_clusters(road, step, is_behind=folded.n_events > 0)

    def make_golden(self) -> None:
        """Rebuild the golden customers that changed since the last time."""
        with self._step("attribute_values", "membership", "records") as step:
            rebuild_golden(cast(Road, _RoadOf(self)), step)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the warehouse."""
        return self.warehouse.connection.execute(query).fetchall()

    def consents(self) -> dict[str, bool]:
        """Golden id -> whether marketing by mail is granted; of those who said anything."""
        con = self.warehouse.connection
        con.execute("create or replace temp table changed_golden as select distinct golden_id from crosswalk")
        con.execute(
            """create or replace temp table ledger_consents as
               select *, null::varchar as names_refusal from consent_events where false"""
        )
        return {row[0]: row[3] for row in con.execute(consents_sql()).fetchall()}

    def _step(self, name: str, *reads: str) -> Any:
        return self.warehouse.step(name, reads=reads, run_id=f"r{self.world.day}")

    def _take_in(self) -> None:
        """What ingestion, standardisation and matching leave behind."""
        world = self.world
        if not world.changed and not world.is_rescored:
            return
        self._number(sorted(world.changed))
        with self._step("standardised_records") as step:
            self._write_records(step, sorted(world.changed))
            self._write_pairs(step, set(self._keys) if world.is_rescored else world.changed)
        world.changed, world.is_rescored = set(), False

    def _number(self, records: Sequence[str]) -> None:
        for record in records:
            if record not in self._keys:
                self._keys[record] = len(self._keys) + 1
                self.warehouse.connection.execute("insert into record_keys values (?, ?)", [self._keys[record], record])

    def _write_records(self, step: Step, changed: Sequence[str]) -> None:
        for table in ("standardised_records", "consent_events"):
            step.con.execute(f"delete from {table} where list_contains(?, record_id)", [changed])
        for record in changed:
            row = self.world.live.get(record)
            if row is not None:
                _insert(step, "standardised_records", self._columns(row))
            if row is not None and row.agrees is not None:
                told = {"consent_event_id": f"{record}#c", "source_record_id": record, "record_id": record}
                said = {"purpose": "marketing", "channel": "email", "granted": row.agrees}
                _insert(step, "consent_events", told | said)
        _mark(step, "records", [self._keys[record] for record in changed])

    def _write_pairs(self, step: Step, touched: set[str]) -> None:
        keys = [self._keys[record] for record in sorted(touched)]
        where = "list_contains($1, record_key_l) or list_contains($1, record_key_r)"
        met = step.con.execute(f"select record_key_l, record_key_r from scored_pairs where {where}", [keys]).fetchall()
        step.con.execute(f"delete from scored_pairs where {where}", [keys])
        for pair, score in self.world.pairs().items():
            if not touched.isdisjoint(pair):
                met.append((self._keys[pair[0]], self._keys[pair[1]]))
                values = (*met[-1], *pair, type_of(pair[0]).value, score.weight, score.band.value,
                          score.is_contradiction, self.world.model.name, self.world.number(pair))  # fmt: skip
                _insert(step, "scored_pairs", dict(zip(_PAIR_COLUMNS, values, strict=True)))
        _mark(step, "pairs", [*keys, *(key for pair in met for key in pair)])

    def _columns(self, row: Row) -> dict[str, object]:
        system, _, key = row.record.partition(":")
        lists = {f"{name}_values": [row.says[name]] if name in row.says else [] for name in ("email", "phone")}
        return {
            "record_key": self._keys[row.record], "record_id": row.record, "source_record_id": row.record,
            "source_system": system, "source_id": key, "customer_type": type_of(row.record).value,
            "first_delivered_at": DAY_ONE + timedelta(days=self.world.first_day[row.record]),
            "delivered_at": DAY_ONE + timedelta(days=100 + self.world.day_of[row.record]),
            "updated_at": DAY_ONE + timedelta(days=row.written),
            **row.says, **{f"{name}_status": "ok" for name in row.says}, **lists,
        }  # fmt: skip


class _RoadOf:
    """A run's view of a world, as far as clustering, identity and golden values look."""

    def __init__(self, stores: Stores) -> None:
        world = stores.world
        self.world = world
        self.warehouse = stores.warehouse
        self.run_id = f"r{world.day}"
        self.started_at = DAY_ONE + timedelta(days=200 + world.day)
        self.identity_log = stores.log
        self.ledger_seq = len(world.decisions)
        self.connectors = CONNECTORS
        thresholds = SimpleNamespace(thresholds=SimpleNamespace(review=world.model.limits.bridge))
        self.model = SimpleNamespace(id=world.model.name, types=dict.fromkeys(CustomerType, thresholds))
        self.loaded = SimpleNamespace(rules=_rules(world), mappings={}, project_key=KEY)

    def decisions(self) -> list[Decision]:
        return list(self.world.decisions)

    def pins(self) -> list[Pin]:
        return list(self.world.pins)


def _rules(world: World) -> Rules:
    """The rules as the configuration has them, by today's names of sources, made into those of the ids."""
    shipped, limits = shipped_rules(), world.model.limits
    called = {system: name for name, system in world.systems.items()}
    clean = tuple(called[system] for system in sorted(limits.clean))
    clustering = ClusteringRules(size_cap=limits.most, one_per_source=clean)
    matching = shipped.matching.model_copy(update={"clustering": clustering})
    return renamed_rules(replace(shipped, matching=matching), world.systems)


def _insert(step: Step, table: str, columns: dict[str, object]) -> None:
    marks = ", ".join("?" * len(columns))
    step.con.execute(f"insert into {table} ({', '.join(columns)}) values ({marks})", list(columns.values()))


def _mark(step: Step, topic: str, keys: Sequence[int]) -> None:
    step.mark(topic, "select unnest(cast(? as integer[]))", [list(keys)])


def open_warehouse() -> Warehouse:
    """An empty one in memory."""
    return Warehouse.open(Path(":memory:"), more_tables=[create_tables_sql()], threads=1)
