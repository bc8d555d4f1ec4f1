"""Values of a customer's records, ranked: what tests of survivorship say their records in."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import duckdb

from crm_pipelines.model.schemas import STANDARDISED_RECORDS
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.rules.survivorship import SurvivorshipRules
from crm_pipelines.survivorship.ranking import attribute_values_sql, checks_passed_sql, source_rank_rows

SHIPPED = shipped_rules().survivorship
CONNECTORS = {"erp": "sql", "form": "web_form", "mail": "imap"}


def rules(*order: str, attributes: Mapping[str, Any] | None = None) -> SurvivorshipRules:
    """The shipped groups, ranks and trust with one order for everything, and these exceptions alone."""
    plain = SHIPPED.model_dump(mode="json") | {"order": list(order), "attributes": dict(attributes or {})}
    return SurvivorshipRules.model_validate(plain)


def member(record_id: str, day: int = 1, **columns: Any) -> dict[str, Any]:
    """A record of the customer G1, last changed on a day of April."""
    named = {"record_id": record_id, "source_system": record_id.partition(":")[0], "golden_id": "G1"}
    return {**named, "updated_at": datetime(2026, 4, day, tzinfo=UTC), **columns}


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def ranked(asked: SurvivorshipRules, *members: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `attribute_values`, in their order.

    Args:
        asked: the rules.
        members: the records, as `member` makes them.
    """
    con = _connection()
    columns = ", ".join(f'"{name}" {kind}' for name, kind in {"golden_id": "varchar", **STANDARDISED_RECORDS}.items())
    con.execute(f"create or replace temp table changed_members ({columns})")
    for one in members:
        listed = ", ".join(f'"{name}"' for name in one)
        marks = ", ".join("?" * len(one))
        con.execute(f"insert into changed_members ({listed}) values ({marks})", list(one.values()))
    con.execute("alter table changed_members add column checks_passed double")
    con.execute(f"update changed_members set checks_passed = {checks_passed_sql()}")
    con.execute(
        """create or replace temp table source_ranks
           (group_name varchar, source_system varchar, source_rank integer, source_trust double)"""
    )
    con.executemany("insert into source_ranks values (?, ?, ?, ?)", source_rank_rows(asked, CONNECTORS))
    found = con.execute(attribute_values_sql(asked))
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def survivor(asked: SurvivorshipRules, attribute: str, *members: Mapping[str, Any]) -> tuple[str, str] | None:
    """Value of the survivor and the rule that decided."""
    found = [one for one in ranked(asked, *members) if one["attribute"] == attribute and one["survives"]]
    assert len(found) <= 1
    return (found[0]["value"], found[0]["rule"]) if found else None
