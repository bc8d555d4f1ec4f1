"""Answers to pairs: kept as they come, taken back without being removed, never lost to half a line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.labels import LabelAnswer, LabelStore, ShownPair

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> LabelStore:
    return LabelStore(tmp_path / "data" / "labels.jsonl")


def pair(left: str = "erp:1", right: str = "form:2", contents: tuple[str, str] = ("11", "22")) -> ShownPair:
    return ShownPair("person", (left, right), contents, "random", 300, "p000000000001", "abc")


def test_a_store_without_a_file_holds_nothing(store: LabelStore) -> None:
    assert store.labels() == []


def test_answers_come_back_as_they_were_given(store: LabelStore) -> None:
    first = store.add(pair(), LabelAnswer.SAME, NOW)
    second = store.add(pair("erp:3", "erp:4", ("33", "44")), LabelAnswer.UNSURE, NOW)
    assert store.labels() == [first, second]
    assert (first.record_ids, first.content_hashes, first.answer) == (("erp:1", "form:2"), ("11", "22"), "same")


def test_an_answer_taken_back_counts_no_more_but_stays_in_the_file(store: LabelStore) -> None:
    label = store.add(pair(), LabelAnswer.SAME, NOW)
    before = store.path.read_bytes()
    store.take_back(label, NOW + timedelta(seconds=5))
    assert store.labels() == []
    assert store.path.read_bytes().startswith(before)
    again = store.add(pair(), LabelAnswer.DIFFERENT, NOW + timedelta(seconds=6))
    assert store.labels() == [again]


def test_of_two_answers_to_the_same_contents_the_later_counts(store: LabelStore) -> None:
    store.add(pair(), LabelAnswer.SAME, NOW)
    later = store.add(pair("form:9", "erp:8", ("22", "11")), LabelAnswer.DIFFERENT, NOW)
    assert store.labels() == [later]


def test_half_a_line_counts_as_never_written_and_the_next_answer_is_whole(store: LabelStore) -> None:
    first = store.add(pair(), LabelAnswer.SAME, NOW)
    with store.path.open("ab") as file:
        file.write(b'{"answer":{"label_id":"')
    assert store.labels() == [first]
    second = store.add(pair("erp:3", "erp:4", ("33", "44")), LabelAnswer.SAME, NOW)
    assert store.labels() == [first, second]


@pytest.mark.parametrize("line", [b"nothing\n", b"[]\n", b'{"answer":{"answer":"perhaps"}}\n'])
def test_a_line_that_is_no_answer_is_named(store: LabelStore, line: bytes) -> None:
    store.add(pair(), LabelAnswer.SAME, NOW)
    with store.path.open("ab") as file:
        file.write(line)
    with pytest.raises(StoreError) as refused:
        store.labels()
    assert (refused.value.code, refused.value.facts["line"]) == ("labels.damaged", 2)
