"""The audit log; who somebody is at a provider of OpenID Connect; for what data are looked at; clocks of people."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and add the columns."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("person_id", sa.String(32)),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object_kind", sa.String(20)),
        sa.Column("object_id", sa.String(100)),
        sa.Column("customer_id", sa.String(40)),
        sa.Column("purpose", sa.String(100)),
        sa.Column("digest", sa.String(64)),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Index("audit_by_person", "person_id", "seq"),
        sa.Index("audit_by_customer", "customer_id", "seq"),
    )
    op.create_table(
        "openid_subjects",
        sa.Column("issuer", sa.String(400), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("person_id", sa.String(32), sa.ForeignKey("people.person_id"), nullable=False),
    )
    op.add_column("people", sa.Column("time_zone", sa.String(60)))
    op.add_column("invitations", sa.Column("invited_by", sa.String(32)))
    op.add_column("sign_ins", sa.Column("purpose", sa.String(100)))
