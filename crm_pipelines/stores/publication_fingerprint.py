"""What a publication says of customers as one short text, whatever the order of its rows, the run and its clock.

Two publications with one fingerprint show readers the same customers, ids, values and questions. It compares on one
machine and version of DuckDB, whose hash it takes; it proves nothing to a stranger.
"""

import hashlib
import json
from pathlib import Path

import duckdb

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.stores.publication_view import opened_publication

# What readers are told of customers. Records and pairs stand behind these; what happened with a customer is placed by
# the crosswalk.
_TABLES = (
    "customers", "crosswalk", "redirects", "changes", "value_changes", "attribute_values", "contact_points",
    "relationships", "consents", "profiles", "review_queue", "closed_questions",
)  # fmt: skip
_DIGEST_BYTES = 16
_DECIMALS = 6  # of weights and shares


def fingerprint(path: Path) -> str:
    """The fingerprint of a publication file that nobody is writing, 32 hex digits."""
    with opened_publication(path) as con:
        found = [_of_table(con, table) for table in _TABLES]
    return hashlib.blake2b(json.dumps(found).encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _of_table(con: duckdb.DuckDBPyConnection, table: str) -> tuple[str, int, str]:
    """Name, rows, and the sum of their hashes, in which the same row twice counts twice."""
    columns = ", ".join(_told(name, kind) for name, kind in PUBLICATION_TABLES[table].items() if name != "run_id")
    ((n_rows, total),) = con.execute(
        f"select count(*), cast(coalesce(sum(cast(hash({columns}) as hugeint)), 0) as varchar) from {table}"  # noqa: S608
    ).fetchall()
    return table, int(n_rows), str(total)


def _told(name: str, kind: str) -> str:
    """A column without the clock: of a time, only whether there is one."""
    if kind == "TIMESTAMPTZ":
        return f'"{name}" is null'
    return f'round("{name}", {_DECIMALS})' if kind == "DOUBLE" else f'"{name}"'
