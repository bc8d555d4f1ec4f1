from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.identity_log import IDENTITY_EVENTS, IdentityLog

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def events(*event_ids: str, **given: object) -> pl.DataFrame:
    rows = [
        {
            "event_id": event_id,
            "golden_id": "K7M2-QX9A-TB4W",
            "version": 1,
            "event": "minted",
            "reason": "identity.new",
            "record_ids": ["erp:1", "mail:2"],
            "to_golden_id": None,
            "run_id": "r1",
            "happened_at": NOW,
            **given,
        }
        for event_id in event_ids
    ]
    return pl.DataFrame(rows, schema_overrides={"to_golden_id": pl.String})


@pytest.fixture
def log(tmp_path: Path) -> IdentityLog:
    return IdentityLog(tmp_path / "identity")


def test_an_empty_log_has_the_columns_and_no_head(log: IdentityLog) -> None:
    assert log.head() == 0
    assert log.read().schema == IDENTITY_EVENTS


def test_events_come_back_in_order_with_positions_without_gaps(log: IdentityLog) -> None:
    assert log.append(events("c", "a")) == 2
    assert log.append(events("b")) == 3
    read = log.read()
    assert read.schema == IDENTITY_EVENTS
    assert read.select("event_id", "position").rows() == [("c", 1), ("a", 2), ("b", 3)]
    assert read["record_ids"][0].to_list() == ["erp:1", "mail:2"]
    assert sorted(path.name for path in log.root.iterdir()) == ["000000000001.parquet", "000000000003.parquet"]


def test_the_same_event_again_adds_nothing_and_the_first_counts(log: IdentityLog) -> None:
    log.append(events("a", "b"))
    assert log.append(events("b", "a", run_id="r2")) == 2
    assert log.append(events("a", "c", "c", run_id="r2")) == 3
    assert log.read().select("event_id", "run_id").rows() == [("a", "r1"), ("b", "r1"), ("c", "r2")]


def test_a_caller_that_folded_the_log_is_checked_against_what_came_later_only(log: IdentityLog) -> None:
    log.append(events("a"))
    log.append(events("b"))
    assert log.append(events("b", "c"), folded_to=1) == 3


@pytest.mark.parametrize(("after", "expected"), [(0, "abcde"), (1, "bcde"), (2, "cde"), (3, "de"), (5, ""), (9, "")])
def test_reading_on_from_a_position(log: IdentityLog, after: int, expected: str) -> None:
    for batch in (["a", "b"], ["c"], ["d", "e"]):
        log.append(events(*batch))
    assert "".join(log.read(after)["event_id"]) == expected


def test_no_events_write_no_file(log: IdentityLog) -> None:
    assert log.append(events("a").clear()) == 0
    assert not log.root.exists()


def test_an_unreadable_file_is_named(log: IdentityLog) -> None:
    log.append(events("a"))
    (log.root / "000000000001.parquet").write_bytes(b"PAR1 not really")
    for read in (log.read, log.head, lambda: log.append(events("b"))):
        with pytest.raises(StoreError) as caught:
            read()
        assert (caught.value.code, caught.value.facts) == ("store.damaged_file", {"name": "000000000001.parquet"})


def test_a_missing_file_is_noticed(log: IdentityLog) -> None:
    for event_id in "abc":
        log.append(events(event_id))
    (log.root / "000000000002.parquet").unlink()
    with pytest.raises(StoreError) as caught:
        log.read()
    assert caught.value.facts == {"name": "000000000003.parquet", "expected": 2}


def test_a_missing_first_file_is_noticed(log: IdentityLog) -> None:
    for event_id in "ab":
        log.append(events(event_id))
    (log.root / "000000000001.parquet").unlink()
    with pytest.raises(StoreError, match=r"store\.identity_gap"):
        log.read()


def test_events_that_lack_something_are_refused(log: IdentityLog) -> None:
    with pytest.raises(ContractError, match="golden_id, version"):
        log.append(events("a").drop("golden_id", "version"))
    with pytest.raises(ContractError, match=r"identity_log\.nulls"):
        log.append(events("a", golden_id=None))
    assert log.head() == 0


_KILLED = """
from datetime import UTC, datetime
import polars as pl
from crm_pipelines.stores.identity_log import IdentityLog

def append(folder, event_ids):
    IdentityLog(folder).append(pl.DataFrame([
        {"event_id": i, "golden_id": "G", "version": 1, "event": "minted", "reason": "r", "record_ids": ["erp:1"],
         "to_golden_id": "H", "run_id": "r", "happened_at": datetime(2026, 4, 1, tzinfo=UTC)} for i in event_ids]))

def prepare(folder):
    append(folder, ["a"])

def act(folder):
    append(folder, ["b", "c"])
"""


def test_a_kill_anywhere_leaves_all_events_of_an_append_or_none_and_the_rerun_adds_the_rest(
    killed_everywhere: Callable[[str], list[Path]],
) -> None:
    seen = set()
    for folder in killed_everywhere(_KILLED):
        log = IdentityLog(folder)
        seen.add("".join(log.read()["event_id"]))
        assert log.append(events("b", "c")) == 3
        assert "".join(log.read()["event_id"]) == "abc"
    assert seen == {"a", "abc"}


def test_files_of_an_older_program_are_read_without_what_they_do_not_say(log: IdentityLog) -> None:
    log.append(events("a"))
    log.append(events("b", cause="verdict", ledger_seq=4, model_version="m", rules_version="r"))
    (first, _) = sorted(log.root.iterdir())
    pl.read_parquet(first).drop("cause", "ledger_seq", "model_version", "rules_version").write_parquet(first)
    assert log.read().select("cause", "ledger_seq").rows() == [(None, None), ("verdict", 4)]
    assert log.read().schema == IDENTITY_EVENTS
