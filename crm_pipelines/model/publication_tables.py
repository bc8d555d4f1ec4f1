"""Tables of a publication and of an operations file: the contract that outsiders rely on.

Grain and meaning of each are in `docs/tables.md`. Every row carries `run_id`. Columns are added at the end and never
renamed; a publication whose tables differ has another schema number.
"""

from crm_pipelines.model.accounting_tables import RUN_SUMS, SOURCE_METRICS
from crm_pipelines.model.quality_tables import DEFECT_COSTS, QUALITY_SCORES
from crm_pipelines.model.schemas import HELD_ROWS, STANDARDISED_RECORDS
from crm_pipelines.model.warehouse_tables import (
    ATTRIBUTE_VALUES,
    CONSENTS,
    CONTACT_POINTS,
    CROSSWALK,
    CUSTOMERS,
    IDENTITY_LOG,
    INTERACTIONS,
    PROFILES,
    QUALITY_RESULTS,
    REDIRECTS,
    RELATIONSHIPS,
    REVIEW_QUEUE,
    RUNS,
)

PUBLICATION_SCHEMA = 3

CHANGES: dict[str, str] = {
    "seq": "BIGINT",  # rises by one for ever, over all publications
    "golden_id": "VARCHAR",
    "kind": "VARCHAR",
    "run_id": "VARCHAR",
}

# What changed in customers that were published before: kept from publication to publication, like `changes`.
VALUE_CHANGES: dict[str, str] = {
    "seq": "BIGINT",  # rises by one for ever, over all publications
    "golden_id": "VARCHAR",
    "attribute": "VARCHAR",
    "value_before": "VARCHAR",
    "value": "VARCHAR",
    "cause": "VARCHAR",  # ChangeCause
    "rule": "VARCHAR",
    "record_id_before": "VARCHAR",
    "record_id": "VARCHAR",
    "pin_id_before": "VARCHAR",
    "pin_id": "VARCHAR",
    "is_erased": "BOOLEAN",
    "changed_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

# Questions that are asked no more: kept from publication to publication, like `changes`.
CLOSED_QUESTIONS: dict[str, str] = {
    "seq": "BIGINT",  # rises by one for ever, over all publications
    "question_id": "VARCHAR",
    "kind": "VARCHAR",  # QuestionKind
    "customer_type": "VARCHAR",
    "record_ids_left": "VARCHAR[]",
    "record_ids_right": "VARCHAR[]",
    "reason": "VARCHAR",
    "asked_at": "TIMESTAMPTZ",
    "closed_because": "VARCHAR",  # Closing
    "decision_id": "VARCHAR",
    "closed_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

PUBLISHED_SOURCE_RECORDS: dict[str, str] = {
    "source_record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",
    "stream": "VARCHAR",
    "payload": "VARCHAR",
    "outcome": "VARCHAR",
    "first_delivered_at": "TIMESTAMPTZ",
    "delivered_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

BLOCKING_KEYS: dict[str, str] = {
    "record_id": "VARCHAR",
    "customer_type": "VARCHAR",
    "rule": "VARCHAR",
    "key": "UBIGINT",
    "run_id": "VARCHAR",
}

# Sorted by `contact`: the names on a contact point are looked up, never counted over all records.
CONTACT_NAMES: dict[str, str] = {
    "record_id": "VARCHAR",
    "contact": "UBIGINT",
    "name_hash": "UBIGINT",
    "run_id": "VARCHAR",
}

# The live rows of `crosswalk`, sorted by `record_id`: the crosswalk itself is sorted by customer.
HOMES: dict[str, str] = {
    "record_id": "VARCHAR",
    "golden_id": "VARCHAR",
    "run_id": "VARCHAR",
}

# The level columns of `scored_pairs` belong to matching; they follow these.
SCORED_PAIRS: dict[str, str] = {
    "record_id_l": "VARCHAR",
    "record_id_r": "VARCHAR",
    "customer_type": "VARCHAR",
    "match_weight": "DOUBLE",
    "match_probability": "DOUBLE",
    "band": "VARCHAR",
    "is_contradiction": "BOOLEAN",
    "model_version": "VARCHAR",
}

PUBLICATION_TABLES: dict[str, dict[str, str]] = {
    "customers": CUSTOMERS,
    "crosswalk": CROSSWALK,
    "redirects": REDIRECTS,
    "identity_log": IDENTITY_LOG,
    "changes": CHANGES,
    "value_changes": VALUE_CHANGES,
    "attribute_values": ATTRIBUTE_VALUES,
    "contact_points": CONTACT_POINTS,
    "relationships": RELATIONSHIPS,
    "interactions": INTERACTIONS,
    "consents": CONSENTS,
    "profiles": PROFILES,
    "source_records": PUBLISHED_SOURCE_RECORDS,
    "standardised_records": {**STANDARDISED_RECORDS, "run_id": "VARCHAR"},
    "scored_pairs": SCORED_PAIRS,
    "blocking_keys": BLOCKING_KEYS,
    "contact_names": CONTACT_NAMES,
    "homes": HOMES,
    "review_queue": {**REVIEW_QUEUE, "run_id": "VARCHAR"},
    "closed_questions": CLOSED_QUESTIONS,
}

OPERATIONS_TABLES: dict[str, dict[str, str]] = {
    "runs": RUNS,
    "source_status": {
        "source_system": "VARCHAR",
        "state": "VARCHAR",
        "last_success_at": "TIMESTAMPTZ",
        "lag_seconds": "BIGINT",
        "last_try_at": "TIMESTAMPTZ",
        "n_failures": "BIGINT",
        "next_try_at": "TIMESTAMPTZ",
        "error_code": "VARCHAR",
        "error_facts": "VARCHAR",
        "notices": "VARCHAR",
        "next_run_at": "TIMESTAMPTZ",
        "run_id": "VARCHAR",
        "newest_row_at": "TIMESTAMPTZ",
        "read_every_seconds": "BIGINT",  # what the project expects; null: nothing
        "row_every_seconds": "BIGINT",
        "expected_weekdays": "VARCHAR",  # ISO numbers of the days on which time passes, as 12345
        "timezone": "VARCHAR",
    },
    "quality_results": QUALITY_RESULTS,
    "source_metrics": SOURCE_METRICS,
    "run_sums": RUN_SUMS,
    "quality_scores": QUALITY_SCORES,
    "defect_costs": DEFECT_COSTS,
    "quarantine": {**HELD_ROWS, "run_id": "VARCHAR"},
    "set_aside_records": {**HELD_ROWS, "run_id": "VARCHAR"},
}
