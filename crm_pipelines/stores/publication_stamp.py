"""The stamp inside a publication: which version it is and of which schema, so that the file can say so itself."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.warehouse import connect


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a publication says of itself.

    Attributes:
        version: `p000000000012`; None while it is a candidate that began from nothing.
        schema: version of its tables.
    """

    version: str | None
    schema: int


def read_stamp(path: Path) -> Stamp:
    """Read the stamp.

    Raises:
        StoreError: `store.cannot_open`: no such file, no stamp in it, or somebody else is writing it.
    """
    try:
        with connect(path, read_only=True) as connection:
            version, schema = connection.execute("select version, schema from publication_stamp").fetchall()[0]
    except (duckdb.Error, IndexError) as error:
        raise StoreError("store.cannot_open", name=path.name, reason=type(error).__name__) from error
    return Stamp(version, int(schema))


def write_stamp(path: Path, stamp: Stamp) -> None:
    """Write the stamp, making the file when there is none, and fold the write-ahead log into the file.

    Raises:
        StoreError: `store.cannot_open`.
    """
    try:
        with connect(path) as connection:
            connection.execute("begin transaction")
            connection.execute("create or replace table publication_stamp (version varchar, schema integer)")
            connection.execute("insert into publication_stamp values (?, ?)", [stamp.version, stamp.schema])
            connection.execute("commit")
            connection.execute("checkpoint")
    except duckdb.Error as error:
        raise StoreError("store.cannot_open", name=path.name, reason=type(error).__name__) from error
