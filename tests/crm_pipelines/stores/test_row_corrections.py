"""Rows put right or dropped by people: read so, accounted for, and the same after a rebuild."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from crm_pipelines.stores.ledger.facts import Correction
from crm_pipelines.stores.row_corrections import RowCorrections, row_digest
from tests.crm_pipelines.stores.small_road import DAY_ONE, KEY, SmallRoad, bad, row
from tests.crm_pipelines.stores.test_interpretations import NOT_STATE, TABLES, names, taken, terms

LOST = "佐藤\ufffd\ufffd"


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path)
    yield opened
    opened.warehouse.close()


def say(
    road: SmallRoad,
    action: str,
    fields: Mapping[str, str | None] | None = None,
    *,
    key: str = "erp:1",
    waives: str | None = None,
) -> None:
    """Somebody says something of the row of a key that is in quarantine, or of what was said of it last."""
    found = road.values(f"select raw from quarantine where source_record_id = '{key}'")
    digest = row_digest(KEY, key, found[0]) if found else road.corrections[-1].row_digest
    seq = len(road.corrections) + 1
    road.corrections.append(
        Correction(
            seq=seq, correction_id=f"c{seq}", source_record_id=key, row_digest=digest, action=action,
            steward="anna", recorded_at=DAY_ONE, fields=fields, reason=None, waives=waives,
        )
    )  # fmt: skip


def read_on(road: SmallRoad) -> dict[str, int]:
    """A run in which nothing was delivered."""
    return terms(road.intake()["erp"])


def test_a_row_put_right_is_released_and_live(road: SmallRoad) -> None:
    assert taken(road, row("1", LOST), row("2", "鈴木 花子")) == {"new": 1, "quarantined": 1}
    say(road, "fix", {"name": "佐藤 太郎"})
    assert read_on(road) == {"released": 1}
    assert names(road) == [("佐藤 太郎", False), ("鈴木 花子", False)]
    assert road.values("select source_record_id from quarantine") == []


def test_the_same_row_again_changes_nothing_and_another_version_is_read_as_it_is(road: SmallRoad) -> None:
    taken(road, row("1", LOST))
    say(road, "fix", {"name": "佐藤 太郎"})
    read_on(road)
    assert taken(road, row("1", LOST)) == {"unchanged": 1}
    assert names(road) == [("佐藤 太郎", False)]
    assert taken(road, row("1", "佐藤 次郎")) == {"changed": 1}
    assert names(road) == [("佐藤 次郎", False)]
    assert taken(road, row("1", f"{LOST}!")) == {"quarantined": 1}
    assert names(road) == [("佐藤 次郎", True)]


def test_a_row_that_comes_in_the_same_run_as_its_correction_counts_once(road: SmallRoad) -> None:
    taken(road, row("1", LOST))
    say(road, "fix", {"name": "佐藤 太郎"})
    assert taken(road, row("1", LOST)) == {"new": 1}
    assert names(road) == [("佐藤 太郎", False)]


def test_a_dropped_row_stays_out_and_leaves_its_older_version_in_use(road: SmallRoad) -> None:
    taken(road, row("1", "佐藤 太郎"), bad("2"))
    taken(road, row("1", LOST))
    say(road, "drop")
    say(road, "drop", key="erp:2")
    assert read_on(road) == {}
    assert names(road) == [("佐藤 太郎", True)]
    assert road.values("select distinct reason_code from quarantine") == ["row.dropped"]


def test_what_was_said_can_be_taken_back(road: SmallRoad) -> None:
    taken(road, row("1", LOST))
    say(road, "drop")
    read_on(road)
    say(road, "keep")
    assert read_on(road) == {}
    assert road.values("select reason_code from quarantine") == ["row.lost_characters"]


def test_a_row_that_is_still_not_fit_can_be_put_right_again(road: SmallRoad) -> None:
    taken(road, row("1", LOST))
    say(road, "fix", {"name": f"{LOST}?"})
    assert read_on(road) == {}
    say(road, "fix", {"name": "佐藤 太郎"})
    assert read_on(road) == {"released": 1}
    assert names(road) == [("佐藤 太郎", False)]


def test_a_rebuild_reads_with_the_corrections_what_the_runs_read(road: SmallRoad) -> None:
    taken(road, row("1", LOST), row("2", LOST), row("3", "鈴木 花子"))
    say(road, "fix", {"name": "佐藤 太郎"})
    read_on(road)
    taken(road, row("3", LOST), row("4", "高橋 一"))
    say(road, "drop", key="erp:2")
    say(road, "fix", {"name": "鈴木 華子"}, key="erp:3")
    read_on(road)
    before = road.tables(TABLES, NOT_STATE)
    road.rebuild()
    road.intake()
    assert road.tables(TABLES, NOT_STATE) == before


def test_a_row_that_is_let_go_is_read_as_it_was_delivered_and_counted_as_released(road: SmallRoad) -> None:
    taken(road, row("1", LOST, phone="03-3456-7890"))
    say(road, "release", waives="row.lost_characters")
    assert read_on(road) == {"released": 1}
    assert road.values("select source_record_id from quarantine") == []
    assert len(names(road)) == 1
    assert taken(road, row("1", LOST, phone="03-3456-7890")) == {"unchanged": 1}
    assert taken(road, row("1", f"{LOST}!", phone="03-3456-7890")) == {
        "quarantined": 1
    }  # another version is not let go


def test_another_reason_holds_a_row_that_was_let_go_in_spite_of_one(road: SmallRoad) -> None:
    taken(road, row("1", LOST, phone="03-3456-7890"))
    say(road, "release", waives="row.swapped_columns")
    assert read_on(road) == {}
    assert road.values("select reason_code from quarantine") == ["row.lost_characters"]


def test_a_row_submitted_again_unchanged_fails_for_the_same_reason(road: SmallRoad) -> None:
    taken(road, row("1", LOST), bad("2"))
    before = road.values("select reason_code from quarantine order by source_record_id")
    say(road, "resubmit")
    say(road, "resubmit", key="erp:2")
    assert read_on(road) == {}
    assert road.values("select reason_code from quarantine order by source_record_id") == before


@pytest.mark.parametrize(
    ("action", "fields", "waives"),
    [("fix", {"name": "佐藤 太郎"}, None), ("release", None, "row.lost_characters")],
)
def test_what_is_taken_back_after_it_was_read_leaves_as_it_came(
    road: SmallRoad, action: str, fields: Mapping[str, str | None] | None, waives: str | None
) -> None:
    taken(road, row("1", LOST, phone="03-3456-7890"), row("2", "鈴木 花子"))
    before = road.tables(TABLES, NOT_STATE)
    say(road, action, fields, waives=waives)
    assert read_on(road) == {"released": 1}
    say(road, "keep")
    assert read_on(road) == {"deleted": 1}
    assert names(road) == [("鈴木 花子", False)]
    assert road.values("select reason_code from quarantine") == ["row.lost_characters"]
    rebuilt_from = road.tables(TABLES, NOT_STATE)
    road.rebuild()
    road.intake()
    assert road.tables(TABLES, NOT_STATE) == rebuilt_from
    assert rebuilt_from["standardised_records"] == before["standardised_records"]


def test_a_row_that_expired_is_dropped(road: SmallRoad) -> None:
    taken(road, row("1", LOST))
    say(road, "expire")
    read_on(road)
    assert road.values("select reason_code from quarantine") == ["row.dropped"]
    say(road, "keep")
    read_on(road)
    assert road.values("select reason_code from quarantine") == ["row.lost_characters"]


def test_a_correction_speaks_of_one_row_as_it_was_delivered() -> None:
    one = Correction(
        seq=1, correction_id="c", source_record_id="erp:1", row_digest=row_digest(KEY, "erp:1", "{}"), action="drop",
        steward="anna", recorded_at=DAY_ONE, fields=None, reason=None,
    )  # fmt: skip
    corrections = RowCorrections.of([one], KEY)
    assert corrections.of_row("erp:1", "{}") == one
    assert corrections.of_row("erp:2", "{}") is None
    assert corrections.of_row("erp:1", '{"a": 1}') is None
    assert RowCorrections.of([one], b"another key").of_row("erp:1", "{}") is None
