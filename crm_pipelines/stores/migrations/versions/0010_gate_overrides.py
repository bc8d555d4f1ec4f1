"""Overrides of gates: up to how many failing rows a rule does not hold the publication, and until when."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "gate_overrides",
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), primary_key=True, autoincrement=False),
        sa.Column("check_id", sa.String(100), nullable=False),
        sa.Column("most_failed", sa.BigInteger),
        sa.Column("most_share", sa.Float),
        sa.Column("ends_at", sa.DateTime(timezone=True)),
    )
