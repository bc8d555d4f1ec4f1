"""Rows that somebody lets go on in spite of a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("corrections", sa.Column("waives", sa.String(100)))
