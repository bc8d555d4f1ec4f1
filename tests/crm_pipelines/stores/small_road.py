"""The road from landing to publication on a handful of rows, without matching: rows of one `group` are one customer."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl

from crm_pipelines.identity.assignment import assign
from crm_pipelines.matching.tables import create_tables_sql
from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Page
from crm_pipelines.model.errors import Fault
from crm_pipelines.model.ids import minted_golden_id
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.standardise.interpretation import SourceMeaning, Version, interpret
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores import components, identities, interpretations
from crm_pipelines.stores.accounts import settle_accounts
from crm_pipelines.stores.arrivals import Arrival, apply_batches
from crm_pipelines.stores.golden import PINS, SOURCE_RANKS, replace_golden
from crm_pipelines.stores.identity_fold import fold, folded_position
from crm_pipelines.stores.identity_log import IdentityLog
from crm_pipelines.stores.landing import Landing
from crm_pipelines.stores.ledger.facts import Correction
from crm_pipelines.stores.profiles import replace_profiles
from crm_pipelines.stores.relationship_evidence import NAME as EVIDENCE
from crm_pipelines.stores.relationship_evidence import replace_evidence
from crm_pipelines.stores.row_corrections import RowCorrections
from crm_pipelines.stores.warehouse import Step, Warehouse
from crm_pipelines.survivorship.ranking import source_rank_rows

KEY = bytes(range(32))
DAY_ONE = datetime(2026, 4, 1, tzinfo=UTC)
MAPPING: dict[str, Any] = {
    "streams": {
        "main": {
            "record_type": "person",
            "fields": {
                "name": "name", "email": "email", "phone": "phone", "organisation_name": "company",
                "external_ids": "group", "postal_code": "postal_code", "address": "address", "updated_at": "updated_at",
                "name_kana": "kana", "building": "building",
            },
            "consents": [
                {"purpose": {"value": "marketing"}, "channel": {"value": "email"}, "granted": "agrees",
                 "obtained_at": "agreed_at", "proof": "proof"},
            ],
            "relationships": [{"kind": {"value": "household"}, "to_key": "lives_with"}],
            "set_aside": [{"when": {"kind": "staff"}, "reason": "set_aside.staff"}],
        },
        "orders": {
            "belongs_to": {"key": "customer"},
            "interactions": [
                {"channel": {"value": "purchase"}, "happened_at": "at", "amount": "amount", "currency": "currency"},
            ],
            "consents": [{"purpose": {"value": "terms"}, "channel": {"value": "web"}, "granted": "agrees"}],
        },
    }
}  # fmt: skip
SOURCES = {"erp": "sql", "form": "web_form"}
_CONSENTS = pl.Schema(
    {
        "consent_event_id": pl.String(),
        "record_id": pl.String(),
        "purpose": pl.String(),
        "channel": pl.String(),
        "granted": pl.Boolean(),
        "obtained_at": pl.Datetime("us", "UTC"),
        "proof": pl.String(),
        "names_refusal": pl.String(),
    }
)


def mapping(**fields: Any) -> SourceMapping:
    """The mapping of both sources, with other canonical fields where named."""
    main = {**MAPPING["streams"]["main"], "fields": MAPPING["streams"]["main"]["fields"] | fields}
    return SourceMapping.model_validate({"streams": MAPPING["streams"] | {"main": main}})


def row(key: str | None, name: str | None = None, *, stream: str = "main", **data: JsonValue) -> DeliveredRow:
    """A delivered row; without a name and other data it tells of nobody."""
    named: dict[str, JsonValue] = {} if name is None else {"name": name}
    return DeliveredRow(key, {**named, **data}, f"row {key}", stream=stream)


def pin(seq: int, records: str, attribute: str, value: str | None, steward: str = "anna", **times: datetime) -> Any:
    """A pin `p<seq>` on records (ids separated by blanks), set on the first day and never ending unless told."""
    until = times.get("until")
    return (seq, f"p{seq}", records.split(), attribute, value, steward, times.get("at", DAY_ONE), until)


def bad(key: str, **data: JsonValue) -> DeliveredRow:
    """A row that the connector could not read."""
    return DeliveredRow(key, {"raw": "?", **data}, f"row {key}", fault=Fault("file.wrong_width", {"found": 1}))


def gone(key: str) -> DeliveredRow:
    """A row of which the source says that it is no more."""
    return DeliveredRow(key, {}, f"row {key}", is_deleted=True)


class SmallRoad:
    """A landing with one batch a day, an identity log, and a warehouse that may be thrown away."""

    def __init__(self, folder: Path, *, in_memory: bool = False) -> None:
        self.folder = folder
        self.in_memory = in_memory
        self.days = count(1)
        self.landing = Landing(folder / "landing", clock=lambda: DAY_ONE + timedelta(days=next(self.days)))
        self.log = IdentityLog(folder / "identity")
        self.mapping = mapping()
        self.meaning = "1"
        self.suppressed: frozenset[str] = frozenset()
        self.corrections: list[Correction] = []
        self.corrected_up_to = 0
        self.shrink_limits: dict[str, float] = {}
        self.pins: list[tuple[Any, ...]] = []
        self.consents: list[tuple[Any, ...]] = []
        self.cause = "data"
        self.runs = count(1)
        self.run_id = "r0"
        self.applied = 0
        self.warehouse = self._opened("warehouse")

    def _opened(self, name: str) -> Warehouse:
        path = Path(":memory:") if self.in_memory else self.folder / f"{name}.duckdb"
        return Warehouse.open(path, more_tables=[create_tables_sql()], threads=1)

    def rebuild(self) -> None:
        """Go on with an empty warehouse."""
        self.warehouse.close()
        self.applied = self.corrected_up_to = 0
        self.warehouse = self._opened(f"rebuilt{next(self.runs)}")

    def land(
        self, *rows: DeliveredRow, source: str = "erp", is_complete: bool = False, accepts_shrink: bool = False
    ) -> None:
        """One read of one page."""
        with self.landing.open_read(
            source, run_id="landing", connector="test", started_at=DAY_ONE, accepts_shrink=accepts_shrink
        ) as read:
            read.add(Page(rows, {"day": len(self.landing.batches())}, ends_complete_read=is_complete))

    def apply(self, n_batches: int | None = None) -> Arrival:
        """Apply batches that landed since: all, or the next few."""
        manifests = self.landing.batches(after=self.applied)[:n_batches]
        with self.warehouse.step("source_records", run_id=self.run_id) as step:
            arrival = apply_batches(step, self.landing, manifests, self.shrink_limits)
        self.applied = manifests[-1].sequence if manifests else self.applied
        return arrival

    def interpret(self) -> dict[str, dict[str, Any]]:
        """Read what waits; the accounts of the run by source."""
        with self.warehouse.step("standardised_records", run_id=self.run_id) as step:
            fresh = [one.source_record_id for one in self.corrections if one.seq > self.corrected_up_to]
            interpretations.start(step, dict.fromkeys(SOURCES, self.meaning), fresh)
            corrected = RowCorrections.of(self.corrections, KEY)
            while (n_waiting := interpretations.next_round(step)) > 0:
                waiting = corrected.applied(interpretations.waiting(step, 0, n_waiting))
                for part in waiting.partition_by("source_system"):
                    found = interpret(self._meaning(part["source_system"][0]), _versions(part))
                    interpretations.store(step, interpretations.tables_of(found))
                interpretations.settle_round(step)
            interpretations.finish(step)
            accounts = settle_accounts(step, is_rebuild=False)
        self.corrected_up_to = max((one.seq for one in self.corrections), default=0)
        return {account["source_system"]: account for account in accounts}

    def intake(self, n_batches: int | None = None) -> dict[str, dict[str, Any]]:
        """One run as far as standardised records."""
        self.run_id = f"r{next(self.runs)}"
        self.apply(n_batches)
        return self.interpret()

    def run(self, n_batches: int | None = None) -> None:
        """One run as far as profiles."""
        self.intake(n_batches)
        self.cluster()
        self.identify()
        self.make_golden()
        self.make_evidence()
        self.make_profiles()

    def cluster(self) -> None:
        """Records that name the same group are one cluster."""
        with self.warehouse.step("clusters", reads=("pairs", "records"), run_id=self.run_id) as step:
            step.temporary("reached", "select record_key from record_keys")
            groups: dict[str, list[str]] = {}
            for record, group in step.con.execute(
                """select record_id, coalesce(customer_type || external_ids, record_id) from standardised_records
                   order by record_id"""
            ).fetchall():
                groups.setdefault(group, []).append(record)
            components.replace_clusters(step, components.placed(tuple(members) for members in groups.values()))

    def identify(self, happened_at: datetime | None = None) -> int:
        """Name the changed clusters; how many events that took."""
        with self.warehouse.step("crosswalk", reads=("clusters",), run_id=self.run_id) as step:
            fold(step, self.log.read(folded_position(step)))
            step.changed("clusters")
            clusters, facts = identities.at_hand(step)
            events = assign(clusters, facts, partial(minted_golden_id, KEY))
            if not events:
                return 0
            versions = identities.versions(step, [event.golden_id for event in events])
            rows = []
            for event in events:
                version = versions[event.golden_id] = versions.get(event.golden_id, 0) + 1
                content = [event.golden_id, version, event.event, event.reason, event.record_ids, event.to_golden_id]
                rows.append(
                    (hashlib.blake2b(json.dumps(content).encode()).hexdigest(), event.golden_id, version,
                     event.event.value, event.reason, list(event.record_ids), event.to_golden_id, self.run_id,
                     happened_at or DAY_ONE + timedelta(hours=self.log.head() + 1), self.cause, 0, "m", "r")
                )  # fmt: skip
            after = folded_position(step)
            self.log.append(pl.DataFrame(rows, schema=identities.LOGGED, orient="row"), folded_to=after)
            fold(step, self.log.read(after))
        return len(events)

    def make_golden(self, *, is_all: bool = False) -> int:
        """Rebuild the customers that changed."""
        rules = shipped_rules().survivorship
        with self.warehouse.step("attribute_values", reads=("membership", "records"), run_id=self.run_id) as step:
            ranks = source_rank_rows(rules, SOURCES)
            step.frame("source_ranks", pl.DataFrame(ranks, schema=SOURCE_RANKS, orient="row"))
            step.frame("pins", pl.DataFrame(self.pins, schema=PINS, orient="row"))
            return replace_golden(step, rules, is_all=is_all)

    def make_evidence(self) -> int:
        """Note what changed records say of homes, branches and parents."""
        with self.warehouse.step(EVIDENCE, reads=("records",), run_id=self.run_id) as step:
            return replace_evidence(step)

    def make_profiles(self, told: Iterable[str] = ()) -> int:
        """Rebuild the profiles that changed; `told` are records about which the ledger says something new."""
        with self.warehouse.step("profiles", reads=("golden", "activity"), run_id=self.run_id) as step:
            step.frame("ledger_consents", pl.DataFrame(self.consents, schema=_CONSENTS, orient="row"))
            step.frame("told_records", pl.DataFrame({"record_id": pl.Series(list(told), dtype=pl.String())}))
            return replace_profiles(step)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.warehouse.connection.execute(query).fetchall()

    def values(self, query: str) -> list[Any]:
        """The first column of a query."""
        return [found[0] for found in self.rows(query)]

    def one(self, query: str) -> Any:
        """The one value of a query."""
        (value,) = self.values(query)
        return value

    def tables(self, names: Sequence[str], without: Mapping[str, Sequence[str]]) -> dict[str, list[tuple[Any, ...]]]:
        """Tables, sorted, without `run_id`, `record_key` and the columns named."""
        found = {}
        for name in names:
            columns = [column for (column, *_) in self.rows(f"describe {name}")]
            kept = [f'"{c}"' for c in columns if c not in {"run_id", "record_key", *without.get(name, ())}]
            found[name] = sorted(self.rows(f"select {', '.join(kept)} from {name}"), key=repr)
        return found

    def step(self, name: str = "any", reads: Sequence[str] = ()) -> Any:
        """Open a step of the warehouse."""
        return self.warehouse.step(name, reads=reads, run_id=self.run_id)

    def _meaning(self, source: str) -> SourceMeaning:
        return SourceMeaning(source, self.mapping, Place("JP", "Asia/Tokyo"), KEY, self.suppressed)


def _versions(frame: pl.DataFrame) -> list[Version]:
    return [
        Version(
            found["source_record_id"], found["source_id"], found["stream"], found["payload"], found["position"],
            None
            if found["fault_code"] is None
            else Fault(found["fault_code"], json.loads(found["fault_facts"] or "{}")),
            found["first_delivered_at"], found["delivered_at"], found.get("waived"),
        )
        for found in frame.iter_rows(named=True)
    ]  # fmt: skip


def marked(step: Step, topic: str) -> list[str]:
    """The keys of a topic marked in this step's commit."""
    found = step.con.execute(
        "select distinct key from changed_keys where topic = ? and commit_number = ? order by key",
        [topic, step.commit_number],
    ).fetchall()
    return [key for (key,) in found]
