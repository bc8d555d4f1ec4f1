"""Records of one of Odoo's models, page by page: all of them by number, those that changed by time, or numbers alone.

`write_date` is kept to the microsecond and cut to the second when it is read, so a page cannot be asked for from "after
this time and number": it would show the second again, or miss some of it. Pages by time therefore leave the last second
to the next page, which begins with it; a second with more records than fit a page is read by number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from connectors.kit.cursor_guard import CursorGuard
from connectors.kit.http_answers import Answer
from connectors.kit.json_rows import json_kind
from connectors.kit.odoo_calls import OdooCalls
from connectors.kit.odoo_rows import FIELDS, MODELS, RowKind, Stream, second_of
from crm_pipelines.model.delivery import JsonValue

_FORMAT = "%Y-%m-%d %H:%M:%S"


def odoo_time(moment: datetime) -> str:
    """A moment as Odoo's domains have it: UTC, cut to the second."""
    return moment.astimezone(UTC).strftime(_FORMAT)


@dataclass(frozen=True, slots=True)
class ScanState:
    """How far a scan is.

    Attributes:
        second: where a scan by time goes on; None scans by number.
        after: number of the last record; by time, only while a second is read by number.
        n: records so far.
        has_holes: a record without a number was among them.
    """

    second: str | None = None
    after: int | None = None
    n: int = 0
    has_holes: bool = False

    @classmethod
    def from_json(cls, stored: JsonValue) -> "ScanState":
        """From a bookmark; the beginning if it holds something else."""
        state = stored if isinstance(stored, dict) else {}
        second, after, n = state.get("second"), state.get("after"), state.get("n")
        return cls(
            second if isinstance(second, str) else None,
            after if isinstance(after, int) else None,
            n if isinstance(n, int) else 0,
            state.get("has_holes") is True,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """For a bookmark."""
        return {"second": self.second, "after": self.after, "n": self.n, "has_holes": self.has_holes}


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one model.

    Attributes:
        calls: of the server.
        source: the source's name in the project.
        stream: which model.
        fields: to read.
        page_size: records a page.
        language: of translated texts (`ja_JP`); None leaves it to the user's settings.
    """

    calls: OdooCalls
    source: str
    stream: Stream
    fields: tuple[str, ...]
    page_size: int
    language: str | None

    def all(self, state: ScanState, *, active_only: bool) -> Iterator[tuple[list[JsonValue], ScanState]]:
        """Every record by number, from a state on."""
        guard, is_last = self._guard(), False
        while not is_last:
            guard.go_on(state.after)
            answer = self._read([["id", ">", state.after or 0]], "id", active_only=active_only)
            values = answer.listed()
            numbers = [number for value in values if (number := _number(value)) is not None]
            if values and not numbers:
                raise answer.unexpected("id", "null")
            is_last = len(values) < self.page_size
            if numbers and numbers[-1] <= (state.after or 0):
                is_last = False
                continue  # a page that was given once more
            if values:
                holes = state.has_holes or len(numbers) < len(values)
                state = ScanState(None, numbers[-1], state.n + len(values), holes)
                yield values, state

    def numbers(self, state: ScanState, page_size: int, *, active_only: bool) -> Iterator[tuple[list[int], ScanState]]:
        """Every record's number, from a state on."""
        guard, is_last = self._guard(), False
        while not is_last:
            guard.go_on(state.after)
            domain: JsonValue = [["id", ">", state.after or 0]]
            arguments = {"domain": domain, "limit": page_size, "order": "id", "context": self._context(active_only)}
            answer = self.calls.call(self._model, "search", arguments)
            values = answer.listed()
            numbers = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
            if len(numbers) < len(values):
                raise answer.unexpected("array of numbers", "array")
            is_last = len(numbers) < page_size
            if numbers and numbers[-1] <= (state.after or 0):
                is_last = False
                continue
            if numbers:
                state = replace(state, after=numbers[-1], n=state.n + len(numbers))
                yield numbers, state

    def changed(self, state: ScanState, until: str | None = None) -> Iterator[tuple[list[JsonValue], ScanState]]:
        """The records that changed at `state.second` or later (and before `until`), archived ones too."""
        guard, is_last = self._guard(), False
        while not is_last:
            guard.go_on([state.second, state.after])
            begin = state.second or ""
            if state.after is None:
                values = self._read(_within(begin, until), "write_date, id").listed()
                taken, following, is_last = self._cut(values, state)
            else:
                end = odoo_time(datetime.strptime(begin, _FORMAT) + timedelta(seconds=1))  # noqa: DTZ007 - UTC throughout
                domain: list[JsonValue] = [*_within(begin, end), ["id", ">", state.after]]
                taken, following = self._of_second(self._read(domain, "id").listed(), state, end)
            state = replace(following, n=state.n + len(taken))
            if taken or state.second != begin:
                yield taken, state

    def by_number(self, numbers: list[int]) -> Iterator[JsonValue]:
        """The records of these numbers; `read` would refuse all for one that is gone."""
        for at in range(0, len(numbers), self.page_size):
            wanted: list[JsonValue] = list(numbers[at : at + self.page_size])
            yield from self._read([["id", "in", wanted]], "id").listed()

    def count(self, *, active_only: bool) -> int:
        """How many records there are."""
        answer = self.calls.call(self._model, "search_count", {"domain": [], "context": self._context(active_only)})
        if not isinstance(answer.json, int):
            raise answer.unexpected("number", json_kind(answer.json))
        return answer.json

    @property
    def _model(self) -> str:
        return MODELS[self.stream]

    def _guard(self) -> CursorGuard:
        return CursorGuard(self.source, self.stream)

    def _context(self, active_only: bool) -> dict[str, JsonValue]:
        language: dict[str, JsonValue] = {} if self.language is None else {"lang": self.language}
        return {"active_test": active_only, **language}

    def _read(self, domain: list[JsonValue], order: str, *, active_only: bool = False) -> Answer:
        arguments: dict[str, JsonValue] = {
            "domain": domain,
            "fields": list(self.fields),
            "limit": self.page_size,
            "order": order,
            "context": self._context(active_only),
        }
        return self.calls.call(self._model, "search_read", arguments)

    def _cut(self, values: list[JsonValue], state: ScanState) -> tuple[list[JsonValue], ScanState, bool]:
        """What counts of a page by time, where the next one begins, and whether there is none."""
        seconds = [second for value in values if (second := second_of(value)) is not None]
        begin = state.second or ""
        if any(second < begin for second in seconds):
            return [], state, False  # a page that was given once more
        last = seconds[-1] if seconds else begin
        if len(values) < self.page_size:
            return values, replace(state, second=max(last, begin)), True
        if last == begin:
            return [], replace(state, after=0), False
        return [value for value in values if second_of(value) != last], replace(state, second=last), False

    def _of_second(self, values: list[JsonValue], state: ScanState, end: str) -> tuple[list[JsonValue], ScanState]:
        """What counts of a page of one second, and where the next one begins."""
        numbers = [number for value in values if (number := _number(value)) is not None]
        if any(number <= (state.after or 0) for number in numbers) or any(_is_outside(each, state) for each in values):
            return [], state  # a page that was given once more
        if len(values) < self.page_size or not numbers:
            return values, replace(state, second=end, after=None)
        return values, replace(state, after=numbers[-1])


def kind_of(calls: OdooCalls, stream: Stream, more: tuple[str, ...], *, archived_is_deleted: bool) -> RowKind:
    """What the rows of a stream are, with those of the wanted fields that this server has."""
    answer = calls.call(MODELS[stream], "fields_get", {"attributes": ["type"]})
    told = answer.mapping()
    types: dict[str, str] = {}
    for name in dict.fromkeys((*FIELDS[stream], *(more if stream == "partners" else ()))):
        described = told.get(name)
        kind = described.get("type") if isinstance(described, dict) else None
        if isinstance(kind, str):
            types[name] = kind
    if "id" not in types:
        raise answer.unexpected("id", "-")
    return RowKind(stream, types, archived_is_deleted)


def _within(begin: str, until: str | None) -> list[JsonValue]:
    lower: list[JsonValue] = ["write_date", ">=", begin]
    return [lower] if until is None else [lower, ["write_date", "<", until]]


def _number(value: JsonValue) -> int | None:
    number = value.get("id") if isinstance(value, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def _is_outside(value: JsonValue, state: ScanState) -> bool:
    second = second_of(value)
    return second is not None and second != state.second
