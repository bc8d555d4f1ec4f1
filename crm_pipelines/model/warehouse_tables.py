"""Tables of the warehouse: table -> column -> DuckDB type.

The warehouse is the pipeline's own memory. It can be deleted and rebuilt from landing, ledger, models and the identity
log; nobody but the pipeline reads it. Large tables carry no PRIMARY KEY (measured: 532 against 84 MiB at 6 M rows):
uniqueness is a check on the changed keys.
"""

from crm_pipelines.model.accounting_tables import (
    APPLIED_BATCHES,
    COUNTED_MENTIONS,
    ROW_COUNTS,
    ROW_LOSSES,
    RUN_SUMS,
    SOURCE_METRICS,
)
from crm_pipelines.model.quality_tables import CUSTOMER_QUALITY, QUALITY_COUNTS, QUALITY_SCORES
from crm_pipelines.model.schemas import (
    CONSENT_EVENTS,
    HELD_ROWS,
    OBSERVED_INTERACTIONS,
    OBSERVED_RELATIONSHIPS,
    STANDARDISED_RECORDS,
)

# The latest delivered version of each source record, and which of its versions is live.
SOURCE_RECORDS: dict[str, str] = {
    "source_record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",  # null for a row without a key
    "stream": "VARCHAR",
    "payload": "VARCHAR",
    "position": "VARCHAR",
    "fault_code": "VARCHAR",
    "fault_facts": "VARCHAR",
    "version_hash": "UBIGINT",
    "batch": "BIGINT",
    "row_number": "INTEGER",
    "is_deleted": "BOOLEAN",
    "first_delivered_at": "TIMESTAMPTZ",
    "delivered_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

# What interpretation made of a source record: `outcome` of the latest version, and the version that is live.
INTERPRETATIONS: dict[str, str] = {
    "source_record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "outcome": "VARCHAR",  # live, activity, set_aside, quarantined, suppressed, deleted
    "version_hash": "UBIGINT",  # of the version that `outcome` speaks of
    "live_hash": "UBIGINT",  # of the live version; null when none is live
    "was_live": "BOOLEAN",  # has ever been live
}

# Rows delivered and not yet accounted for, and those of the current run. `is_absence` marks a key that a complete
# read did not show: a version like any other, but nothing was delivered, so no accounting term counts it.
DELIVERIES: dict[str, str] = {
    "batch": "BIGINT",
    "row_number": "INTEGER",
    "source_record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",
    "stream": "VARCHAR",
    "payload": "VARCHAR",
    "position": "VARCHAR",
    "fault_code": "VARCHAR",
    "fault_facts": "VARCHAR",
    "version_hash": "UBIGINT",
    "is_deleted": "BOOLEAN",
    "is_absence": "BOOLEAN",
    "delivered_at": "TIMESTAMPTZ",
    "disposition": "VARCHAR",
    "run_id": "VARCHAR",
}

HELD_READS: dict[str, str] = {
    "source_system": "VARCHAR",
    "read_id": "VARCHAR",
    "n_absent": "BIGINT",
    "n_known": "BIGINT",
    "run_id": "VARCHAR",
}

# One row per run and source: the terms of both accounting identities.
ACCOUNTS: dict[str, str] = {
    "run_id": "VARCHAR",
    "source_system": "VARCHAR",
    "is_rebuild": "BOOLEAN",
    "received": "BIGINT",
    "new": "BIGINT",
    "restored": "BIGINT",
    "changed": "BIGINT",
    "unchanged": "BIGINT",
    "superseded": "BIGINT",
    "activity": "BIGINT",
    "set_aside": "BIGINT",
    "quarantined": "BIGINT",
    "suppressed": "BIGINT",
    "live_before": "BIGINT",
    "released": "BIGINT",
    "deleted": "BIGINT",
    "erased": "BIGINT",
    "newly_suppressed": "BIGINT",
    "live_after": "BIGINT",
}

CLUSTERS: dict[str, str] = {
    "record_key": "INTEGER",
    "record_id": "VARCHAR",
    "cluster_id": "VARCHAR",  # the smallest record_id of the cluster: a name in this run, not an identity
}

REVIEW_QUEUE: dict[str, str] = {
    "question_id": "VARCHAR",
    "kind": "VARCHAR",
    "customer_type": "VARCHAR",
    "record_ids_left": "VARCHAR[]",
    "record_ids_right": "VARCHAR[]",
    "reason": "VARCHAR",
    "match_weight": "DOUBLE",
    "value": "DOUBLE",
    "priority": "DOUBLE",
    "asked_at": "TIMESTAMPTZ",
}

CROSSWALK: dict[str, str] = {
    "record_id": "VARCHAR",
    "source_system": "VARCHAR",
    "source_id": "VARCHAR",
    "observation": "VARCHAR",
    "golden_id": "VARCHAR",
    "valid_from": "TIMESTAMPTZ",
    "valid_to": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

REDIRECTS: dict[str, str] = {
    "golden_id": "VARCHAR",
    "redirects_to": "VARCHAR",
    "reason": "VARCHAR",
    "valid_from": "TIMESTAMPTZ",
    "valid_to": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

IDENTITY_LOG: dict[str, str] = {
    "position": "BIGINT",
    "event_id": "VARCHAR",
    "golden_id": "VARCHAR",
    "version": "INTEGER",
    "event": "VARCHAR",
    "reason": "VARCHAR",
    "record_ids": "VARCHAR[]",
    "to_golden_id": "VARCHAR",
    "run_id": "VARCHAR",
    "happened_at": "TIMESTAMPTZ",
    "cause": "VARCHAR",
    "ledger_seq": "BIGINT",
    "model_version": "VARCHAR",
    "rules_version": "VARCHAR",
}

ATTRIBUTE_VALUES: dict[str, str] = {
    "golden_id": "VARCHAR",
    "attribute": "VARCHAR",
    "value": "VARCHAR",
    "record_id": "VARCHAR",
    "survives": "BOOLEAN",
    "rule": "VARCHAR",  # the rule that decided against the runner-up; `only_value` when there was none
    "pinned_by": "VARCHAR",
    "value_rank": "INTEGER",
    "observed_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
    "trust": "DOUBLE",  # of the fresh statement: of its source, times the share of its record's checks that passed
    "pin_id": "VARCHAR",
    "pinned_until": "TIMESTAMPTZ",  # null: until it is lifted
    "source_changed_at": "TIMESTAMPTZ",  # of a pinned value: when a source last said otherwise after the pin
}

CONTACT_POINTS: dict[str, str] = {
    "golden_id": "VARCHAR",
    "kind": "VARCHAR",  # email, phone, address
    "value": "VARCHAR",
    "is_primary": "BOOLEAN",
    "is_shared": "BOOLEAN",  # a role mailbox or a representative line
    "last_seen_at": "TIMESTAMPTZ",
    "record_ids": "VARCHAR[]",
    "run_id": "VARCHAR",
}

RELATIONSHIPS: dict[str, str] = {
    "golden_id_from": "VARCHAR",
    "kind": "VARCHAR",
    "golden_id_to": "VARCHAR",
    "since": "DATE",
    "run_id": "VARCHAR",
    "evidence": "VARCHAR[]",  # codes, as in `relationship.evidence.<code>` of the catalogue
    "keys": "VARCHAR[]",  # what both have in common, as `address:...`
    "record_ids_from": "VARCHAR[]",
    "record_ids_to": "VARCHAR[]",
}

# Which record tells of which home: a relationship of two customers follows from two of these.
RESIDENTS: dict[str, str] = {
    "record_key": "INTEGER",
    "record_id": "VARCHAR",
    "address_key": "VARCHAR",
    "home": "VARCHAR",  # the house, or the room in it
    "makes_household": "BOOLEAN",
    "family_name_key": "VARCHAR",
    "family_reading_keys": "VARCHAR[]",
    "given_name_key": "VARCHAR",
    "given_reading_keys": "VARCHAR[]",
}

# By which keys a record of an organisation may be a branch's, a subsidiary's, or those of what they belong to.
ORGANISATION_KEYS: dict[str, str] = {
    "record_key": "INTEGER",
    "record_id": "VARCHAR",
    "sign": "VARCHAR",  # number, name, domain, address
    "key": "VARCHAR",
    "core_key": "VARCHAR",
    "form": "VARCHAR",
    "corporate_number": "VARCHAR",
    "has_branch": "BOOLEAN",
    "is_crowded": "BOOLEAN",
}

INTERACTIONS: dict[str, str] = {
    "golden_id": "VARCHAR",
    **{name: kind for name, kind in OBSERVED_INTERACTIONS.items() if name not in {"record_id", "source_record_id"}},
    "run_id": "VARCHAR",
}

CONSENTS: dict[str, str] = {
    "golden_id": "VARCHAR",
    "purpose": "VARCHAR",
    "channel": "VARCHAR",
    "granted": "BOOLEAN",
    "since": "TIMESTAMPTZ",
    "proof": "VARCHAR",
    "run_id": "VARCHAR",
}

PROFILES: dict[str, str] = {
    "golden_id": "VARCHAR",
    "customer_type": "VARCHAR",
    "display_name": "VARCHAR",
    "record_count": "INTEGER",
    "source_systems": "VARCHAR[]",
    "interaction_count": "BIGINT",
    "first_contact_at": "TIMESTAMPTZ",
    "last_contact_at": "TIMESTAMPTZ",
    "contacts_by_channel": "VARCHAR",  # JSON: channel -> {count, first_at, last_at}
    "order_count": "BIGINT",
    "order_amounts": "VARCHAR",  # JSON: currency -> sum as text
    "relationship_count": "BIGINT",
    "consents_granted": "VARCHAR[]",  # purpose/channel
    "consents_refused": "VARCHAR[]",
    "run_id": "VARCHAR",
}

GOLDEN_COLUMNS: dict[str, str] = {
    "name": "VARCHAR",
    "family_name": "VARCHAR",
    "given_name": "VARCHAR",
    "name_kana": "VARCHAR",
    "family_name_kana": "VARCHAR",
    "given_name_kana": "VARCHAR",
    "former_name": "VARCHAR",
    "gender": "VARCHAR",
    "birth_date": "VARCHAR",
    "organisation_name": "VARCHAR",
    "organisation_name_kana": "VARCHAR",
    "corporate_number": "VARCHAR",
    "department": "VARCHAR",
    "job_title": "VARCHAR",
    "email": "VARCHAR",
    "phone": "VARCHAR",
    "fax": "VARCHAR",
    "website": "VARCHAR",
    "postal_code": "VARCHAR",
    "address": "VARCHAR",
    "building": "VARCHAR",
    "country": "VARCHAR",
    "external_ids": "VARCHAR",
    "language": "VARCHAR",
    "tags": "VARCHAR",
}

CUSTOMERS: dict[str, str] = {
    "golden_id": "VARCHAR",
    "customer_type": "VARCHAR",
    "display_name": "VARCHAR",
    **GOLDEN_COLUMNS,
    "record_count": "INTEGER",
    "source_systems": "VARCHAR[]",
    "first_seen_at": "TIMESTAMPTZ",
    "last_seen_at": "TIMESTAMPTZ",
    "updated_at": "TIMESTAMPTZ",
    "run_id": "VARCHAR",
}

# What is known of each source: the last word of its reads.
SOURCE_STATUS: dict[str, str] = {
    "source_system": "VARCHAR",
    "state": "VARCHAR",
    "last_success_at": "TIMESTAMPTZ",
    "last_try_at": "TIMESTAMPTZ",
    "n_failures": "BIGINT",
    "next_try_at": "TIMESTAMPTZ",
    "error_code": "VARCHAR",
    "error_facts": "VARCHAR",
    "notices": "VARCHAR",  # JSON: [[code, facts], ...]
    "configuration": "VARCHAR",  # keyed hash of what decides how the source is asked
    "run_id": "VARCHAR",
}

QUALITY_RESULTS: dict[str, str] = {
    "run_id": "VARCHAR",
    "check": "VARCHAR",
    "table_name": "VARCHAR",
    "dimension": "VARCHAR",
    "severity": "VARCHAR",
    "passed": "BOOLEAN",
    "n_checked": "BIGINT",
    "n_failed": "BIGINT",
    "gate": "VARCHAR",
    "message_code": "VARCHAR",
    "message_facts": "VARCHAR",
}

RUN_LOG: dict[str, str] = {
    "run_id": "VARCHAR",
    "is_rebuild": "BOOLEAN",
    "ledger_seq": "BIGINT",
    "started_at": "TIMESTAMPTZ",
    "ended_at": "TIMESTAMPTZ",
    "outcome": "VARCHAR",  # null while the run goes on, and for ever when it was killed
    "reason_code": "VARCHAR",
    "reason_facts": "VARCHAR",
}

RUNS: dict[str, str] = {
    **ACCOUNTS,
    "started_at": "TIMESTAMPTZ",
    "ended_at": "TIMESTAMPTZ",
    "outcome": "VARCHAR",
    "reason_code": "VARCHAR",
    "reason_facts": "VARCHAR",
}

WAREHOUSE_TABLES: dict[str, dict[str, str]] = {
    "source_records": SOURCE_RECORDS,
    "interpretations": INTERPRETATIONS,
    "deliveries": DELIVERIES,
    "counted_mentions": COUNTED_MENTIONS,
    "held_reads": HELD_READS,
    "accounts": ACCOUNTS,
    "run_log": RUN_LOG,
    "source_status": SOURCE_STATUS,
    "standardised_records": {"record_key": "INTEGER", **STANDARDISED_RECORDS, "run_id": "VARCHAR"},
    "record_keys": {"record_key": "INTEGER", "record_id": "VARCHAR"},
    "observed_interactions": {**OBSERVED_INTERACTIONS, "run_id": "VARCHAR"},
    "observed_relationships": {**OBSERVED_RELATIONSHIPS, "run_id": "VARCHAR"},
    "consent_events": {**CONSENT_EVENTS, "run_id": "VARCHAR"},
    "quarantine": {**HELD_ROWS, "run_id": "VARCHAR"},
    "set_aside_records": {**HELD_ROWS, "run_id": "VARCHAR"},
    "clusters": CLUSTERS,
    "review_queue": {**REVIEW_QUEUE, "run_id": "VARCHAR"},
    "identity_log": IDENTITY_LOG,
    "crosswalk": CROSSWALK,
    "redirects": REDIRECTS,
    "attribute_values": ATTRIBUTE_VALUES,
    "contact_points": CONTACT_POINTS,
    "customers": CUSTOMERS,
    "residents": RESIDENTS,
    "organisation_keys": ORGANISATION_KEYS,
    "relationships": RELATIONSHIPS,
    "interactions": INTERACTIONS,
    "consents": CONSENTS,
    "profiles": PROFILES,
    "quality_results": QUALITY_RESULTS,
    "source_metrics": SOURCE_METRICS,
    "row_counts": ROW_COUNTS,
    "row_losses": ROW_LOSSES,
    "applied_batches": APPLIED_BATCHES,
    "run_sums": RUN_SUMS,
    "quality_counts": QUALITY_COUNTS,
    "customer_quality": CUSTOMER_QUALITY,
    "quality_scores": QUALITY_SCORES,
}


def create_table_sql(table: str, columns: dict[str, str], schema: str | None = None) -> str:
    """The DDL of one table; `create table if not exists`."""
    body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    qualified = f"{schema}.{table}" if schema else table
    return f"create table if not exists {qualified} ({body})"
