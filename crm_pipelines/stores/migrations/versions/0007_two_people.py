"""A single answer can wait for a second person, as answers given together do."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; proposals that stand there already are of answers given together."""
    op.add_column("batches", sa.Column("replacing", sa.JSON(none_as_null=True)))
