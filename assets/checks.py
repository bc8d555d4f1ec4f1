"""The checks at the gates, as Dagster asset checks: one per rule, with counts and reason codes.

Rules come from `rules/quality.yaml`; Great Expectations runs them, pushed down to DuckDB. Where little changed since
rows were last checked as a whole, the same rules run as plain SQL, and those that block look at what changed alone. A
blocking failure holds the assets that follow, so the last publication stays live; the run turns red and the reason
stands in `quality_results`.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version

import dagster as dg
import duckdb
import polars as pl

from assets.resources import Road
from assets.run_checks import run_results
from crm_pipelines.messages.rule_words import rule_described, rule_owner
from crm_pipelines.model.errors import without_values
from crm_pipelines.rules.quality import RUN_KINDS, CheckKind, Gate, QualityCheck, QualityRules, Severity
from crm_pipelines.stores import intakes
from crm_pipelines.stores.arrival_rules import held_by_rule
from crm_pipelines.stores.publication import changed_rows, customers_not_profiled, records_not_published
from crm_pipelines.stores.publication_view import attached_publication, opened_publication
from quality.drift import DRIFT_KINDS, run_drift
from quality.gates import with_overrides
from quality.gx import run_suite
from quality.quarantine import SourceIntake, budget_result
from quality.results import CheckResult, Count, check_name, metadata, result_of
from quality.row_checks import run_rules_sql

GATE_OF_TABLE = {"standardised_records": "standardised_records", "customers": "customers", "runs": "quarantine"}
_PUBLICATION = "publication"
_GATES_OF_DECISIONS = ("customers", _PUBLICATION)
_NOT_DECIDED = frozenset({"blocking_keys", "scored_pairs", "source_records", "standardised_records"})
"""Tables of which no decision changes a row."""
_CHANGED = "rows_that_changed"
_STEP = "quality_results"
_LITTLE = 0.02
"""Of the customers, or records: so few changed that the rest need not be looked at again."""


def checks_of(rules: QualityRules, asset: str) -> list[QualityCheck]:
    """The enabled checks that stand at an asset: those of other tables stand at the publication."""
    return [check for check in rules.checks.values() if check.is_enabled and gate_of(check) == asset]


def gate_of(check: QualityCheck) -> str:
    """Where a check stands; one that looks at several tables waits for the publication, where all of them are."""
    if check.gate is Gate.ARRIVAL:
        return "quarantine"
    if check.kind in {CheckKind.ORPHAN, CheckKind.NO_ROWS, *DRIFT_KINDS, *RUN_KINDS}:
        return _PUBLICATION
    return GATE_OF_TABLE.get(check.table, _PUBLICATION)


def check_definitions(rules: QualityRules) -> list[dg.AssetChecksDefinition]:
    """One definition per gate that has checks."""
    run: dict[str, Callable[[Road, Sequence[QualityCheck]], list[CheckResult]]] = {
        "standardised_records": _record_results,
        "customers": _customer_results,
        "quarantine": _budget_results,
        _PUBLICATION: _publication_results,
    }
    return [
        _definition(asset, checks, results) for asset, results in run.items() if (checks := checks_of(rules, asset))
    ]


def _definition(
    asset: str, checks: Sequence[QualityCheck], results: Callable[[Road, Sequence[QualityCheck]], list[CheckResult]]
) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            check_name(check),
            asset=asset,
            blocking=check.severity is Severity.BLOCKING,
            description=_described(check),
        )
        for check in checks
    ]

    @dg.multi_asset_check(name=f"{asset}_checks", specs=specs)
    def checked(road: dg.ResourceParam[Road]) -> Iterator[dg.AssetCheckResult]:
        with without_values(f"{asset}_checks"):
            found = with_overrides(results(road, checks), road.overrides())
        keep_results(road, asset, found)
        for result in found:
            yield dg.AssetCheckResult(
                passed=result.passed,
                check_name=next(check_name(check) for check in checks if check.id == result.check),
                asset_key=asset,
                severity=dg.AssetCheckSeverity.ERROR
                if result.severity is Severity.BLOCKING
                else dg.AssetCheckSeverity.WARN,
                metadata={name: fact for name, fact in metadata(result).items() if fact is not None},
            )

    return checked


def _described(check: QualityCheck) -> str:
    """What a rule asks for in both languages, and who looks after it; Dagster shows everybody the same."""
    told = [rule_described(check, language) for language in ("en", "ja")]
    owner = f"{rule_owner(check, 'en')} / {rule_owner(check, 'ja')}"
    return "\n\n".join([*dict.fromkeys(told), f"{check.table} · {check.dimension.value} · {owner}"])


def keep_results(road: Road, gate: str, results: Sequence[CheckResult]) -> None:
    """Keep the results with the run; a gate that is run again replaces its own."""
    with road.warehouse.step(_STEP, run_id=road.run_id) as step:
        step.con.execute("delete from quality_results where run_id = ? and gate = ?", [road.run_id, gate])
        for result in results:
            facts = json.dumps(dict(result.facts), ensure_ascii=False, sort_keys=True)
            step.con.execute(
                "insert into quality_results values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [road.run_id, result.check, result.table_name, result.dimension.value, result.severity.value,
                 result.passed, result.n_checked, result.n_failed, gate, result.code, facts],
            )  # fmt: skip


def results_of_decisions(road: Road) -> list[CheckResult]:
    """Check the customers that decisions changed, in the candidate and in plain SQL; keep what failed with the run.

    No row came in: what is asked of rows delivered, and whether matching behaves as it did, was settled when they came.
    """
    rules, failed = road.loaded.rules.quality, []
    with (
        opened_publication(road.paths.publication_candidate) as con,
        attached_publication(con, road.publications.current()) as previous,
    ):
        changed = changed_rows(road.warehouse)
        share = changed["golden_id"].count() / max(road.warehouse.count("customers"), 1)
        con.register(_CHANGED, _named(changed, road.run_id).to_arrow())
        for gate in _GATES_OF_DECISIONS:
            checks = [check for check in checks_of(rules, gate) if _may_break(check, share)]
            found = with_overrides(run_rules_sql(con, checks, changed=_CHANGED, previous=previous), road.overrides())
            failed += [(gate, result) for result in _of_changes(found) if not result.passed]
    for gate in sorted({gate for gate, _ in failed}):
        keep_results(road, gate, [result for at, result in failed if at == gate])
    return [result for _, result in failed]


def _may_break(check: QualityCheck, share: float) -> bool:
    """Whether decisions that changed this share of the customers can break what a check asks for.

    Of n customers k changed, came or went: no share of theirs moves by more than 2k / n since the last publication.
    """
    is_unchanged = check.table in _NOT_DECIDED and check.kind is not CheckKind.ORPHAN
    is_share = check.table == "customers" and check.kind is CheckKind.FILL_RATE_DROP
    is_unmoved = is_share and 2 * share <= (check.threshold or 0.0)
    return check.kind not in DRIFT_KINDS | RUN_KINDS and not is_unchanged and not is_unmoved


@dataclass(frozen=True, slots=True)
class _Gate:
    """What is checked at one gate, and what of it changed.

    Attributes:
        name: of the gate.
        con: where its tables are open.
        previous: where the last publication is attached; None: there is none.
        changed: golden_id, record_id, run_id of what changed; None: everything may have.
        share: of the records, or customers, that changed.
    """

    name: str
    con: duckdb.DuckDBPyConnection
    previous: str | None
    changed: pl.DataFrame | None
    share: float


def _record_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    with _gate_in_warehouse(road, "standardised_records", records_not_published(road.warehouse)) as gate:
        return _results(road, gate, checks)


def _customer_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    with _gate_in_warehouse(road, "customers", customers_not_profiled(road.warehouse)) as gate:
        return _results(road, gate, checks)


@contextmanager
def _gate_in_warehouse(road: Road, table: str, changed: pl.DataFrame | None) -> Iterator[_Gate]:
    con = road.warehouse.connection
    with attached_publication(con, road.publications.current()) as previous:
        named = None if changed is None else _named(changed, road.run_id)
        yield _Gate(table, con, previous, named, _share(road, changed, table))


def _publication_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    candidate, records = road.paths.publication_candidate, records_not_published(road.warehouse)
    path, changed = road.paths.publication, None
    if candidate.exists():
        path = candidate
        changed = None if records is None else _named(pl.concat([changed_rows(road.warehouse), records]), road.run_id)
    drift = [check for check in checks if check.kind in DRIFT_KINDS]
    of_run = [check for check in checks if check.kind in RUN_KINDS]
    others = [check for check in checks if check.kind not in DRIFT_KINDS | RUN_KINDS]
    found_of_run = run_results(road, of_run)
    with (
        road.warehouse.standing_aside(),
        opened_publication(path) as con,
        attached_publication(con, road.publications.current()) as previous,
    ):
        gate = _Gate(_PUBLICATION, con, previous, changed, _share(road, records, "standardised_records"))
        return [*found_of_run, *run_drift(con, drift, previous), *_results(road, gate, others)]


def _results(road: Road, gate: _Gate, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    """Great Expectations over all rows where much came in; the same rules as plain SQL where little or nothing did.

    A rule that was never asked of all rows is asked of all rows.
    """
    if not intakes.has_news(road.warehouse, road.run_id):
        return run_rules_sql(gate.con, checks, previous=gate.previous)
    asked, fact = _digest(checks), f"asked_of_all.{gate.name}"
    if gate.changed is not None and gate.share <= _LITTLE and road.warehouse.fact(_STEP, fact) == asked:
        return _results_of_changes(gate, gate.changed, checks)
    found = run_suite(gate.con, checks, previous=gate.previous)
    with road.warehouse.step(_STEP, run_id=road.run_id) as step:
        step.note(fact, asked)
    return found


def _named(changed: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """What changed by the names that rows are found by: golden_id, record_id, and the run that wrote them."""
    return pl.concat([changed, pl.DataFrame({"run_id": [run_id]})], how="diagonal")


def _share(road: Road, changed: pl.DataFrame | None, table: str) -> float:
    return 1.0 if changed is None else len(changed) / max(road.warehouse.count(table), 1)


def _results_of_changes(gate: _Gate, changed: pl.DataFrame, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    """What blocks is asked of what changed, the rest held when it was last asked; what only warns is asked of all."""
    blocking = [check for check in checks if check.severity is Severity.BLOCKING]
    warning = [check for check in checks if check.severity is not Severity.BLOCKING]
    gate.con.register(_CHANGED, changed.to_arrow())
    found = _of_changes(run_rules_sql(gate.con, blocking, changed=_CHANGED, previous=gate.previous))
    gate.con.unregister(_CHANGED)
    of_check = {result.check: result for result in (*found, *run_rules_sql(gate.con, warning, previous=gate.previous))}
    return [of_check[check.id] for check in checks]


def _of_changes(results: Sequence[CheckResult]) -> list[CheckResult]:
    """Results that say of themselves that they looked at what changed alone: scores go by those that looked at all."""
    return [replace(result, facts={**result.facts, "of_changes": True}) for result in results]


def _digest(checks: Sequence[QualityCheck]) -> str:
    told = [version("crm-pipelines"), *(check.model_dump_json() for check in checks)]
    return hashlib.blake2b("\n".join(told).encode(), digest_size=16).hexdigest()


def _budget_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    found = [
        SourceIntake(source, received, held, reasons)
        for source, received, held, reasons in intakes.since_last_publication(road.warehouse)
    ]
    held, n_rows = held_by_rule(road.warehouse.connection), road.warehouse.count("source_records")
    return [
        budget_result(check, found)
        if check.kind is CheckKind.QUARANTINE_SHARE
        else result_of(check, [Count((), n_rows, held.get(check.id, 0), True)])  # those rows are held, and nothing else
        for check in checks
    ]
