"""A table of truth joined with what is published."""

from pathlib import Path

import polars as pl

from crm_pipelines.matching.evaluation import evaluate
from crm_pipelines.model.ids import decode_key, hashed_key, source_record_id
from crm_pipelines.rules.load import LoadedProject


def truth_of(path: Path, loaded: LoadedProject) -> pl.DataFrame:
    """Read `record_id, entity_id, customer_type, ...`; personal keys, written as their source writes them, are hashed."""
    truth = pl.read_csv(path, infer_schema=False)
    personal = [
        name
        for name, source in loaded.sources.items()
        if source.connector(source.options, source.context).key_is_personal
    ]

    def named(record: str) -> str:
        system, _, rest = record.partition(":")
        if system not in personal:
            return record
        key, mark, observation = rest.partition("#")
        hashed = hashed_key(loaded.project_key, system, decode_key(key))
        return f"{source_record_id(system, hashed)}{mark}{observation}"

    return truth.with_columns(record_id=pl.Series([named(record) for record in truth["record_id"]], dtype=pl.String))


def measured(members: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Pairwise, B-cubed and exact-cluster figures of the published customers.

    Args:
        members: one row per live record: `record_id, golden_id`.
        truth: `record_id, entity_id, customer_type`.
    """
    return evaluate(members.rename({"golden_id": "cluster"}), truth)
