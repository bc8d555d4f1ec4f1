"""Where everything lies in a project folder; all that a run writes is below `data/`."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """The paths of one project.

    Attributes:
        root: the project folder, absolute.
    """

    root: Path

    @property
    def configuration(self) -> Path:
        """Sources, destinations, stores, schedules."""
        return self.root / "crm_pipelines.yaml"

    @property
    def environment(self) -> Path:
        """Secrets, out of version control."""
        return self.root / ".env"

    @property
    def mappings(self) -> Path:
        """What the fields of each source mean."""
        return self.root / "mappings"

    @property
    def rules(self) -> Path:
        """The project's overrides of the shipped rules."""
        return self.root / "rules"

    @property
    def data(self) -> Path:
        """All that is written: where this path lies is where the data reside."""
        return self.root / "data"

    @property
    def landing(self) -> Path:
        """Immutable batches as the sources delivered them."""
        return self.data / "landing"

    @property
    def inbox(self) -> Path:
        """What came by webhook or by hand, one folder a source."""
        return self.data / "inbox"

    @property
    def models(self) -> Path:
        """Model versions."""
        return self.data / "models"

    @property
    def labels(self) -> Path:
        """What people said of pairs they were shown to learn from."""
        return self.data / "labels.jsonl"

    @property
    def identity(self) -> Path:
        """The identity log."""
        return self.data / "identity"

    @property
    def ledger(self) -> Path:
        """What people decided (SQLite; a team's PostgreSQL stands in the configuration instead)."""
        return self.data / "ledger.db"

    @property
    def ledger_url(self) -> str:
        """`ledger` as a database URL."""
        return f"sqlite:///{self.ledger}"

    @property
    def warehouse(self) -> Path:
        """The pipeline's working memory; may be deleted, the next run rebuilds it."""
        return self.data / "warehouse.duckdb"

    @property
    def values(self) -> Path:
        """Values once standardised, kept to save time; may be deleted, and is written anew."""
        return self.data / "values"

    @property
    def search_index(self) -> Path:
        """By what customers are found; may be deleted, and is made anew."""
        return self.data / "search" / "index.sqlite"

    @property
    def publication(self) -> Path:
        """The last good publication, which the next one starts from."""
        return self.data / "publication.duckdb"

    @property
    def publication_candidate(self) -> Path:
        """The publication in the making; no reader ever opens it."""
        return self.data / "publication.candidate.duckdb"

    @property
    def alerts(self) -> Path:
        """Which alerts are open and what is still to be sent; may be deleted: what is wrong is told anew."""
        return self.data / "alerts.db"

    @property
    def plans(self) -> Path:
        """What changes would do, and who signed for them."""
        return self.data / "plans"

    @property
    def published(self) -> Path:
        """Immutable publications and operations files, and their pointers."""
        return self.data / "published"

    @property
    def current(self) -> Path:
        """Names the publication that readers open."""
        return self.published / "CURRENT"

    @property
    def followed(self) -> Path:
        """Says how far the publication that readers open has followed what people decided."""
        return self.published / "FOLLOWED"

    @property
    def operations(self) -> Path:
        """Names the operations file that readers open."""
        return self.published / "OPERATIONS"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME of the project."""
        return self.data / "dagster"

    @property
    def lock(self) -> Path:
        """Held by the one writer."""
        return self.data / "run.lock"

    def inbox_of(self, source: str) -> Path:
        """The inbox of one source."""
        return self.inbox / source

    def resolve(self, path: str) -> Path:
        """A path of the configuration, which hangs from the project folder unless it is absolute."""
        return (self.root / path).absolute()
