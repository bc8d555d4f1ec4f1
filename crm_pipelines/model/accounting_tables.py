"""Tables of the warehouse that count: figures of a source and day, rows of each table, batches and sums of a run."""

# The figures of each source and day, and what was usual of them; the columns of `model/measures.py`.
SOURCE_METRICS: dict[str, str] = {
    "source_system": "VARCHAR",  # empty: all sources together
    "day": "DATE",  # in the time zone of the project
    "metric": "VARCHAR",
    "column_name": "VARCHAR",  # empty: of the rows themselves
    "n_seen": "BIGINT",
    "n_of": "BIGINT",
    "bins": "VARCHAR",  # JSON: bin -> values
    "expected": "DOUBLE",
    "low": "DOUBLE",
    "high": "DOUBLE",
    "seen": "DOUBLE",
    "distance": "DOUBLE",
    "bin": "VARCHAR",
    "is_unusual": "BOOLEAN",
    "n_runs": "INTEGER",
    "run_id": "VARCHAR",
}

# How many rows each table was left with, and where a step found other than that.
ROW_COUNTS: dict[str, str] = {"table_name": "VARCHAR", "n_rows": "BIGINT"}
ROW_LOSSES: dict[str, str] = {"run_id": "VARCHAR", "table_name": "VARCHAR", "n_noted": "BIGINT", "n_found": "BIGINT"}

# Batches that were applied, and the run that accounted for their rows; null: it is to come.
APPLIED_BATCHES: dict[str, str] = {
    "batch": "BIGINT",
    "source_system": "VARCHAR",
    "n_rows": "BIGINT",
    "accounted_by": "VARCHAR",
}

# Sums of the numbers that a source is asked to account for: what landed, by what became of its rows.
RUN_SUMS: dict[str, str] = {
    "run_id": "VARCHAR",
    "source_system": "VARCHAR",
    "field": "VARCHAR",
    "disposition": "VARCHAR",  # of `accounts`; `received`: of all rows that landed
    "n_rows": "BIGINT",
    "total": "DECIMAL(38,4)",
}

# Rows landed as their key alone, of which nothing can come (`plain_mentions`): counted where they are applied, so that
# keys that say nothing new are accounted for without a row each. `run_id` is that of the run that settles the accounts.
COUNTED_MENTIONS: dict[str, str] = {
    "batch": "BIGINT",
    "source_system": "VARCHAR",
    "disposition": "VARCHAR",
    "n_rows": "BIGINT",
    "run_id": "VARCHAR",
}
