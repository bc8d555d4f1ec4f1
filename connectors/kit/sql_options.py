"""What a source that reads a database by SQL may be told."""

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from connectors.kit.options import SourceOptions
from connectors.kit.sql_engine import Limits, database_url


class SqlTable(SourceOptions):
    """One table or view.

    Attributes:
        table: its name, with the schema before a dot where needed.
        key: the column, or columns, that identify a row.
        cursor: the column that rises when a row changes; None reads everything each time.
        where: a condition in the database's SQL, as it stands.
    """

    table: str
    key: str | list[str]
    cursor: str | None = None
    where: str | None = None

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The key columns, one or several."""
        return (self.key,) if isinstance(self.key, str) else tuple(self.key)


class SqlOptions(SqlTable):
    """A database and what to read of it.

    Attributes:
        url: of SQLAlchemy; a SQLite file is relative to the project folder.
        also: more tables, each a stream of its own; their keys begin with the table's name and `/`.
        cursor_timezone: of cursors without a zone; None is the source's.
        overlap_seconds: how far a read looks back behind the last cursor.
        safety_lag_seconds: how long a transaction may stay open; counted back from the database's clock.
        complete: read everything each time; a row that is gone is deleted.
        audit_hours: how often a read goes on with all keys, to find what is gone; None never does.
        audit: `keys` reads the keys alone; `rows` whole rows, which finds changes too that moved no cursor.
        key_is_personal: the key says something about a person; it then stays out of bookmarks.
        attempts, retry_wait_seconds: for connections that fail or break.
        connect_timeout_seconds: for a connection.
        statement_timeout_seconds: for a query; 0 is no limit.
    """

    url: SecretStr
    also: tuple[SqlTable, ...] = ()
    cursor_timezone: str | None = None
    overlap_seconds: int = Field(default=300, ge=0)
    safety_lag_seconds: int = Field(default=0, ge=0)
    page_size: int = Field(default=5000, ge=1)
    complete: bool = False
    audit_hours: float | None = Field(default=None, ge=0)
    audit: Literal["keys", "rows"] = "keys"
    key_is_personal: bool = False
    attempts: int = Field(default=3, ge=1)
    retry_wait_seconds: float = Field(default=1.0, ge=0)
    connect_timeout_seconds: float = Field(default=10.0, gt=0)
    statement_timeout_seconds: float = Field(default=300.0, ge=0)

    @field_validator("url")
    @classmethod
    def _is_url(cls, url: SecretStr) -> SecretStr:
        database_url(url.get_secret_value())
        return url

    @model_validator(mode="after")
    def _has_no_table_twice(self) -> Self:
        names = ["main", *(each.table for each in self.also)]
        if len(set(names)) < len(names):
            raise ValueError("source.same_table_twice")
        return self

    @property
    def tables(self) -> dict[str, SqlTable]:
        """Every table by the name of its stream."""
        return {"main": self, **{each.table: each for each in self.also}}

    @property
    def limits(self) -> Limits:
        """How long to wait and how often to try."""
        waits = (self.retry_wait_seconds, self.connect_timeout_seconds, self.statement_timeout_seconds)
        return Limits(self.attempts, *waits)
