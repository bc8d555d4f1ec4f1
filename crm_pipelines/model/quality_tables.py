"""Tables behind the scorecard: the counts that the warehouse keeps, scores, and what defects cost."""

# How many live rows of a source stand how in a field, and how many golden customers have a field filled. Kept with each
# change, so that a score never needs a look at all rows.
QUALITY_COUNTS: dict[str, str] = {
    "table_name": "VARCHAR",  # standardised_records, customers
    "source_system": "VARCHAR",  # null of `customers`
    "customer_type": "VARCHAR",
    "field": "VARCHAR",
    "status": "VARCHAR",  # ValueStatus; of `customers` `ok` or `empty`
    "n": "BIGINT",
}

# What the rows of one customer say of one another: only where there are several.
CUSTOMER_QUALITY: dict[str, str] = {
    "golden_id": "VARCHAR",
    "source_system": "VARCHAR",
    "field": "VARCHAR",  # null: the rows themselves, which are that many entries of one customer in one source
    "n_checked": "BIGINT",
    "n_failed": "BIGINT",
}

# Scores of the run: counts, and the share that follows from them; those of earlier runs stand in the operations file.
QUALITY_SCORES: dict[str, str] = {
    "source_system": "VARCHAR",
    "table_name": "VARCHAR",
    "field": "VARCHAR",
    "dimension": "VARCHAR",
    "measure": "VARCHAR",
    "n_checked": "BIGINT",
    "n_failed": "BIGINT",
    "score": "DOUBLE",
    "counted_at": "TIMESTAMPTZ",
    "scored_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

# What a field's defects cost, measured by blanking it: kept until it is measured again.
DEFECT_COSTS: dict[str, str] = {
    "source_system": "VARCHAR",
    "customer_type": "VARCHAR",
    "field": "VARCHAR",
    "n_records": "BIGINT",
    "n_defective": "BIGINT",
    "n_comparable": "BIGINT",
    "n_joined": "BIGINT",
    "n_sampled": "BIGINT",
    "n_lost": "BIGINT",
    "n_split": "BIGINT",
    "lost_share": "DOUBLE",
    "lost_share_low": "DOUBLE",
    "lost_share_high": "DOUBLE",
    "mean_weight_lost": "DOUBLE",
    "n_unmatched": "DOUBLE",
    "n_unmatched_low": "DOUBLE",
    "n_unmatched_high": "DOUBLE",
    "publication": "VARCHAR",
    "model_version": "VARCHAR",
    "measured_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}
