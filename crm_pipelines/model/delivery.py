"""What a connector hands over: rows as the source said them, in pages, each page with the bookmark after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, TypeAlias

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
class Page:
    """A bounded number of rows and the bookmark that stands after them.

    Attributes:
        rows: in the order of the source.
        bookmark: where the next read goes on; opaque to everybody but the connector, JSON, no personal data.
        ends_complete_read: true on the last page of a read that showed every live row of the source; the absence of a
            key in all pages of the read is then its deletion.
    """

    rows: tuple[DeliveredRow, ...]
    bookmark: Bookmark
    ends_complete_read: bool = False


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

    `options` is the pydantic model of the source's entry in `crm_pipelines.yaml` (without `connector`, `schedule`,
    `timezone`, `complete_shrink_limit`); `default_mapping` names the mapping shipped for a connector of fixed shape.
    """

    options: ClassVar[type[BaseModel]]
    default_mapping: ClassVar[str | None]
    key_is_personal: bool

    def __init__(self, options: Any, context: SourceContext) -> None:  # noqa: ANN401 - each connector has its own options
        """Take the validated options; open nothing yet."""

    def check(self) -> None:
        """Try the source without reading rows.

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
