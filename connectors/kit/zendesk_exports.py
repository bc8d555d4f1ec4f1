"""Zendesk's incremental exports: which page comes next, what of it is known, and how to begin again.

An export of users or tickets goes by an opaque cursor that is good for the next run, too. Its bookmark also holds the
time of the rows around it, as Zendesk wrote it, so that a cursor Zendesk no longer takes costs no row; and hashes of
the last rows, so that a page given twice is delivered once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from connectors.kit.cursor_guard import CursorGuard
from connectors.kit.cursors import KnownRows, row_hash
from connectors.kit.http import HttpClient
from connectors.kit.http_answers import Answer
from connectors.kit.json_rows import json_kind
from connectors.kit.rows import Place, key_text
from connectors.kit.time_windows import Stamp, iso_or_unix
from connectors.kit.zendesk_rows import organisation_part
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

Stream: TypeAlias = Literal["users", "tickets"]
CHANGED: dict[Stream, tuple[str, ...]] = {
    "users": ("updated_at",),
    "tickets": ("generated_timestamp", "updated_at"),  # a change by the system moves the first alone
}
"""Where an object holds the time that its export goes by."""
KNOWN_ROWS = 2000
"""Hashes of the rows met last: at least two pages, and what a minute or five of overlap may hold."""
MANY = 100
"""Ids that `show_many` takes at once."""
_EXPIRED = (400, 422)


@dataclass(frozen=True, slots=True)
class ExportState:
    """What the bookmark of one export holds.

    Attributes:
        cursor: of the next page; None begins at a time.
        changed: no row before this time is left to read, as Zendesk wrote it; None: nothing was read.
        known: the rows met last.
    """

    cursor: str | None = None
    changed: Stamp = None
    known: KnownRows = field(default_factory=KnownRows)

    @classmethod
    def from_json(cls, stored: JsonValue) -> "ExportState":
        """From a bookmark; the beginning if it holds something else."""
        if not isinstance(stored, dict):
            return cls()
        cursor = stored.get("cursor")
        known = KnownRows.from_json(stored.get("known"))
        return cls(cursor if isinstance(cursor, str) else None, stored.get("changed"), known)

    def as_json(self) -> dict[str, JsonValue]:
        """For a bookmark."""
        return {"cursor": self.cursor, "changed": self.changed, "known": self.known.as_json()}


@dataclass(frozen=True, slots=True)
class ExportPage:
    """One page: its new objects with their places, whether it was the last, and the state after it."""

    objects: tuple[tuple[JsonValue, Place], ...]
    is_last: bool
    state: ExportState


@dataclass(frozen=True, slots=True)
class CursorExport:
    """The export of one stream.

    Attributes:
        client: of the account.
        source: the source's name in the project.
        stream: which.
        page_size: objects a page.
        begins_at: Unix seconds; what changed earlier is left out.
        overlap: how far to look back where a cursor is lost.
    """

    client: HttpClient
    source: str
    stream: Stream
    page_size: int
    begins_at: int
    overlap: timedelta

    def pages(self, state: ExportState) -> Iterator[ExportPage]:
        """The pages after a state, to the end of the stream and no sooner: a page may be empty before it.

        Raises:
            FatalSourceError: `source.cursor_stands_still`, `source.unexpected_answer`, and those of the client.
            RetriableSourceError: those of the client.
        """
        guard, number = CursorGuard(self.source, self.stream), 0
        while True:
            params = self._next(state)
            guard.go_on(dict(params))
            allowed = _EXPIRED if state.cursor is not None else ()
            answer = self.client.get(f"/api/v2/incremental/{self.stream}/cursor.json", params, allowed=allowed)
            if answer.status in _EXPIRED:
                state = replace(state, cursor=None)
                continue
            number += 1
            page = self._page(answer, state, number)
            yield page
            if page.is_last:
                return
            state = page.state

    def _next(self, state: ExportState) -> dict[str, str | int]:
        if state.cursor is not None:
            return {"cursor": state.cursor, "per_page": self.page_size}
        changed = iso_or_unix(state.changed)
        start = self.begins_at if changed is None else int((changed - self.overlap).timestamp())
        return {"start_time": max(start, self.begins_at), "per_page": self.page_size}

    def _page(self, answer: Answer, state: ExportState, number: int) -> ExportPage:
        values, got = answer.listed(self.stream), answer.mapping()
        is_last, cursor = got.get("end_of_stream"), got.get("after_cursor")
        if not isinstance(is_last, bool):
            raise answer.unexpected("end_of_stream: boolean", json_kind(is_last))
        if not isinstance(cursor, str) and not is_last:
            raise answer.unexpected("after_cursor: string", json_kind(cursor))
        digests = [row_hash(DeliveredRow(None, {"object": value}, "", self.stream)) for value in values]
        places = (Place(f"{self.stream} page {number}", at) for at in range(1, len(values) + 1))
        met: set[bytes] = set()
        objects = []
        for value, place, digest in zip(values, places, digests, strict=True):
            if digest not in state.known and digest not in met:
                objects.append((value, place))
            met.add(digest)
        is_idle = not values and is_last and state.cursor is not None  # a new cursor for nothing is not worth a page
        after = state.cursor if is_idle or not isinstance(cursor, str) else cursor
        changed = later(state.changed, earliest(values, self.stream))
        return ExportPage(tuple(objects), is_last, ExportState(after, changed, self._known(state.known, digests)))

    def _known(self, before: KnownRows, digests: Sequence[bytes]) -> KnownRows:
        known = KnownRows(dict(before.hashes))
        known.add(digests)
        return KnownRows(dict.fromkeys(list(known.hashes)[-KNOWN_ROWS:]))


def changed_at(value: JsonValue, stream: Stream) -> Stamp:
    """The time of an object's change as Zendesk wrote it; None when it has none."""
    if not isinstance(value, dict):
        return None
    return next((value[name] for name in CHANGED[stream] if iso_or_unix(value.get(name)) is not None), None)


def earliest(values: Sequence[JsonValue], stream: Stream) -> Stamp:
    """The earliest time on a page: whatever its order, everything before was on the pages before."""
    found: list[tuple[datetime, Stamp]] = []
    for value in values:
        stamp = changed_at(value, stream)
        moment = iso_or_unix(stamp)
        if moment is not None:
            found.append((moment, stamp))
    return min(found, key=lambda each: each[0])[1] if found else None


def later(one: Stamp, other: Stamp) -> Stamp:
    """The later of two times."""
    first, second = iso_or_unix(one), iso_or_unix(other)
    if first is None or second is None:
        return one if second is None else other
    return other if second > first else one


class Organisations:
    """The organisations of users, fetched once a read; their names may be people's, so no bookmark holds them."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self._known: dict[str, JsonValue] = {}

    def keep(self, value: dict[str, JsonValue]) -> None:
        """Take an organisation as it was just read."""
        self._known[str(value.get("id"))] = organisation_part(value)

    def of(self, users: Sequence[JsonValue]) -> dict[str, JsonValue]:
        """By id as text, all that these users name; None for one that is gone."""
        wanted = [key_text([user.get("organization_id")]) for user in users if isinstance(user, dict)]
        missing = sorted({each for each in wanted if each is not None and each not in self._known})
        for value in show_many(self._client, "organizations", missing):
            self.keep(value)
        for each in missing:
            self._known.setdefault(each, None)
        return self._known


def show_many(client: HttpClient, kind: str, ids: Sequence[str]) -> Iterator[dict[str, JsonValue]]:
    """The objects of these ids as they are now; those that are gone are left out, and so is what is no id."""
    numbers = [each for each in ids if each.isdecimal()]
    for at in range(0, len(numbers), MANY):
        params = {"ids": ",".join(numbers[at : at + MANY])}
        answer = client.get(f"/api/v2/{kind}/show_many.json", params, allowed=(404,))
        if answer.status != 404:
            yield from (value for value in answer.listed(kind) if isinstance(value, dict))
