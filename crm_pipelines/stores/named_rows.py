"""Rows of a publication by the names of their columns."""

from collections.abc import Mapping
from typing import Any

import duckdb

from crm_pipelines.stores.statements import statement


def named_rows(con: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
    """The rows of a statement of `stores/sql/`, in its order."""
    return rows_of(con, statement(name), parameters)


def rows_of(con: duckdb.DuckDBPyConnection, text: str, parameters: Mapping[str, object]) -> list[dict[str, Any]]:
    """The rows of a query, in its order."""
    found = con.execute(text, dict(parameters))
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
