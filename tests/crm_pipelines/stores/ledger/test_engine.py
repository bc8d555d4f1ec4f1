from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from crm_pipelines.stores.ledger.engine import ledger_url, open_engine
from crm_pipelines.stores.ledger.tables import REVISIONS, metadata


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/crm", "postgresql+psycopg://u:p@h/crm"),
        ("postgres://u:p@h/crm", "postgresql+psycopg://u:p@h/crm"),
        ("postgresql+psycopg2://u:p@h/crm", "postgresql+psycopg://u:p@h/crm"),
        ("postgresql+psycopg://u:p@h/crm", "postgresql+psycopg://u:p@h/crm"),
        ("sqlite:////acme/data/ledger.db", "sqlite+pysqlite:////acme/data/ledger.db"),
    ],
)
def test_a_plain_url_gets_the_driver_that_is_installed(given: str, used: str) -> None:
    assert ledger_url(given).render_as_string(hide_password=False) == used


def test_the_known_revisions_are_those_in_the_folder() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", "crm_pipelines.stores:migrations")
    scripts = ScriptDirectory.from_config(configuration)
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == REVISIONS


def test_the_migrated_tables_are_the_ones_the_program_speaks_of(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "schema_version"})
        assert compare_metadata(context, metadata) == []
        assert connection.execute(sa.text("pragma journal_mode")).scalar_one() == "wal"
    engine.dispose()


def test_the_migrated_tables_are_the_same_in_postgresql(postgres_uri: str) -> None:
    engine = open_engine(postgres_uri)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "schema_version"})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
