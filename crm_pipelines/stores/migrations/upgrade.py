"""Bring the ledger's tables up to the newest revision, inside the transaction of the caller."""

import sqlalchemy as sa
from alembic import command
from alembic.config import Config


def upgrade(connection: sa.Connection) -> None:
    """Run all revisions that the database lacks; one that is up to date stays as it is."""
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", "crm_pipelines.stores:migrations")
    configuration.set_main_option("path_separator", "os")
    command.upgrade(configuration, "head")
