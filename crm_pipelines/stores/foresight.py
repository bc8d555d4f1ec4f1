"""What decisions would do to customers and their ids, told before they are made, from a publication alone.

The clusters are grown once more by the pairs of the publication and the ledger with the new decisions in it, and named
as the identity step names them. What has arrived since the publication is not seen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import duckdb

from crm_pipelines.clustering.partition import Limits
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.identity.assignment import IdentityEvent, IdentityFacts, assign
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.ids import minted_golden_id
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.identities import facts_at_hand
from crm_pipelines.stores.pair_surroundings import Surroundings
from crm_pipelines.stores.record_reads import RecordReads
from crm_pipelines.stores.statements import statement

_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Outlook:
    """The customers that a change touches.

    Attributes:
        before: golden id -> its live records as published, sorted; by id.
        after: likewise as they would be after the next run.
        events: how the ids come from one to the other, in the order of the log.
    """

    before: Mapping[str, tuple[str, ...]]
    after: Mapping[str, tuple[str, ...]]
    events: tuple[IdentityEvent, ...]


CustomersWith = Callable[[Sequence[str]], Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Foresight:
    """Looks ahead from one publication.

    Attributes:
        con: the publication; temporary tables are made on it.
        limits: of clustering, per customer type.
        mint: (founding record id, counter) -> golden id.
        reads: of the publication: what "same" and "different" would do is read once for both.
        customers_with: some records -> golden id -> all live records of the customers that hold them.
    """

    con: duckdb.DuckDBPyConnection
    limits: dict[CustomerType, Limits]
    mint: Callable[[str, int], str]
    reads: RecordReads
    customers_with: CustomersWith

    @classmethod
    def of(
        cls,
        con: duckdb.DuckDBPyConnection,
        loaded: LoadedProject,
        model: ModelVersion,
        customers_with: CustomersWith | None = None,
    ) -> "Foresight":
        """Look ahead as the next run of a project would cluster and mint."""
        reads = RecordReads(con)

        def asked(records: Sequence[str]) -> Mapping[str, Sequence[str]]:
            return dict(reads.rows(statement("customers_with"), records))

        rules = loaded.rules.matching.clustering
        limits = {kind: Limits.of(one.thresholds.review, rules) for kind, one in model.types.items()}
        return cls(con, limits, partial(minted_golden_id, loaded.project_key), reads, customers_with or asked)

    def outlook(self, ledger: Sequence[Decision], records: Iterable[str]) -> Outlook:
        """What would become of the customers of some records.

        Args:
            ledger: all decisions, those to be made included.
            records: of these decisions; those that are not live are passed over.
        """
        around = Surroundings(self.con, verdicts(ledger), self.limits, self.reads)
        clusters = self._clusters(around, self._live(records))
        facts = self._facts(record for cluster in clusters for record in cluster)
        events = tuple(assign(clusters, facts, self.mint))
        before = _by_home(facts.home)
        after = _by_home(_moved(facts.home, events))
        touched = {one.golden_id for one in events} | {one.to_golden_id for one in events}
        if not touched:
            return Outlook(before, after, events)
        return Outlook(
            {name: members for name, members in before.items() if name in touched},
            {name: members for name, members in after.items() if name in touched},
            events,
        )

    def _clusters(self, around: Surroundings, records: set[str]) -> list[tuple[str, ...]]:
        """The clusters of some records, closed over their mates of today and of then."""
        found: dict[tuple[str, ...], None] = {}
        known: set[str] = set()
        missing = records
        for _ in range(_MOST_ROUNDS):
            if not missing:
                break
            for kind, members in self._by_type(missing).items():
                grown = around.growth(members, kind)
                for member in members:
                    found[grown.cluster_of(member)] = None
            known |= {record for cluster in found for record in cluster}
            missing = self._mates(known) - known
        return list(found)

    def _by_type(self, records: Iterable[str]) -> dict[CustomerType, list[str]]:
        rows = self.reads.rows(
            """select customer_type, record_id from standardised_records
               where record_id in (select unnest($records)) order by customer_type, record_id""",
            records,
        )
        found: dict[CustomerType, list[str]] = {}
        for kind, record in rows:
            found.setdefault(CustomerType(kind), []).append(record)
        return found

    def _mates(self, records: Iterable[str]) -> set[str]:
        return self._live(mate for mates in self.customers_with(sorted(records)).values() for mate in mates)

    def _live(self, records: Iterable[str]) -> set[str]:
        rows = self.reads.rows(statement("live_among"), records)
        return {record for (record,) in rows}

    def _facts(self, records: Iterable[str]) -> IdentityFacts:
        self.con.execute(
            "create or replace temporary table at_hand as select unnest(cast($records as varchar[])) as record_id",
            {"records": sorted(set(records))},
        ).fetchall()
        return facts_at_hand(self.con)


def _by_home(homes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for record in sorted(homes):
        found.setdefault(homes[record], []).append(record)
    return {name: tuple(found[name]) for name in sorted(found)}


def _moved(homes: Mapping[str, str], events: Iterable[IdentityEvent]) -> dict[str, str]:
    """Where the records live after the events: gains come last and name whoever joined."""
    moved = dict(homes)
    for event in events:
        if event.event.value in ("minted", "extended", "revived"):
            moved |= dict.fromkeys(event.record_ids, event.golden_id)
    return moved
