# ruff: noqa: S608 - the statements are built from declared rules and constant names
"""From the evidence of a pair to its match weight, band and contradiction: what the prior and the thresholds add."""

from crm_pipelines.matching.bands import band_sql, contradiction_sql
from crm_pipelines.matching.levels import COMPARISONS
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import CustomerType


def judged_sql(customer_type: CustomerType, model: ModelVersion, scored: str) -> str:
    """Query of the pairs worth storing: those at or above the floor, and those that contradict down to a lower one.

    Args:
        customer_type: whose pairs.
        model: its prior and thresholds.
        scored: table or query with `record_key_l, record_key_r, evidence` and the level columns of the type.

    Returns:
        SQL of `record_key_l, record_key_r, match_weight, match_probability, band, is_contradiction` and the levels.
    """
    type_model = model.types[customer_type]
    thresholds = type_model.thresholds
    levels = ", ".join(comparison.column for comparison in COMPARISONS[customer_type])
    return f"""
    with weighed as (
      select record_key_l, record_key_r, evidence + ({type_model.prior_log2_odds!r}) as match_weight, {levels}
      from {scored}),
    judged as (
      select *, 1.0 / (1.0 + pow(2.0, -match_weight)) as match_probability,
        {band_sql(customer_type, thresholds)} as band, {contradiction_sql(customer_type)} as is_contradiction
      from weighed)
    select record_key_l, record_key_r, match_weight, match_probability, band, is_contradiction, {levels} from judged
    where match_weight >= {thresholds.floor!r}
      or (is_contradiction and match_weight >= {thresholds.contradiction_floor!r})"""
