"""Zendesk's organisations as they change: the users of a changed one are delivered again, as their rows show it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeAlias

from connectors.kit.cursor_guard import CursorGuard
from connectors.kit.http import HttpClient
from connectors.kit.http_answers import Answer
from connectors.kit.json_rows import json_kind
from connectors.kit.rows import Place, key_text
from connectors.kit.time_windows import TimeWindow
from connectors.kit.zendesk_exports import MANY, Organisations
from connectors.kit.zendesk_rows import zendesk_row
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

RowsAndState: TypeAlias = tuple[tuple[DeliveredRow, ...], dict[str, JsonValue]]
_WHOLE_PAGE = 1000


class ChangedOrganisations:
    """Follows the export of organisations, which goes by time.

    The bookmark holds the time, hashes of organisations, the ids of those whose users are still to be delivered, and
    the cursor within the users of the first; no name.

    Args:
        client: of the account.
        source: the source's name in the project.
        organisations: is told of each that was read.
        overlap_seconds: how far a read looks back.
    """

    def __init__(self, client: HttpClient, source: str, organisations: Organisations, overlap_seconds: int) -> None:
        self._client = client
        self._source = source
        self._organisations = organisations
        self._overlap = timedelta(seconds=overlap_seconds)
        self._n_pages = 0

    def pages(self, stored: JsonValue) -> Iterator[RowsAndState]:
        """Users of organisations that changed, with the state after them.

        The first read ever delivers none: it reads all organisations, and all users come with theirs anyway.
        """
        state: dict[str, JsonValue] = stored if isinstance(stored, dict) else {"is_first": True}
        is_first = state.get("is_first") is True
        window = TimeWindow(state.get("window"), self._overlap)
        yield from self._users(state)
        guard, start, n_still = CursorGuard(self._source, "organizations"), _start(window), 0
        while True:
            guard.go_on(start)
            answer = self._client.get("/api/v2/incremental/organizations.json", {"start_time": start})
            changed = self._changed(answer, window)
            is_last, end = _end(answer)
            n_still = n_still + 1 if end <= start else 0
            start = max(end, start) + (n_still > 1)  # a page holds all of its last second, so it may be left behind
            read = window.ended_json() if is_last else window.as_json(start)
            pending: list[JsonValue] = [] if is_first else changed
            state = {"window": read, "pending": pending, "after": None, "is_first": is_first and not is_last}
            yield (), state
            yield from self._users(state)
            if is_last:
                return

    def _changed(self, answer: Answer, window: TimeWindow) -> list[JsonValue]:
        """The ids of the organisations on a page that the window did not know."""
        window.now = answer.server_time
        found = []
        for value in answer.listed("organizations"):
            key = key_text([value.get("id")]) if isinstance(value, dict) else None
            if isinstance(value, dict) and key is not None:
                self._organisations.keep(value)
                found.append((DeliveredRow(key, value, ""), value.get("updated_at")))
        return [row.key for row in window.fresh(found)]

    def _users(self, state: dict[str, JsonValue]) -> Iterator[RowsAndState]:
        """The users of all pending organisations, a page at a time."""
        pending, after = state.get("pending"), state.get("after")
        left = [each for each in pending if isinstance(each, str)] if isinstance(pending, list) else []
        while left:
            self._n_pages += 1
            users, after = self._users_page(left[0], after)
            if after is None:
                left = left[1:]
            named = self._organisations.of(users)
            rows = (
                zendesk_row(user, Place(f"users of organisations page {self._n_pages}", at), "users", named)
                for at, user in enumerate(users, start=1)
            )
            yield tuple(rows), {**state, "pending": list(left), "after": after}

    def _users_page(self, organisation: str, after: JsonValue) -> tuple[list[JsonValue], str | None]:
        """A page of users and the cursor of the next; an organisation that is gone has none."""
        params: dict[str, str | int] = {"page[size]": MANY} | ({"page[after]": after} if isinstance(after, str) else {})
        path, values = "/api/v2/organizations/{id}/users.json", {"id": organisation}
        answer = self._client.get(path, params, values=values, allowed=(404,))
        if answer.status == 404:
            return [], None
        meta = answer.mapping().get("meta")
        following = meta.get("after_cursor") if isinstance(meta, dict) and meta.get("has_more") is True else None
        return answer.listed("users"), following if isinstance(following, str) and following != after else None


def _start(window: TimeWindow) -> int:
    position = window.position
    if isinstance(position, int):
        return position
    return 0 if window.since is None else int(window.since.timestamp())


def _end(answer: Answer) -> tuple[bool, int]:
    """Whether a page was the last, and where the next begins."""
    got = answer.mapping()
    is_last, end = got.get("end_of_stream"), got.get("end_time")
    if not isinstance(is_last, bool):
        is_last = len(answer.listed("organizations")) < _WHOLE_PAGE
    if not isinstance(end, int) and not is_last:
        raise answer.unexpected("end_time: number", json_kind(end))
    return is_last, end if isinstance(end, int) else 0
