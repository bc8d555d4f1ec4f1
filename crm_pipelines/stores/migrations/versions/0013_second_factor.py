"""A second factor beside a password: its secret, the codes for when it is lost, and sign-ins that wait for a code."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns, create the tables."""
    op.add_column("people", sa.Column("second_factor", sa.Text))
    op.add_column("people", sa.Column("second_factor_at", _TIME))
    op.add_column("people", sa.Column("second_factor_step", sa.BigInteger))
    op.create_table(
        "recovery_codes",
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), primary_key=True),
        sa.Column("code_digest", sa.String(64), primary_key=True),
    )
    op.create_table(
        "half_sign_ins",
        sa.Column("token_digest", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), nullable=False),
        sa.Column("ends_at", _TIME, nullable=False),
        sa.Index("ix_half_sign_ins_person_id", "person_id"),
    )
