"""The inbox: what was acknowledged is there exactly once, whatever happens; what was not never harms what was."""

import errno
import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.delivery import DeliveredRow, SourceContext
from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores import inbox_file
from crm_pipelines.stores.inbox import Inbox
from crm_pipelines.stores.inbox_lines import Submission, line_of
from crm_pipelines.stores.inbox_memory import ReplayMemory

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
FIRST, SECOND = "received-000000000001.jsonl", "received-000000000002.jsonl"


def named(number: int, **data: Any) -> Submission:
    name = f"{number:032x}"
    return Submission(name, name, NOW + timedelta(seconds=number), {"n": number, **data})


def opened(folder: Path, **sizes: int) -> Inbox:
    return Inbox(folder / "form", now=NOW, **sizes)


def put(inbox: Inbox, *numbers: int) -> None:
    for number in numbers:
        inbox.append([named(number)]).result(timeout=30)


def append_all(inbox: Inbox, taken: "list[Future[None]]") -> None:
    for number in range(100):
        taken.append(inbox.append([named(number)]))


def delivered(folder: Path) -> list[DeliveredRow]:
    """What the source of this inbox reads."""
    kind = CONNECTORS["web_form"]
    source = kind(kind.options.model_validate({"path": "form"}), SourceContext("form", str(folder)))
    return [row for page in source.pages(None) for row in page.rows]


def numbers(folder: Path) -> list[Any]:
    return [row.data["n"] for row in delivered(folder)]


@pytest.fixture
def held_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, list[int]]]:
    """A disk that takes no data while the event is not set, and how often it was asked to."""
    free, asked, sync = threading.Event(), list[int](), os.fdatasync

    def wait(descriptor: int) -> None:
        asked.append(descriptor)
        assert free.wait(30)
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", wait)
    yield free, asked
    free.set()


def test_what_is_acknowledged_is_read_by_the_source(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        put(inbox, 1, 2)
        row = delivered(tmp_path)[1]
    assert row.key == f"{2:032x}"
    assert row.position == f"{FIRST}:2"
    assert row.data["submitted_at"] == row.data["received_at"] == "2026-04-01T09:00:02.000+00:00"


def test_several_submissions_of_one_post_are_written_together(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        inbox.append([named(1), named(2)]).result()
    assert numbers(tmp_path) == [1, 2]


def test_appends_that_wait_for_the_disk_share_one_fsync(
    tmp_path: Path, held_disk: tuple[threading.Event, list[int]]
) -> None:
    free, asked = held_disk
    with opened(tmp_path) as inbox:
        first = inbox.append([named(0)])
        while not asked:
            assert not first.done()
        waiting = [inbox.append([named(number)]) for number in range(1, 200)]
        assert not any(each.done() for each in waiting)  # nothing is acknowledged before the disk has it
        free.set()
        for each in waiting:
            each.result(timeout=30)
        assert len(asked) == 2
    assert numbers(tmp_path) == list(range(200))


def test_too_much_that_waits_is_turned_away_and_what_waits_is_kept(
    tmp_path: Path, held_disk: tuple[threading.Event, list[int]]
) -> None:
    free, _asked = held_disk
    with opened(tmp_path, max_pending_bytes=1000) as inbox:
        taken: list[Future[None]] = []
        with pytest.raises(StoreError) as caught:
            append_all(inbox, taken)
        assert caught.value.code == "inbox.busy"
        free.set()
        for each in taken:
            each.result(timeout=30)
        put(inbox, 100)
    assert numbers(tmp_path) == [*range(len(taken)), 100]


def test_closing_writes_what_waits(tmp_path: Path, held_disk: tuple[threading.Event, list[int]]) -> None:
    free, _asked = held_disk
    inbox = opened(tmp_path)
    taken = [inbox.append([named(number)]) for number in range(20)]
    free.set()
    inbox.close()
    assert all(each.done() and each.exception() is None for each in taken)
    assert numbers(tmp_path) == list(range(20))
    with pytest.raises(StoreError):
        inbox.append([named(21)])


def test_a_large_file_is_closed_and_the_next_one_begun(tmp_path: Path) -> None:
    with opened(tmp_path, max_file_bytes=500) as inbox:
        put(inbox, *range(10))
    files = sorted(path.name for path in (tmp_path / "form").glob("*.jsonl"))
    assert files[:2] == [FIRST, SECOND]
    assert files == [f"received-{number:012d}.jsonl" for number in range(1, len(files) + 1)]
    assert all((tmp_path / "form" / name).stat().st_size >= 500 for name in files[:-1])
    assert numbers(tmp_path) == list(range(10))


def test_a_restart_goes_on_in_the_same_file(tmp_path: Path) -> None:
    for number in range(3):
        with opened(tmp_path) as inbox:
            put(inbox, number)
    assert [path.name for path in (tmp_path / "form").glob("*.jsonl")] == [FIRST]
    assert numbers(tmp_path) == [0, 1, 2]


@pytest.mark.parametrize("torn", [b"{", line_of(named(9))[:70], line_of(named(9, name="山"))[:-4], b"\x00" * 100])
def test_half_a_last_line_is_sealed(tmp_path: Path, torn: bytes) -> None:
    with opened(tmp_path) as inbox:
        put(inbox, 1)
    path = tmp_path / "form" / FIRST
    before = path.read_bytes()
    path.write_bytes(before + torn)
    with opened(tmp_path) as inbox:
        assert [message.seen for message in inbox.recent(NOW)] == [named(1).seen]
        put(inbox, 2)
    assert path.read_bytes() == before + torn
    rows = delivered(tmp_path)
    assert [row.data["n"] for row in rows] == [1, 2]
    assert not any(row.fault for row in rows)


def test_a_whole_last_line_without_its_end_counts(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        put(inbox, 1, 2)
    path = tmp_path / "form" / FIRST
    path.write_bytes(path.read_bytes()[:-1])
    with opened(tmp_path) as inbox:
        assert [message.seen for message in inbox.recent(NOW)] == [named(1).seen, named(2).seen]
        put(inbox, 3)
    assert numbers(tmp_path) == [1, 2, 3]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failed_append_is_told_and_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def broken(descriptor: int, content: bytes) -> None:
        os.write(descriptor, content[:40])
        raise OSError(code, "broken")

    with opened(tmp_path) as inbox:
        put(inbox, 1)
        before = (tmp_path / "form" / FIRST).read_bytes()
        with monkeypatch.context() as patched:
            patched.setattr(inbox_file, "write_all", broken)
            with pytest.raises(StoreError):
                put(inbox, 2)
        assert (tmp_path / "form" / FIRST).read_bytes() == before
        put(inbox, 3)
    assert numbers(tmp_path) == [1, 3]


def test_where_even_taking_back_fails_a_new_file_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError(errno.EIO, "broken")

    with opened(tmp_path) as inbox:
        put(inbox, 1)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fdatasync", broken)
            with pytest.raises(StoreError):
                put(inbox, 2)
        put(inbox, 3)
    assert {path.name for path in (tmp_path / "form").glob("*.jsonl")} == {FIRST, SECOND}
    assert numbers(tmp_path)[-1] == 3


def test_a_disk_without_room_is_found_before_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path) as inbox:
        put(inbox, 1)
        with monkeypatch.context() as patched:
            patched.setattr("crm_pipelines.stores.durable.free_bytes", lambda _path: 1000)
            with pytest.raises(StoreError) as caught:
                put(inbox, 2)
        assert caught.value.code == "store.disk_full"
        put(inbox, 3)
    assert numbers(tmp_path) == [1, 3]


def test_recent_messages_come_in_order_and_no_further_back_than_asked(tmp_path: Path) -> None:
    with opened(tmp_path, max_file_bytes=700) as inbox:
        put(inbox, *range(30))
        found = inbox.recent(NOW + timedelta(seconds=20))
    assert [message.seen for message in found] == [named(number).seen for number in range(20, 30)]


def test_a_foreign_file_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "form").mkdir()
    (tmp_path / "form" / "old.jsonl").write_text('{"submission_id": "a", "n": 0}\nnot json\n', encoding="utf-8")
    with opened(tmp_path) as inbox:
        assert inbox.recent(NOW) == []
        put(inbox, 1)
    assert [row.data.get("n") for row in delivered(tmp_path)] == [0, None, 1]


def test_what_could_not_be_read_is_kept_and_becomes_a_faulty_row(tmp_path: Path) -> None:
    bodies = (b"\xff\xfe\x00raw", "{broken 山田".encode())
    with opened(tmp_path) as inbox:
        for number, raw in enumerate(bodies):
            name = f"{number:032x}"
            notes = {"fault": "row.not_an_object", "found": "array", "expected": "object"}
            inbox.append([Submission(name, name, NOW, None, raw, notes)]).result()
    rows = delivered(tmp_path)
    assert [row.fault.code for row in rows if row.fault] == ["row.not_an_object"] * 2
    assert rows[0].fault is not None
    assert rows[0].fault.facts == {"file": FIRST, "row": 1, "found": "array", "expected": "object"}
    assert [row.data for row in rows] == [
        {"raw": "//4AcmF3", "raw_encoding": "base64"},
        {"raw": "{broken 山田"},
    ]
    assert [row.key for row in rows] == [f"{number:032x}" for number in range(2)]


def test_half_a_surrogate_pair_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        inbox.append([named(1, name="\ud800")]).result()
    (row,) = delivered(tmp_path)
    assert row.fault is not None
    assert row.fault.code == "row.undecodable"


def test_a_number_that_json_lacks_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        with pytest.raises(ValueError, match="JSON"):
            inbox.append([named(1), named(2, amount=float("inf"))])
        put(inbox, 3)
    assert numbers(tmp_path) == [3]


def test_memory_forgets_after_its_window_and_when_it_is_full() -> None:
    memory = ReplayMemory(timedelta(seconds=600), limit=3)
    names = [f"{number:032x}" for number in range(5)]
    for number, name in enumerate(names[:3]):
        memory.add(name, NOW + timedelta(seconds=number))
    assert memory.knows(names[0], NOW + timedelta(seconds=600))
    assert not memory.knows(names[0], NOW + timedelta(seconds=601))
    assert memory.knows(names[2], NOW + timedelta(seconds=602))
    for name in names[3:]:
        memory.add(name, NOW + timedelta(seconds=600))
    assert len(memory) == 3
    assert [memory.knows(name, NOW + timedelta(seconds=601)) for name in names] == [False, False, True, True, True]


def test_a_line_is_json_whatever_was_posted(tmp_path: Path) -> None:
    odd = {"a\nb": 'quote " \\ \u2028 \x7f', "n": 10**30, "nested": [{"x": None}, True, 1.5]}
    line = line_of(Submission("0" * 32, "1" * 32, NOW, odd))
    assert line.count(b"\n") == 1
    assert json.loads(line)["data"] == odd
