"""What a project says of itself, read once for all checks: its publication, operations, identity log and ledger."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

Rows = list[tuple[Any, ...]]


@dataclass
class PublishedState:
    """One project as it stands after a run.

    Attributes:
        root: the project folder.
    """

    root: Path

    @property
    def paths(self) -> ProjectPaths:
        """Where everything lies."""
        return ProjectPaths(self.root)

    def rows(self, query: str) -> Rows:
        """The answer of the current publication."""
        return self._publication.execute(query).fetchall()

    def operations(self, query: str) -> list[dict[str, Any]]:
        """The answer of the newest operations file, one mapping a row."""
        with closing(Publications(self.paths).connect_operations()) as con:
            found = con.execute(query)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    @cached_property
    def homes(self) -> dict[str, str]:
        """Record -> its live golden id, by the published crosswalk; a record with two ids is a violation of its own."""
        return dict(self.rows("select record_id, golden_id from crosswalk where valid_to is null"))

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Record -> person or organisation."""
        return dict(self.rows("select record_id, customer_type from standardised_records"))

    @cached_property
    def log(self) -> pl.DataFrame:
        """The identity log as it lies on the disk, in the order of its files."""
        files = sorted(self.paths.identity.glob("[0-9]*.parquet"))
        return pl.concat([pl.read_parquet(file) for file in files])

    @cached_property
    def decisions(self) -> list[Decision]:
        """What the stewards decided, in ledger order."""
        with open_ledger(self.paths.ledger_url) as ledger:
            return ledger.decisions()

    @cached_property
    def _publication(self) -> duckdb.DuckDBPyConnection:
        return Publications(self.paths).connect_current()

    def close(self) -> None:
        """Let go of the publication."""
        if "_publication" in self.__dict__:
            self._publication.close()


def members(homes: dict[str, str]) -> dict[str, set[str]]:
    """Golden id -> its records."""
    found: dict[str, set[str]] = {}
    for record, golden_id in homes.items():
        found.setdefault(golden_id, set()).add(record)
    return found


def events(log: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The events of the identity log, in order."""
    return log.iter_rows(named=True)
