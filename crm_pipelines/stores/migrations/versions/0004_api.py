"""Programs: tokens for the API, and the requests that must not be done twice."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "api_tokens",
        sa.Column("token_id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("secret_digest", sa.String(64), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME),
        sa.Column("ends_at", _TIME),
        sa.Column("revoked_at", _TIME),
    )
    op.create_table(
        "api_requests",
        sa.Column("token_id", sa.String(32), sa.ForeignKey("api_tokens.token_id"), primary_key=True),
        sa.Column("key_digest", sa.String(64), primary_key=True),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("entries.seq"), nullable=False),
        sa.Column("answered_at", _TIME, nullable=False),
        sa.Index("ix_api_requests_answered_at", "answered_at"),
    )
