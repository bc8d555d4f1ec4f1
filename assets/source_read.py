"""One read of one source: its pages, held against the shape its rows had, into landing."""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from time import monotonic

from assets.background import collected_rarely
from assets.individual_numbers import without_individual_numbers
from assets.resources import Road
from assets.schema_guard import SchemaGuard
from crm_pipelines.model.delivery import Bookmark, JsonValue, KeyedConnector, Page, RangeConnector
from crm_pipelines.model.errors import (
    CrmPipelinesError,
    FatalSourceError,
    Fault,
    RetriableSourceError,
    SourceError,
    StepError,
)
from crm_pipelines.model.ids import hashed_key
from crm_pipelines.rules.load import LoadedSource
from crm_pipelines.stores.arrivals import was_held
from crm_pipelines.stores.known_versions import KnownVersions
from crm_pipelines.stores.landing import LandingRead, Manifest
from crm_pipelines.stores.source_schema import SourceSchema

OVER_BUDGET = "source.over_budget"
"""A read that was broken off so that others have their turn; no failure."""


@dataclass(slots=True)
class SourceRead:
    """What a read came to.

    Attributes:
        batches: what it landed, also before a failure.
        failure: why it did not come to its end; None when it did.
        is_fatal: trying again does not help.
        notices: how the shape of the rows changed.
        n_news: rows landed whole, because they say something new.
    """

    batches: list[Manifest] = field(default_factory=list)
    failure: Fault | None = None
    is_fatal: bool = False
    notices: list[Fault] = field(default_factory=list)
    n_news: int = 0


def read_source(road: Road, source: LoadedSource) -> SourceRead:
    """Read a source into landing; a failure of the source is a fact, one of ours is raised."""
    result = SourceRead()
    try:
        reader = _Reader(road, source)
    except SourceError as error:
        return SourceRead(failure=error.fault, is_fatal=True)
    landing_read = reader.open_landing()
    try:
        with landing_read, collected_rarely():
            reader.land_pages(landing_read)
    except SourceError as error:
        result.failure, result.is_fatal = error.fault, isinstance(error, FatalSourceError)
    except CrmPipelinesError:
        raise
    except Exception as error:  # noqa: BLE001 - a connector that breaks stops no other; its text may quote values
        broken = StepError.of(f"{source.name}/landing", error)
        result.failure = Fault("source.broke", {**broken.facts, "source": source.name})
    result.batches, result.notices = landing_read.batches, reader.guard.notices
    result.n_news = landing_read.n_news
    return result


def key_hash(road: Road, source: LoadedSource, is_personal: bool) -> Callable[[str], str] | None:
    """How a source's keys become ids: personal ones (a Message-ID, an address) as keyed hashes."""
    return partial(hashed_key, road.loaded.project_key, source.name) if is_personal else None


class _Reader:
    """A source about to be read, with what is known of its rows; every batch that landed before is applied."""

    def __init__(self, road: Road, source: LoadedSource) -> None:
        self._road = road
        self._source = source
        self._connector = source.connector(source.options, source.context)
        self._hash = key_hash(road, source, self._connector.key_is_personal)
        self._known = KnownVersions(road.warehouse, source.name)
        self._backfill = road.options.backfill_of(source.name)
        if self._backfill is not None and not isinstance(self._connector, RangeConnector):
            raise FatalSourceError("source.no_backfill", source=source.name, connector=source.entry.connector)
        schema = SourceSchema.from_json(road.landing.source_schema(source.name))
        has_columns = bool(getattr(self._connector, "has_columns", False))
        self.guard = SchemaGuard(source, schema, self._payloads, has_columns=has_columns)

    def open_landing(self) -> LandingRead:
        """Where the pages go."""
        return self._road.landing.open_read(
            self._source.name,
            run_id=self._road.run_id,
            connector=self._source.entry.connector,
            started_at=self._road.started_at,
            key_hash=self._hash,
            unchanged=self._known.unchanged,
            accepts_shrink=self._source.name in self._road.options.accept_shrink,
            backfill=self._backfill,
        )

    def land_pages(self, read: LandingRead) -> None:
        """Take page after page.

        Raises:
            SourceError: of the connector; `source.schema_changed`; `OVER_BUDGET`: the rest waits for the next read.
        """
        schema, begun_at = self.guard.schema, monotonic()
        before: Bookmark | None = None
        minutes = self._source.entry.read_budget_minutes if self._road.options.is_automatic else inf
        with closing(self._pages()) as pages:
            for page in pages:
                admitted = self.guard.admit(without_individual_numbers(page, self._source.mapping))
                read.add(self._with_unknown_fetched(admitted))
                read.source_schema = schema.to_json(is_settled=schema.is_settled)
                # behind a page that is no place to go on from (a complete read, an audit) all would be read again
                is_place = before not in (None, page.bookmark) and not page.ends_complete_read
                if is_place and monotonic() - begun_at > minutes * 60:
                    raise RetriableSourceError(OVER_BUDGET, source=self._source.name, minutes=minutes)
                before = page.bookmark
        if schema.streams:
            read.source_schema = schema.to_json(is_settled=True)

    def _pages(self) -> Generator[Page]:
        if self._backfill is None:
            yield from self._connector.pages(self._bookmark())
        else:
            yield from self._connector.range_pages(self._backfill.since, self._backfill.until, self._bookmark())

    def _bookmark(self) -> Bookmark | None:
        landing, name = self._road.landing, self._source.name
        if self._backfill is not None:
            return landing.backfill_bookmark(name, self._backfill)
        # a read that was held counts for nothing: behind its bookmark its rows would never come again
        return None if was_held(self._road.warehouse, landing, name) else landing.bookmark(name)

    def _with_unknown_fetched(self, page: Page) -> Page:
        """The page with full rows in place of mentions of keys that nobody knows: a cursor missed them."""
        if not page.mentions or not isinstance(self._connector, KeyedConnector):
            return page
        keys = [key for mentions in page.mentions for key in mentions.keys]
        names = keys if self._hash is None else list(map(self._hash, keys))
        unknown = self._known.unknown(names)
        if not unknown:
            return page
        missed = {key for key, name in zip(keys, names, strict=True) if name in unknown}
        fetched = tuple(self._connector.rows(sorted(missed)))
        known = tuple(
            replace(mentions, keys=[key for key in mentions.keys if key not in missed]) for mentions in page.mentions
        )
        return replace(page, rows=(*page.rows, *fetched), mentions=known)

    def _payloads(self, keys: Sequence[str]) -> Mapping[str, Mapping[str, JsonValue]]:
        names = {key if self._hash is None else self._hash(key): key for key in keys}
        return {names[name]: json.loads(payload) for name, payload in self._known.payloads(list(names)).items()}


def counts_of(read: SourceRead) -> dict[str, int | str | bool]:
    """What the asset shows of a read."""
    counts: dict[str, int | str | bool] = {
        "rows": sum(batch.n_rows for batch in read.batches),
        "faults": sum(batch.n_faults for batch in read.batches),
        "batches": len(read.batches),
        "is_read": True,
    }
    return counts if read.failure is None else {**counts, "error": read.failure.code}
