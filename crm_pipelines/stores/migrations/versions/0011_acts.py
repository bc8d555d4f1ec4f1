"""Acts on customers can wait for a second person, as answers do."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; proposals that stand there already are of answers."""
    op.add_column("batches", sa.Column("act", sa.JSON(none_as_null=True)))
