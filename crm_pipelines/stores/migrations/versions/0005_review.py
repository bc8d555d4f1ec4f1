"""Who is at work on which question, what waits until tomorrow, answers given together, corrections of rows."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables; decisions that stand there already were given one by one."""
    op.add_column("decisions", sa.Column("batch_id", sa.String(32)))
    op.add_column("decisions", sa.Column("approved_by", sa.String(200)))
    op.create_index("ix_decisions_batch_id", "decisions", ["batch_id"])
    op.create_table(
        "claims",
        sa.Column("question_id", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("until", _TIME),
        sa.Column("assigned_by", sa.String(200)),
        sa.Column("taken_from", sa.String(32)),
        sa.Index("ix_claims_person_id", "person_id"),
    )
    op.create_table(
        "postponements",
        sa.Column("person_id", sa.String(32), primary_key=True),
        sa.Column("question_id", sa.String(64), primary_key=True),
        sa.Column("until", _TIME, nullable=False),
    )
    _create_batches()
    op.create_table(
        "corrections",
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
        sa.Column("source_record_id", sa.Text, nullable=False),
        sa.Column("row_digest", sa.String(64), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("fields", sa.JSON(none_as_null=True)),
    )


def _create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(32), primary_key=True),
        sa.Column("judgement", sa.String(20), nullable=False),
        sa.Column("question_ids", sa.JSON, nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("proposed_by_id", sa.String(32), nullable=False),
        sa.Column("proposed_by", sa.String(200), nullable=False),
        sa.Column("proposed_at", _TIME, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.String(200)),
        sa.Column("decided_at", _TIME),
        sa.Column("decided_reason", sa.Text),
        sa.Column("n_recorded", sa.Integer),
    )
