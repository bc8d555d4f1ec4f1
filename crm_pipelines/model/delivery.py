"""What a connector hands over: rows as the source said them, in pages, each page with the bookmark after it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel

from crm_pipelines.model.errors import Fault

JsonValue: TypeAlias = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
Bookmark: TypeAlias = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class DeliveredRow:
    """One row as the source delivered it.

    Attributes:
        key: the row's key as the source writes it; None when it has none (the row goes to quarantine).
        data: the row, verbatim; column or property name to JSON value.
        position: where it stood (`customers.csv:17`, `inbox.mbox:12`, `page 3, row 9`); never a customer's value.
        stream: which kind of row, for sources with several (`users`, `tickets`); `main` otherwise.
        fault: why the row could not be read; `data` then holds what is left of it under `raw`.
        is_deleted: the source says that the row of this key is gone.
    """

    key: str | None
    data: Mapping[str, JsonValue]
    position: str
    stream: str = "main"
    fault: Fault | None = None
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Mentions:
    """Keys that a source was asked for alone: their rows are still there, unchanged as far as anybody knows.

    Kept together, because an audit shows every key there is. The row of a key that is not known yet is fetched with
    `KeyedConnector.rows`.

    Attributes:
        keys: as `DeliveredRow.key`.
        position: of all of them; the one at place i stands at `position:first + i`.
        stream: as `DeliveredRow.stream`.
        first: place of the first key.
    """

    keys: Sequence[str]
    position: str
    stream: str = "main"
    first: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A bounded number of rows and the bookmark that stands after them.

    Attributes:
        rows: in the order of the source.
        bookmark: where the next read goes on; opaque to everybody but the connector, JSON, no personal data.
        mentions: keys shown beside the rows, by an audit.
        ends_complete_read: true on the last page of a read that showed every live row of the source; the absence of a
            key in all pages of the read is then its deletion.
    """

    rows: tuple[DeliveredRow, ...]
    bookmark: Bookmark
    ends_complete_read: bool = False
    mentions: tuple[Mentions, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a connector may know of the world: nothing it would have to ask a clock, an environment or a store for.

    Attributes:
        name: the source's name in the project.
        project_folder: absolute; relative paths of the options hang from it.
        timezone: IANA name; times without a zone are read in it.
    """

    name: str
    project_folder: str
    timezone: str = "Asia/Tokyo"
    secrets: Mapping[str, str] = field(default_factory=dict)


class Connector(Protocol):
    """A source system. A connector fetches and does not interpret: what a field means is a mapping.

    `options` is the pydantic model of the source's entry in `crm_pipelines.yaml` (without the fields that every source
    has, `rules.project.ENTRY_FIELDS`); `default_mapping` names the mapping shipped for a connector of fixed shape. A
    connector of tables sets `has_columns = True`: each of its rows has every column, so that one row tells that a
    column is gone.
    """

    options: ClassVar[type[BaseModel]]
    default_mapping: ClassVar[str | None]
    key_is_personal: bool

    def __init__(self, options: Any, context: SourceContext) -> None:  # each connector has its own options
        """Take the validated options; open nothing yet."""

    def check(self) -> tuple[Fault, ...]:
        """Try the source without reading rows.

        Returns:
            Advice: what works and should still be changed (codes `advice.*`), as a user who may write.

        Raises:
            RetriableSourceError: it may work later.
            FatalSourceError: somebody must act.
        """

    def pages(self, bookmark: Bookmark | None) -> Iterator[Page]:
        """Yield the pages after the bookmark (all of them for None), each with the bookmark after it.

        Raises:
            RetriableSourceError: it may work later; pages yielded before are good.
            FatalSourceError: somebody must act.
        """


@runtime_checkable
class RangeConnector(Connector, Protocol):
    """A connector that can read a range of time again: a backfill."""

    def range_pages(self, since: datetime, until: datetime, bookmark: Bookmark | None) -> Iterator[Page]:
        """Yield the rows that changed in `[since, until)` (aware times), whatever was read before.

        The bookmark is of this backfill alone (None at its start); the one that `pages` goes on from stays as it is.
        Rows outside the range may come too, where the source knows only days.
        """


@runtime_checkable
class KeyedConnector(Connector, Protocol):
    """A connector that can fetch single rows by key."""

    def rows(self, keys: Sequence[str]) -> Iterator[DeliveredRow]:
        """Yield the rows of these keys as they are now; keys that are gone are left out."""
