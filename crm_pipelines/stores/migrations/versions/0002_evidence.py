"""What the machine had to show when a decision was made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody knows what was shown for the decisions that stand there already."""
    op.add_column("decisions", sa.Column("evidence", sa.JSON(none_as_null=True)))
