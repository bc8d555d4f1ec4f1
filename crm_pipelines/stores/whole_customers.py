"""Living customers of a publication, whole: values with their origin, contact points, consents, relatives, records."""

from collections.abc import Sequence
from typing import Any

import duckdb

from crm_pipelines.model.ids import system_of
from crm_pipelines.stores.named_rows import named_rows
from crm_pipelines.stores.relatives import relationships_of

_PARTS = {
    "values": "surviving_values_of",
    "contact_points": "contact_points_of",
    "consents": "consents_of",
    "records": "crosswalk_of_customers",
}


def whole_customers(con: duckdb.DuckDBPyConnection, golden_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Customers in the order of their ids; those that do not live are left out.

    Each has columns of `customers`, and lists of rows under `values`, `contact_points`, `consents`, `relationships` and
    `records`.
    """
    ids = {"golden_ids": list(golden_ids)}
    found = {row["golden_id"]: row for row in named_rows(con, "customers_of", ids)}
    for name, query in _PARTS.items():
        for customer in found.values():
            customer[name] = []
        for row in named_rows(con, query, ids):
            if row["golden_id"] in found:
                found[row["golden_id"]][name].append(row)
    for golden_id, customer in found.items():
        customer["relationships"] = relationships_of(con, [golden_id])
        for value in customer["values"]:
            value["source_system"] = None if value["record_id"] is None else system_of(value["record_id"])
    return list(found.values())
