"""The first tables: entries, decisions, pins, consents, suppressions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _create_entries()
    _create_decisions_and_pins()
    _create_consents_and_suppressions()


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("entry_id", sa.String(64), nullable=False, unique=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("recorded_at", _TIME, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("supersedes", sa.String(64)),
        sa.Column("salt", sa.String(32)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Index("entries_by_supersedes", "supersedes"),
    )


def _create_decisions_and_pins() -> None:
    op.create_table(
        "decisions",
        _seq(),
        sa.Column("judgement", sa.String(20), nullable=False),
        sa.Column("record_ids_left", sa.JSON, nullable=False),
        sa.Column("record_ids_right", sa.JSON, nullable=False),
        sa.Column("question_id", sa.String(64)),
        sa.Index("ix_decisions_question_id", "question_id"),
    )
    op.create_table(
        "pins",
        _seq(),
        sa.Column("record_ids", sa.JSON, nullable=False),
        sa.Column("attribute", sa.String(100), nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("expires_at", _TIME),
    )


def _create_consents_and_suppressions() -> None:
    op.create_table(
        "consents",
        _seq(),
        sa.Column("record_id", sa.Text, nullable=False),
        sa.Column("purpose", sa.String(100), nullable=False),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("granted", sa.Boolean, nullable=False),
        sa.Column("obtained_at", _TIME, nullable=False),
        sa.Column("proof", sa.Text),
        sa.Column("names_refusal", sa.Text),
        sa.Index("ix_consents_record_id", "record_id"),
    )
    op.create_table(
        "suppressions",
        _seq(),
        sa.Column("identifier_digest", sa.String(64), nullable=False),
        sa.Column("identifier_kind", sa.String(40), nullable=False),
        sa.Index("ix_suppressions_identifier_digest", "identifier_digest"),
    )


def _seq() -> "sa.Column[int]":
    return sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False)
