"""Delivered versions as tasks for the interpreters: when their turn has come, and before, while sources are read."""

from collections.abc import Iterable, Iterator

import polars as pl

from assets.interpreters import Task
from assets.resources import Road
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.standardise.interpretation import SourceMeaning
from crm_pipelines.standardise.observations import Place
from crm_pipelines.stores import interpretations
from crm_pipelines.stores.arrival_rules import arrival_tests
from crm_pipelines.stores.row_corrections import RowCorrections

_CHUNK_ROWS = 10_000
_LEAST_CHUNK_ROWS = 1_000
_MOST_FORESEEN_ROWS = 20_000  # what they come to waits in memory
_UNMAPPED = SourceMapping.model_validate({"streams": {"": {"fields": {"name": "name"}}}})


def foresee(road: Road, after_batch: int) -> None:
    """Let processes that are there already begin with what was applied since a batch, while other sources are read."""
    if not road.interpreters.n_processes:
        return
    corrected = RowCorrections.of(road.ledger.corrections(road.ledger_seq), road.loaded.project_key)
    versions = corrected.applied(interpretations.foreseen(road.warehouse, after_batch, _MOST_FORESEEN_ROWS))
    chunks = versions.iter_slices(chunk_rows(versions.height, road.interpreters.n_processes))
    for task in tasks_of(road, chunks):
        road.interpreters.foresee(task)


def tasks_of(road: Road, chunks: Iterable[pl.DataFrame]) -> Iterator[Task]:
    """The waiting versions, source by source, a chunk at a time."""
    rules = arrival_tests(road.loaded.rules.quality)
    suppressed = frozenset(found.digest for found in road.ledger.suppressions(road.ledger_seq))
    for frame in chunks:
        for part in frame.partition_by("source_system", maintain_order=True):
            yield Task(_meaning(road, part["source_system"][0], suppressed), part, rules)


def chunk_rows(n_rows: int, n_processes: int) -> int:
    """So many rows make a task that each process gets several of them, if there are enough."""
    return min(_CHUNK_ROWS, max(_LEAST_CHUNK_ROWS, n_rows // (4 * n_processes)))


def _meaning(road: Road, source: str, suppressed: frozenset[str]) -> SourceMeaning:
    loaded = road.loaded.sources.get(source)
    return SourceMeaning(
        source=source,
        mapping=_UNMAPPED if loaded is None else loaded.mapping,
        place=Place(
            country=road.loaded.project.country,
            timezone=road.loaded.project.timezone if loaded is None else loaded.timezone,
            stops=road.stop_values,
        ),
        project_key=road.loaded.project_key,
        suppressed=suppressed,
    )
