"""Rules of arrival: a row that breaks one goes to quarantine as it comes in, and nothing is made of it.

They stand in `rules/quality.yaml` (`gate: arrival`) and speak of the observations of a row, standardised. A row is held
when one of its observations breaks a rule; it is told by the first rule that it breaks, in the order of the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb
import polars as pl

from crm_pipelines.model.enums import Disposition
from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.conditions import literal
from crm_pipelines.rules.quality import QualityRules
from crm_pipelines.rules.quality_faults import arrival_rules
from crm_pipelines.rules.row_conditions import single_row_tests
from crm_pipelines.standardise.interpretation import Interpretation
from crm_pipelines.stores.interpretations import Tables, tables_of

BREAKS_RULE = "row.breaks_rule"
_TOLD = ("read_records", "read_interactions", "read_relationships", "read_consents")


@dataclass(frozen=True, slots=True)
class ArrivalTest:
    """One condition of a rule.

    Attributes:
        rule: its id.
        field: the column at fault.
        applies: SQL over `standardised_records`, true of the observations it speaks of.
        holds: SQL, false of those that break it.
    """

    rule: str
    field: str
    applies: str
    holds: str

    def as_json(self) -> dict[str, str]:
        """For a process that reads rows."""
        return asdict(self)


def arrival_tests(rules: QualityRules) -> tuple[ArrivalTest, ...]:
    """The conditions of all rules of arrival, in the order of the file."""
    return tuple(
        ArrivalTest(check.id, test.columns[0], test.applies, test.holds)
        for check in arrival_rules(rules)
        for test in single_row_tests(check)
    )


def with_broken_held(tables: Tables, versions: pl.DataFrame, tests: Sequence[ArrivalTest]) -> Tables:
    """What versions came to, with those that break a rule quarantined.

    Args:
        tables: what reading them came to.
        versions: as they were read: `source_record_id, source_system, source_id, position, payload, delivered_at`.
        tests: of the rules.
    """
    if not tests or "read_records" not in tables:
        return tables
    broken = _broken(tables["read_records"], tests)
    if not broken:
        return tables
    rows = versions.filter(pl.col("source_record_id").is_in(list(broken))).iter_rows(named=True)
    held = tables_of(Interpretation(quarantined=[_held(row, broken[row["source_record_id"]]) for row in rows]))
    is_broken = pl.col("source_record_id").is_in(list(broken))
    kept = {name: table.filter(~is_broken) if name in _TOLD else table for name, table in tables.items()}
    refused = pl.when(is_broken).then(pl.lit(Disposition.QUARANTINED.value)).otherwise(pl.col("outcome"))
    kept["read_outcomes"] = tables["read_outcomes"].with_columns(outcome=refused)
    before = [tables["read_quarantined"]] if "read_quarantined" in tables else []
    kept["read_quarantined"] = pl.concat([*before, held["read_quarantined"]])
    return {name: table for name, table in kept.items() if table.height}


def broken_rule(records: list[dict[str, Any]], tests: Sequence[ArrivalTest]) -> Fault | None:
    """Why a row with these observations would be held; None: no rule of arrival holds it."""
    if not tests or not records:
        return None
    broken = _broken(tables_of(Interpretation(records=records))["read_records"], tests)
    return next((_fault(test) for test in broken.values()), None)


def _broken(records: pl.DataFrame, tests: Sequence[ArrivalTest]) -> dict[str, ArrivalTest]:
    """Row -> the first test that one of its observations breaks."""
    asked = " union all ".join(
        f"select source_record_id, {place} as place from records where {test.applies} and not ({test.holds})"  # noqa: S608 - SQL of the rules
        for place, test in enumerate(tests)
    )
    with duckdb.connect() as con:
        con.register("records", records.to_arrow())
        found = con.execute(
            f"select source_record_id, min(place) from ({asked}) group by 1 order by 1"  # noqa: S608 - as above
        ).fetchall()
    return {row: tests[place] for row, place in found}


def _fault(test: ArrivalTest) -> Fault:
    return Fault(BREAKS_RULE, {"rule": test.rule, "field": test.field})


def _held(row: Mapping[str, Any], test: ArrivalTest) -> dict[str, Any]:
    return {
        "source_record_id": row["source_record_id"],
        "source_system": row["source_system"],
        "source_id": row["source_id"],
        "position": row["position"] or "",
        "reason_code": BREAKS_RULE,
        "facts": json.dumps(dict(_fault(test).facts)),
        "field": test.field,
        "raw": row["payload"],
        "delivered_at": row["delivered_at"],
    }


def held_by_rule(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rule of arrival -> rows in quarantine because of it."""
    found = con.execute(
        f"""select json_extract_string(facts, '$.rule'), count(*) from quarantine
            where reason_code = {literal(BREAKS_RULE)} group by 1 order by 1"""  # noqa: S608 - our own code
    ).fetchall()
    return {str(rule): int(n_rows) for rule, n_rows in found}
