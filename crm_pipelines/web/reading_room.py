"""What pages read: the current publication and the ledger of now, for one request at a time.

A publication never changes, so one connection a version is kept open and every look gets a cursor of its own. What has
been worked out over publication and ledger is kept for the next look, until one of the two has moved on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from queue import Empty, LifoQueue
from threading import Lock

import duckdb

from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.foresight import Foresight
from crm_pipelines.stores.ledger.facts import Decision, Pin
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.models import ModelStore
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.review_desk import ReviewDesk
from crm_pipelines.stores.search_index import SearchIndex

_MOST_KEPT = 4


@dataclass
class Look:
    """One request's look at a publication and the ledger.

    Attributes:
        version: of the publication.
        seq: place in the ledger up to which it was read.
        con: a cursor of the publication that nobody else uses.
        desk: both, as a steward meets them.
        loaded: the project.
        pins: all of the ledger.
    """

    version: str
    seq: int
    con: duckdb.DuckDBPyConnection
    desk: ReviewDesk
    loaded: LoadedProject
    pins: Sequence[Pin] = ()

    @cached_property
    def evidence(self) -> PairEvidence:
        """The scored pairs and the model that scored them."""
        return PairEvidence.of(self.con, ModelStore(ProjectPaths(self.loaded.root).models))

    @cached_property
    def foresight(self) -> Foresight:
        """What decisions would do."""
        return Foresight.of(self.con, self.loaded, self.evidence.model)


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
        self._version: str | None = None
        self._con: duckdb.DuckDBPyConnection | None = None
        self._decisions: list[Decision] = []
        self._pins: list[Pin] = []
        self._seq = 0
        self._kept: LifoQueue[Look] = LifoQueue(_MOST_KEPT)

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

    def close(self) -> None:
        """Let go of the publication."""
        with self._lock:
            self._forget()

    def _taken(self) -> Look:
        with self._lock:
            con, decisions = self._current(), self._decisions_of_now()
            found = self._kept_look()
            if found is not None:
                return found
            cursor = con.cursor()
            return Look(str(self._version), self._seq, cursor, ReviewDesk(cursor, decisions), self._loaded, self._pins)

    def _kept_look(self) -> Look | None:
        """The last look that nobody uses, if nothing moved on since."""
        while True:
            try:
                found = self._kept.get_nowait()
            except Empty:
                return None
            if (found.version, found.seq) == (self._version, self._seq):
                return found
            found.con.close()

    def _put_back(self, look: Look) -> None:
        with self._lock:
            if (look.version, look.seq) == (self._version, self._seq) and not self._kept.full():
                self._kept.put_nowait(look)
                return
        look.con.close()

    def _current(self) -> duckdb.DuckDBPyConnection:
        version = self._publications.current_version()
        if self._con is None or version != self._version:
            self._forget()
            self._con = self._publications.connect_current()
            self._version = str(self._con.execute("select current_database()").fetchall()[0][0])
        return self._con

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
        if self._con is not None:
            self._con.close()
        self._con = self._version = None
