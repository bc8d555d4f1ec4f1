"""Lists whose pages have numbers, whose rows move from page to page while they are read.

A list in the order of change is asked on from the time of its last row, always for the first page; further pages are
asked for only while rows share one time. A list in any other order is read by number. Pages behind a first one are read
again until that brings nothing new, because a row that leaves a page pulls the first one of the next page onto it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from connectors.kit.cursor_guard import CursorGuard
from connectors.kit.cursors import KnownRows, row_hash
from connectors.kit.http_answers import Answer
from connectors.kit.object_rows import TimeRange, field_of
from connectors.kit.rows import Place
from connectors.kit.time_windows import TimeWindow, iso_or_unix
from crm_pipelines.model.delivery import DeliveredRow, JsonValue
from crm_pipelines.model.errors import FatalSourceError

BORDER = timedelta(seconds=1)
"""Deducted from the time a list is asked on from: services differ in whether "since" includes that second."""
MOST_TURNS = 3


class ListPage(NamedTuple):
    """The new rows of one page, the state of the list's window after it, and whether it was the last."""

    rows: tuple[DeliveredRow, ...]
    state: dict[str, JsonValue]
    is_last: bool


@dataclass(frozen=True, slots=True)
class NumberedList:
    """How one list is asked for.

    Attributes:
        source: the source's name in the project.
        name: of the list, as errors and positions show it.
        ask: the page of a number, of what changed since a time.
        deliver: an element and its place as a row.
        page_size: rows a page; a shorter one without a link to a next page is the last.
        changed: the field with the time of change.
        is_ordered: the list is in ascending order of that field.
        last_page: the service shows no page behind it; None: it shows all.
    """

    source: str
    name: str
    ask: Callable[[datetime, int], Answer]
    deliver: Callable[[JsonValue, Place], DeliveredRow]
    page_size: int
    changed: str = "updated_at"
    is_ordered: bool = False
    last_page: int | None = None


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is asked for next.

    Attributes:
        since: the time to ask from.
        page: its number.
        turn: how many times the pages of this time were begun.
        has_new: this turn brought a row.
        n_pages: of the turn before.
        now: the service's clock when a list by number was begun: what changed later may stand on a page already read.
    """

    since: datetime
    page: int = 1
    turn: int = 1
    has_new: bool = False
    n_pages: int = 1
    now: datetime | None = None

    @classmethod
    def from_json(cls, stored: JsonValue, since: datetime) -> "_Spot":
        match stored:
            case [int() as page, int() as turn, bool() as has_new, int() as n_pages, now]:
                return cls(since, page, turn, has_new, n_pages, iso_or_unix(now))
        return cls(since)

    def as_json(self) -> JsonValue:
        now = None if self.now is None else self.now.isoformat()
        return [self.page, self.turn, self.has_new, self.n_pages, now]

    @property
    def is_at_rest(self) -> bool:
        """Whether, with this page as the last, another turn is not worth it: nothing moved, as far as can be seen."""
        is_short = self.page < self.n_pages  # a page of before in place of the one that was asked for may end a turn
        return self.turn >= MOST_TURNS or not (is_short or (self.has_new and self.page > 1))


def read_list(each: NumberedList, window: TimeWindow, begin: datetime, within: TimeRange) -> Iterator[ListPage]:
    """The pages of a list, the new rows of each.

    Args:
        each: the list.
        window: of this list; goes on where it was broken off.
        begin: the time to ask from; the same for the whole of a read.
        within: rows outside are left out.

    Raises:
        FatalSourceError: `source.page_limit`, more rows share one time than the service shows;
            `source.cursor_stands_still`, `source.unexpected_answer` and those of the client.
        RetriableSourceError: those of the client.
    """
    spot, number = _Spot.from_json(window.position, begin), 0
    guard, met = CursorGuard(each.source, each.name), dict[bytes, None]()
    following: _Spot | None = spot
    while following is not None:
        spot, number = following, number + 1
        if each.last_page is not None and spot.page > each.last_page:
            raise FatalSourceError("source.page_limit", source=each.source, stream=each.name, expected=each.last_page)
        answer = each.ask(spot.since, spot.page)
        values = answer.listed()
        guard.go_on([spot.since.isoformat(), spot.turn, values])
        if not each.is_ordered and spot.now is None:
            spot = replace(spot, now=answer.server_time)
        window.now = answer.server_time if each.is_ordered else spot.now
        rows = _new_rows(each, window, values, number, within)
        rows = [row for row in rows if row_hash(row) not in met]
        met |= dict.fromkeys(row_hash(row) for row in rows)
        following = _following(each, replace(spot, has_new=spot.has_new or bool(rows)), answer, values, within)
        yield ListPage(tuple(rows), _state(each, window, following, met), following is None)


def _new_rows(
    each: NumberedList, window: TimeWindow, values: Sequence[JsonValue], number: int, within: TimeRange
) -> list[DeliveredRow]:
    stamped = []
    for at, value in enumerate(values, start=1):
        stamp = field_of(value, each.changed)
        if within.holds(stamp):
            stamped.append((each.deliver(value, Place(f"{each.name} page {number}", at)), stamp))
    return window.fresh(stamped)


def _following(
    each: NumberedList, spot: _Spot, answer: Answer, values: Sequence[JsonValue], within: TimeRange
) -> _Spot | None:
    """What to ask for next; None at the end."""
    has_more = answer.next_link is not None or len(values) >= each.page_size
    last = _last_time(each, answer, values) if each.is_ordered and has_more else None
    if last is not None and within.until is not None and last >= within.until:
        return None
    is_later = last is not None and last - BORDER > spot.since
    if has_more and not is_later:
        return replace(spot, page=spot.page + 1)
    if not spot.is_at_rest:
        return replace(spot, page=1, turn=spot.turn + 1, has_new=False, n_pages=spot.page)
    return None if last is None or not is_later else _Spot(last - BORDER)


def _last_time(each: NumberedList, answer: Answer, values: Sequence[JsonValue]) -> datetime | None:
    """The time of the last row.

    Raises:
        FatalSourceError: `source.unexpected_answer`, the rows are in another order, so that going on would lose some.
    """
    found = [iso_or_unix(field_of(value, each.changed)) for value in values]
    moments = [moment for moment in found if moment is not None]
    if moments != sorted(moments):
        raise answer.unexpected(f"{each.changed}: ascending", f"{each.changed}: in no order")
    return moments[-1] if moments else None


def _state(
    each: NumberedList, window: TimeWindow, following: _Spot | None, met: Iterable[bytes]
) -> dict[str, JsonValue]:
    """The state after a page; of a list by number with all its rows, because every page may come again."""
    if following is None:
        return window.ended_json()
    if each.is_ordered:
        return window.as_json()
    state = window.as_json(following.as_json())
    known = KnownRows.from_json(state["known"])
    known.add(met)
    return {**state, "known": known.as_json()}
