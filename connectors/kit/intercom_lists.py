"""Intercom's searches and lists: filters by day, pages by cursor, objects as rows, and the audit of all keys."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, NamedTuple, TypeAlias, get_args

from connectors.kit.cursor_guard import CursorGuard
from connectors.kit.html_text import html_text
from connectors.kit.http import HttpClient
from connectors.kit.http_answers import Answer
from connectors.kit.json_rows import json_kind
from connectors.kit.object_rows import TimeRange, field_of, object_row
from connectors.kit.rows import Place, key_text
from connectors.kit.time_windows import Stamp
from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Mentions

Stream: TypeAlias = Literal["contacts", "conversations"]
STREAMS: tuple[Stream, ...] = get_args(Stream)
PREFIX: Mapping[Stream, str] = {"contacts": "", "conversations": "conversation/"}
"""Of keys: contacts and conversations are numbered each for themselves."""
_OBJECTS: Mapping[Stream, str] = {"contacts": "data", "conversations": "conversations"}
_DAY = timedelta(hours=26)
"""Longer than any day of any time zone, also one on which clocks are put back."""
_MANY = 50
"""Ids in one search."""
_LISTED_SHARE = 0.99
"""Of the keys that Intercom counts: an audit that lists fewer broke off somewhere."""
_EXPIRED = (400, 404, 422)


class ListPage(NamedTuple):
    """The objects of a page, the answer they came in, and the cursor of the next page; None: it was the last."""

    values: list[JsonValue]
    answer: Answer
    following: str | None


class AuditPage(NamedTuple):
    """Mentions of keys, the state after them, and whether with them every key was shown."""

    mentions: Mentions
    state: dict[str, JsonValue]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one workspace.

    Attributes:
        client: of the workspace.
        source: the source's name in the project.
        page_size: objects a page.
    """

    client: HttpClient
    source: str
    page_size: int

    def found(self, stream: Stream, filters: Sequence[JsonValue], after: str | None = None) -> Answer:
        """One page of a search, in the order of change; of a status in `_EXPIRED` if the cursor is not taken."""
        body: dict[str, JsonValue] = {
            "query": {"operator": "AND", "value": [*filters]},
            "sort": {"field": "updated_at", "order": "ascending"},
            "pagination": {"per_page": self.page_size} | ({} if after is None else {"starting_after": after}),
        }
        return self.client.post(f"/{stream}/search", body, allowed=() if after is None else _EXPIRED)

    def by_id(self, stream: Stream, ids: Sequence[str]) -> Iterator[list[JsonValue]]:
        """The objects of these ids as they are now, page by page; those that are gone are left out."""
        size = min(_MANY, self.page_size)
        for at in range(0, len(ids), size):
            yield self.found(stream, [search_filter("id", "IN", [*ids[at : at + size]])]).listed(_OBJECTS[stream])

    def pages(
        self, stream: Stream, ask: Callable[[str | None], Answer], after: JsonValue, lost: Callable[[], None]
    ) -> Iterator[ListPage]:
        """The pages of a list from a cursor on; it is begun again when the cursor is not taken any more.

        Args:
            stream: of the objects.
            ask: a page, from a cursor on.
            after: the cursor to begin with; None: the beginning.
            lost: is called before the list is begun again.

        Raises:
            FatalSourceError: `source.cursor_stands_still`, `source.unexpected_answer`, and those of the client.
            RetriableSourceError: those of the client.
        """
        guard, cursor = CursorGuard(self.source, stream), after if isinstance(after, str) else None
        while True:
            guard.go_on(cursor)
            answer = ask(cursor)
            if answer.status in _EXPIRED:
                cursor = None
                lost()
                continue
            cursor = _following(answer)
            yield ListPage(answer.listed(_OBJECTS[stream]), answer, cursor)
            if cursor is None:
                return

    def audit(self, state: JsonValue, now: str) -> Iterator[AuditPage]:
        """All keys as mentions; goes on where an audit was broken off.

        It proves nothing when an id could not be read, or when it listed fewer keys than Intercom counts (but for the
        few that came while it ran).

        Args:
            state: what an audit left in the bookmark.
            now: the time of the audit for its last state.
        """
        begun, after, n_shown = field_of(state, "stream"), field_of(state, "after"), _number(field_of(state, "n"))
        is_whole = field_of(state, "is_whole") is not False

        def begin_again() -> None:
            nonlocal n_shown
            n_shown = 0

        for stream in STREAMS[STREAMS.index(begun) :] if begun in STREAMS else STREAMS:
            for number, page in enumerate(self.pages(stream, self._lister(stream), after, begin_again), start=1):
                keys = [key_text([field_of(value, "id")]) for value in page.values]
                n_shown += len(keys)
                is_whole = is_whole and None not in keys
                going_on = {"stream": stream, "after": page.following, "n": n_shown, "is_whole": is_whole}
                if page.following is None:
                    n_wanted = _number(page.answer.mapping().get("total_count")) * _LISTED_SHARE
                    is_whole = is_whole and n_shown >= n_wanted
                    going_on = {"stream": STREAMS[-1], "after": None, "n": 0, "is_whole": is_whole}
                is_last = page.following is None and stream == STREAMS[-1]
                audit: dict[str, JsonValue] = {"at": now} if is_last else {"at": field_of(state, "at"), **going_on}
                yield AuditPage(_mentions(keys, stream, number), audit, is_last and is_whole)
            after, n_shown = None, 0

    def _lister(self, stream: Stream) -> Callable[[str | None], Answer]:
        def contacts(after: str | None) -> Answer:
            params: dict[str, str | int] = {"per_page": self.page_size}
            params |= {} if after is None else {"starting_after": after}
            return self.client.get("/contacts", params, allowed=() if after is None else _EXPIRED)

        def conversations(after: str | None) -> Answer:
            return self.found("conversations", [search_filter("created_at", ">", 0)], after)

        return contacts if stream == "contacts" else conversations


def search_filter(field: str, operator: str, value: JsonValue) -> dict[str, JsonValue]:
    """One condition of a search."""
    return {"field": field, "operator": operator, "value": value}


def changed_within(within: TimeRange) -> list[JsonValue]:
    """Conditions that hold for every object changed within a range, and for others of the days around it.

    `>` begins with the day after the one named, `<` ends with the day before, in the time zone of the workspace.
    """
    since = 0 if within.since is None else max(0, int((within.since - _DAY).timestamp()))
    filters: list[JsonValue] = [search_filter("updated_at", ">", since)]
    if within.until is not None:
        filters.append(search_filter("updated_at", "<", int((within.until + _DAY).timestamp())))
    return filters


def stamped_rows(
    values: Sequence[JsonValue], stream: Stream, page: str, within: TimeRange
) -> list[tuple[DeliveredRow, Stamp]]:
    """The objects that changed within a range as rows, each with its time of change.

    A conversation's row also has `contact_id`, of the contact it was begun with, and `body_text`, its first message
    without markup.
    """
    stamped = []
    for at, value in enumerate(values, start=1):
        stamp = field_of(value, "updated_at")
        if within.holds(stamp):
            more = _conversation_part(value) if stream == "conversations" else None
            stamped.append((object_row(value, Place(page, at), stream, prefix=PREFIX[stream], more=more), stamp))
    return stamped


def _conversation_part(value: JsonValue) -> dict[str, JsonValue]:
    contacts, body = field_of(field_of(value, "contacts"), "contacts"), field_of(field_of(value, "source"), "body")
    first = contacts[0] if isinstance(contacts, list) and contacts else None
    return {
        "contact_id": field_of(first, "id"),
        "body_text": html_text(body) if isinstance(body, str) else None,
    }


def _mentions(keys: Sequence[str | None], stream: Stream, number: int) -> Mentions:
    shown = [f"{PREFIX[stream]}{key}" for key in keys if key is not None]
    return Mentions(shown, f"audit of {stream} page {number}", stream)


def _following(answer: Answer) -> str | None:
    """The cursor of the next page.

    Raises:
        FatalSourceError: `source.unexpected_answer`, there is a next page, but no cursor.
    """
    following = field_of(answer.mapping().get("pages"), "next")
    if following is None:
        return None
    cursor = field_of(following, "starting_after")
    if isinstance(cursor, str):
        return cursor
    raise answer.unexpected("pages.next.starting_after: string", json_kind(cursor))


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0
