"""Read entries with their details, and give each its type."""

from collections.abc import Sequence

import sqlalchemy as sa

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Consent, Correction, Decision, Entry, Pin, Suppression
from crm_pipelines.stores.ledger.tables import entries


def rows(connection: sa.Connection, detail: sa.Table | None, up_to_seq: int | None, after: int) -> list[sa.RowMapping]:
    """One row per entry in (`after`, `up_to_seq`], in ledger order.

    Args:
        connection: to the ledger.
        detail: only entries of this kind, with its columns; None reads entries of every kind, bare.
        up_to_seq: None reads to the end.
        after: 0 reads from the beginning.
    """
    columns: list[sa.Column[object]] = list(entries.c)
    source: sa.FromClause = entries
    if detail is not None:
        columns += [column for column in detail.c if column.name != "seq"]
        source = entries.join(detail, detail.c.seq == entries.c.seq)
    query = sa.select(*columns).select_from(source).where(entries.c.seq > after).order_by(entries.c.seq)
    if up_to_seq is not None:
        query = query.where(entries.c.seq <= up_to_seq)
    found: Sequence[sa.RowMapping] = connection.execute(query).mappings().all()
    return list(found)


def last_seq(connection: sa.Connection) -> int:
    """The number of the last entry; 0 when there is none."""
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(entries.c.seq), 0))).scalar_one())


def decision(row: sa.RowMapping) -> Decision:
    """A row of `decisions`."""
    return Decision(
        seq=row["seq"],
        decision_id=row["entry_id"],
        judgement=Judgement(row["judgement"]),
        record_ids_left=tuple(row["record_ids_left"]),
        record_ids_right=tuple(row["record_ids_right"]),
        steward=row["actor"],
        decided_at=row["recorded_at"],
        reason=row["reason"],
        question_id=row["question_id"],
        supersedes=row["supersedes"],
        evidence=None if row["evidence"] is None else tuple(row["evidence"]),
        batch_id=row["batch_id"],
        approved_by=row["approved_by"],
    )


def pin(row: sa.RowMapping) -> Pin:
    """A row of `pins`."""
    return Pin(
        seq=row["seq"],
        pin_id=row["entry_id"],
        record_ids=tuple(row["record_ids"]),
        attribute=row["attribute"],
        value=row["value"],
        steward=row["actor"],
        pinned_at=row["recorded_at"],
        reason=row["reason"],
        expires_at=row["expires_at"],
        lifts=row["supersedes"],
        is_erased=row["salt"] is None,
    )


def consent(row: sa.RowMapping) -> Consent:
    """A row of `consents`."""
    return Consent(
        seq=row["seq"],
        consent_id=row["entry_id"],
        record_id=row["record_id"],
        purpose=row["purpose"],
        channel=row["channel"],
        granted=row["granted"],
        obtained_at=row["obtained_at"],
        recorded_by=row["actor"],
        recorded_at=row["recorded_at"],
        proof=row["proof"],
        names_refusal=row["names_refusal"],
    )


def suppression(row: sa.RowMapping) -> Suppression:
    """A row of `suppressions`."""
    return Suppression(
        seq=row["seq"],
        suppression_id=row["entry_id"],
        digest=row["identifier_digest"],
        kind=row["identifier_kind"],
        recorded_by=row["actor"],
        recorded_at=row["recorded_at"],
        reason=row["reason"],
    )


def correction(row: sa.RowMapping) -> Correction:
    """A row of `corrections`."""
    return Correction(
        seq=row["seq"],
        correction_id=row["entry_id"],
        source_record_id=row["source_record_id"],
        row_digest=row["row_digest"],
        action=row["action"],
        steward=row["actor"],
        recorded_at=row["recorded_at"],
        fields=row["fields"],
        reason=row["reason"],
        waives=row["waives"],
    )


def entry(row: sa.RowMapping) -> Entry:
    """A row of `entries`."""
    return Entry(**{name: row[name] for name in Entry.__dataclass_fields__})
