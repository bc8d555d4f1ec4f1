"""The project file `crm_pipelines.yaml` as a frozen value."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from crm_pipelines.rules.expectation import Expectation
from crm_pipelines.rules.frozen import Cron, Frozen, refusal
from crm_pipelines.rules.inbox import InboxEntry
from crm_pipelines.rules.sign_in import SignIn

SOURCE_NAME_PATTERN = r"[a-z][a-z0-9_]*"
ENTRY_FIELDS = (
    "connector",
    "formerly",
    "schedule",
    "timezone",
    "complete_shrink_limit",
    "schema_contract",
    "read_budget_minutes",
    "watch",
    "expected_every",
    "reconcile",
    "inbox",
)


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown names, names that are paths, names that are folders
        raise refusal("configuration.wrong_value", "configuration.expected.timezone") from None
    return name


TimeZone = Annotated[str, AfterValidator(_time_zone)]
SourceName = Annotated[str, Field(pattern=f"^{SOURCE_NAME_PATTERN}$", max_length=60)]


class SourceEntry(Frozen):
    """One source as the project file declares it.

    Attributes:
        connector: a name of the registry.
        formerly: the name that the ids of its records carry, when the source was called otherwise once; its rows keep
            their ids, verdicts and customers under the new name.
        schedule: cron pattern in the project's timezone; None: only when asked.
        timezone: of times without a zone; None: the project's.
        complete_shrink_limit: share of the live rows, 0..1, by which a complete read may shrink before it is held.
        schema_contract: what happens when a column comes, goes or changes its type: `evolve` takes the rows and tells,
            but stops a table where a column that the mapping reads is gone; `freeze` stops it at any change until
            somebody accepts it; `set_aside` puts the rows that differ into quarantine.
        read_budget_minutes: in a run that a schedule or sensor started, a read that takes longer is broken off behind a
            page, so that the other sources have their turn; the next one goes on from there. Complete reads and audits
            are not: they could not be gone on with.
        watch: a run starts as soon as the source's local files change.
        expected_every: how often it is to be read and to bring a row; None: it is never late.
        reconcile: columns of numbers (an amount) whose sums are accounted for beside the rows.
        inbox: who may post rows to the source over HTTP; None: nobody.
        options: all other keys, as text; the connector's own model types them.
    """

    connector: str = Field(min_length=1)
    formerly: SourceName | None = None
    schedule: Cron | None = None
    timezone: TimeZone | None = None
    complete_shrink_limit: float = Field(default=0.2, ge=0, le=1)
    schema_contract: Literal["evolve", "freeze", "set_aside"] = "evolve"
    read_budget_minutes: float = Field(default=10, gt=0)
    watch: bool = False
    expected_every: Expectation | None = None
    reconcile: tuple[str, ...] = ()
    inbox: InboxEntry | None = None
    options: Mapping[str, Any] = Field(default={}, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, written: Any) -> Any:
        if not isinstance(written, dict) or not written.keys().isdisjoint({"options"}):
            return written
        entry = {name: written[name] for name in ENTRY_FIELDS if written.get(name) is not None}
        return {**entry, "options": {name: value for name, value in written.items() if name not in ENTRY_FIELDS}}


class Stores(Frozen):
    """Where what people decided is kept.

    Attributes:
        ledger_url: SQLAlchemy URL; a relative SQLite path hangs from the project folder.
    """

    ledger_url: str = Field(default="sqlite:///data/ledger.db", repr=False)


class Schedules(Frozen):
    """Cron patterns of what is no single source's.

    Attributes:
        run: all sources and everything after them; None: only the schedules of the sources.
    """

    run: Cron | None = None


class Project(Frozen):
    """The project file.

    Attributes:
        sources: by name, in the order of the file.
        destinations: reserved for the systems that receive changes.
        sign_in: how people come in to the pages.
        timezone: IANA name, of schedules and of times without a zone.
        language: of reports and messages when the reader did not choose.
        country: ISO 3166 alpha-2 of phones and addresses that name none.
    """

    sources: Mapping[SourceName, SourceEntry] = {}
    destinations: Mapping[SourceName, Mapping[str, Any]] = {}
    stores: Stores = Stores()
    schedules: Schedules = Schedules()
    sign_in: SignIn = SignIn()
    timezone: TimeZone = "Asia/Tokyo"
    language: Literal["ja", "en"] = "ja"
    country: str = Field(default="JP", pattern=r"^[A-Z]{2}$")

    @model_validator(mode="before")
    @classmethod
    def _without_empty_entries(cls, written: Any) -> Any:
        if isinstance(written, dict):
            return {name: value for name, value in written.items() if value is not None}
        return written

    def timezone_of(self, source: str) -> str:
        """The timezone in which a source's times without a zone are read."""
        return self.sources[source].timezone or self.timezone
