# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Term frequencies of a project's own customers, blended with those of the model at hand.

A value counts once per customer as published, so that a customer with twenty records makes no name frequent. Values of
few customers are left to the floor of the table: they are rare anyway, and a model that travels should name nobody.
"""

from collections.abc import Mapping

import duckdb

from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import CustomerType

LEAST_CUSTOMERS = 5
# The frequencies at hand weigh as much as so many customers.
PRIOR_CUSTOMERS = 5_000
_VALUES: Mapping[str, tuple[CustomerType, str]] = {
    "family_name": (CustomerType.PERSON, "[family_name_key]"),
    "given_name": (CustomerType.PERSON, "[given_name_key]"),
    "family_reading": (CustomerType.PERSON, "family_readings"),
    "given_reading": (CustomerType.PERSON, "given_readings"),
    "organisation_name": (CustomerType.ORGANISATION, "[core_key]"),
}


def learned_frequencies(
    con: duckdb.DuckDBPyConnection, model: ModelVersion, customers: str
) -> dict[str, dict[str, float]]:
    """Term-frequency table -> value -> frequency, in place of the model's.

    Args:
        con: holds the staged `match_records`.
        model: whose frequencies are blended in.
        customers: table `record_id, golden_id` of the records as published.
    """
    found = {
        table: _learned(con, model, table, customers) if table in _VALUES else dict(model.frequencies[table])
        for table in {**model.frequencies, **_VALUES}
    }
    return {table: values for table, values in found.items() if values}


def _learned(con: duckdb.DuckDBPyConnection, model: ModelVersion, table: str, customers: str) -> dict[str, float]:
    kind, values = _VALUES[table]
    rows = con.execute(
        f"""with named as (
          select coalesce(c.golden_id, r.record_id) as customer, unnest({values}) as value
          from temp.match_records r left join {customers} c using (record_id) where r.customer_type = '{kind}')
        select value, count(distinct customer), (select count(distinct customer) from named where value is not null)
        from named where value is not null group by value having count(distinct customer) >= {LEAST_CUSTOMERS}
        order by value"""
    ).fetchall()
    old = model.frequencies.get(table, {})
    if not rows:
        return dict(old)
    n_customers = rows[0][2]
    counts = {value: n for value, n, _ in rows}
    floor = model.types[kind].frequency_floors[table]
    return {
        value: (counts.get(value, 0) + PRIOR_CUSTOMERS * old.get(value, floor)) / (n_customers + PRIOR_CUSTOMERS)
        for value in sorted({*old, *counts})
    }
