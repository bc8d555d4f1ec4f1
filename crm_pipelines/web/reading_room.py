"""What pages read: the current publication and the ledger of now, for one request at a time.

A publication never changes, so one connection a version is kept open and every look gets a cursor of its own. What has
been worked out over publication and ledger is kept for the next look, until one of the two has moved on.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock

import duckdb

from crm_pipelines.clustering.questions import Question
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.foresight import Foresight
from crm_pipelines.stores.ledger.facts import Decision, Pin
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence, scored_with
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.queue_facets import Queue
from crm_pipelines.stores.review_desk import ReviewDesk
from crm_pipelines.stores.search_index import SearchIndex
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.warehouse import connect

_MOST_KEPT = 4


@dataclass
class OpenPublication:
    """A publication that is open, with what all looks at it have in common.

    Attributes:
        version: of it.
        con: for cursors, which are made under the room's lock; nobody reads with it.
        loaded: the project.
        search: the index of the customers, which may be of an older one.
        n_looks: at it now. Closing the connection ends its cursors, so the last look that comes back closes it.
        best_pairs: question id -> the pair of records that its page compares, of the questions that were opened or are
            likely to be next; finding it reads through all pairs.
    """

    version: str
    con: duckdb.DuckDBPyConnection
    loaded: LoadedProject
    search: SearchIndex
    n_looks: int = 0
    best_pairs: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    _model: list[tuple[ModelVersion, str]] = field(default_factory=list)
    _queue: list[Queue] = field(default_factory=list)
    _reading: Lock = field(default_factory=Lock)

    def scored_with(self, cursor: duckdb.DuckDBPyConnection) -> tuple[ModelVersion, str]:
        """The model that scored its pairs, read once, with the cursor of whoever is the first to ask."""
        with self._reading:
            if not self._model:
                self._model.append(scored_with(cursor, ModelStore(ProjectPaths(self.loaded.root).models)))
            return self._model[0]

    def queue(self, cursor: duckdb.DuckDBPyConnection) -> Queue:
        """Its questions, read once, likewise."""
        model, _ = self.scored_with(cursor)
        with self._reading:
            if not self._queue:
                self._queue.append(Queue.of(cursor, model))
            return self._queue[0]


@dataclass
class Look:
    """One request's look at a publication and the ledger.

    Attributes:
        publication: what is looked at.
        seq: place in the ledger up to which it was read.
        con: a cursor of the publication that nobody else uses.
        desk: both, as a steward meets them.
        pins: all of the ledger.
    """

    publication: OpenPublication
    seq: int
    con: duckdb.DuckDBPyConnection
    desk: ReviewDesk
    pins: Sequence[Pin] = ()

    @property
    def version(self) -> str:
        """Of the publication."""
        return self.publication.version

    @property
    def loaded(self) -> LoadedProject:
        """The project."""
        return self.publication.loaded

    def customers_with(self, record_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Golden id -> all live records, of the customers that hold any of some; out of the index where it can tell."""
        found = self.publication.search.customers_holding(self.version, record_ids)
        if found is None:
            rows = self.con.execute(statement("customers_with"), {"records": list(record_ids)}).fetchall()
            found = {name: tuple(records) for name, records in rows}
        return found

    def best_pair(self, question: Question) -> tuple[str, str] | None:
        """The two records that a question's page compares; None where no two are of one customer type."""
        known = self.publication.best_pairs
        if question.question_id not in known:
            known[question.question_id] = self.evidence.best_pair(question.record_ids_left, question.record_ids_right)
        return known[question.question_id]

    @cached_property
    def evidence(self) -> PairEvidence:
        """The scored pairs and the model that scored them."""
        shown = self.publication
        return PairEvidence(self.con, *shown.scored_with(self.con), index=partial(shown.search.records, shown.version))

    @property
    def queue(self) -> Queue:
        """The questions of the publication, for lists of them."""
        return self.publication.queue(self.con)

    @cached_property
    def foresight(self) -> Foresight:
        """What decisions would do."""
        return Foresight.of(self.con, self.loaded, self.evidence.model, self.customers_with)


class ReadingRoom:
    """Hands out looks; used by many threads.

    Args:
        loaded: the project.
        ledger: open.

    Attributes:
        paths: of the project.
        search: the index of the customers.
    """

    def __init__(self, loaded: LoadedProject, ledger: Ledger) -> None:
        self.paths = ProjectPaths(loaded.root)
        self.search = SearchIndex(self.paths.search_index)
        self._loaded = loaded
        self._publications = Publications(self.paths)
        self._ledger = ledger
        self._lock = Lock()
        self._open: OpenPublication | None = None
        self._decisions: list[Decision] = []
        self._pins: list[Pin] = []
        self._seq = 0
        self._kept: LifoQueue[Look] = LifoQueue(_MOST_KEPT)
        self._behind = ThreadPoolExecutor(1, "next-question")
        self._ahead: Future[None] | None = None

    @property
    def loaded(self) -> LoadedProject:
        """The project."""
        return self._loaded

    @contextmanager
    def look(self) -> Iterator[Look]:
        """A look that is this request's alone.

        Raises:
            StoreError: `store.no_publication`, `store.cannot_open`, `store.ledger_unavailable`.
        """
        look = self._taken()
        try:
            yield look
        finally:
            self._put_back(look)

    def look_ahead(self, question_id: str) -> None:
        """Work out what takes longest of a question's page while its reader is at another one; if there is time."""
        if self._ahead is None or self._ahead.done():
            self._ahead = self._behind.submit(self._looked_ahead, question_id)

    def settle(self) -> None:
        """Wait until nothing is looked at in the background."""
        if self._ahead is not None:
            wait([self._ahead])

    def _looked_ahead(self, question_id: str) -> None:
        with suppress(CrmPipelinesError, duckdb.Error), self.look() as look:  # whoever opens it is told
            look.best_pair(look.desk.question(question_id))

    def close(self) -> None:
        """Let go of the publication, and of the index in the making."""
        self._behind.shutdown(cancel_futures=True)
        with self._lock:
            self._forget()
        self.search.close()

    def _taken(self) -> Look:
        with self._lock:
            shown, decisions = self._current(), self._decisions_of_now()
            self.search.follow_later(partial(connect, self._file_of(shown.version), read_only=True), shown.version)
            shown.n_looks += 1
            found = self._kept_look(shown)
            if found is not None:
                return found
            cursor = shown.con.cursor()
            return Look(shown, self._seq, cursor, ReviewDesk(cursor, decisions), self._pins)

    def _kept_look(self, shown: OpenPublication) -> Look | None:
        """The last look that nobody uses, if nothing moved on since."""
        while True:
            try:
                found = self._kept.get_nowait()
            except Empty:
                return None
            if found.publication is shown and found.seq == self._seq:
                return found
            found.con.close()

    def _put_back(self, look: Look) -> None:
        with self._lock:
            shown = look.publication
            shown.n_looks -= 1
            if shown is self._open and look.seq == self._seq and not self._kept.full():
                self._kept.put_nowait(look)
                return
            look.con.close()
            if shown is not self._open and not shown.n_looks:
                shown.con.close()

    def _file_of(self, version: str) -> Path:
        return self.paths.published / f"{version}.duckdb"

    def _current(self) -> OpenPublication:
        if self._open is None or self._publications.current_version() != self._open.version:
            self._forget()
            con = self._publications.connect_current()
            version = str(con.execute("select current_database()").fetchall()[0][0])
            self._open = OpenPublication(version, con, self._loaded, self.search)
        return self._open

    def _decisions_of_now(self) -> Sequence[Decision]:
        seq = self._ledger.head_seq()
        if seq > self._seq:
            self._decisions = [*self._decisions, *self._ledger.decisions(seq, after=self._seq)]
            self._pins = [*self._pins, *self._ledger.pins(seq, after=self._seq)]
            self._seq = seq
        return self._decisions

    def _forget(self) -> None:
        with suppress(Empty):
            while True:
                self._kept.get_nowait().con.close()
        if self._open is not None and not self._open.n_looks:
            self._open.con.close()
        self._open = None
