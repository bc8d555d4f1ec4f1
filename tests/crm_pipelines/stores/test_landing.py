import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from crm_pipelines.model.delivery import DeliveredRow, JsonValue, Page
from crm_pipelines.model.errors import ContractError, Fault, RetriableSourceError, StoreError
from crm_pipelines.model.schemas import LANDED_ROWS
from crm_pipelines.stores.landing import Landing, LandingRead

STARTED = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
ENDED = datetime(2026, 4, 1, 9, 5, tzinfo=UTC)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "landing", batch_rows=3, clock=lambda: ENDED)


def read(landing: Landing, source: str = "erp", key_hash: Callable[[str], str] | None = None) -> LandingRead:
    return landing.open_read(source, run_id="r1", connector="sql", started_at=STARTED, key_hash=key_hash)


def page(n_rows: int, cursor: JsonValue, *, ends: bool = False) -> Page:
    rows = tuple(DeliveredRow(f"{cursor}-{n}", {"name": "佐藤", "n": n}, f"row {n}") for n in range(n_rows))
    return Page(rows, {"cursor": cursor}, ends_complete_read=ends)


def landed(landing: Landing) -> list[tuple[int, str, int, int, bool, bool]]:
    return [
        (batch.sequence, batch.source, batch.part, batch.n_rows, batch.is_last_part, batch.is_complete_read)
        for batch in landing.batches()
    ]


def test_rows_lie_verbatim_in_the_columns_of_landing(landing: Landing) -> None:
    data: dict[str, JsonValue] = {"氏名": "髙橋", "住所": ["東京", None], "n": 1.5}
    fault = Fault("file.wrong_width", {"expected": 3, "found": 2})
    rows = (
        DeliveredRow("A:1", data, "customers.csv:2"),
        DeliveredRow(None, {"raw": "x,y"}, "customers.csv:3", fault=fault),
        DeliveredRow("B", {}, "customers.csv:4", stream="users", is_deleted=True),
    )
    with read(landing) as opened:
        opened.add(Page(rows, {"line": 4}))
    (manifest,) = landing.batches()
    path = landing.rows(manifest)
    assert duckdb.execute(f"select column_name, column_type from (describe from '{path}')").fetchall() == list(
        LANDED_ROWS.items()
    )
    stored = pl.read_parquet(path).rows()
    assert stored[0] == (
        0,
        "main",
        "A:1",
        '{"氏名":"髙橋","住所":["東京",null],"n":1.5}',
        "customers.csv:2",
        None,
        None,
        False,
    )
    assert stored[1][5:] == ("file.wrong_width", '{"expected":3,"found":2}', False)
    assert stored[2][:3] == (2, "users", "B")
    assert stored[2][7] is True
    assert manifest.n_faults == 1
    assert manifest.columns == {"氏名": ("string",), "住所": ("array",), "n": ("number",), "raw": ("string",)}
    assert (manifest.started_at, manifest.ended_at) == (STARTED.isoformat(), ENDED.isoformat())


def test_batches_end_at_page_boundaries_and_the_last_one_says_so(landing: Landing) -> None:
    with read(landing) as opened:
        for cursor in (1, 2, 3, 4):
            opened.add(page(2, cursor, ends=cursor == 4))
    assert landed(landing) == [(1, "erp", 1, 4, False, False), (2, "erp", 2, 4, True, True)]
    assert [batch.bookmark for batch in landing.batches()] == [{"cursor": 2}, {"cursor": 4}]
    assert len({batch.read_id for batch in landing.batches()}) == 1


def test_numbers_run_over_all_sources_and_reads_are_told_apart(landing: Landing) -> None:
    for source in ("erp", "mail", "erp"):
        with read(landing, source) as opened:
            opened.add(page(1, source))
            opened.add(page(1, f"{source} again {landing.last_sequence()}"))
    assert [(batch.sequence, batch.source) for batch in landing.batches()] == [(1, "erp"), (2, "mail"), (3, "erp")]
    assert [batch.sequence for batch in landing.batches(after=1, source="erp")] == [3]
    assert len({batch.read_id for batch in landing.batches()}) == 3
    assert landing.sources() == ["erp", "mail"]


def test_a_read_without_rows_and_news_writes_nothing(landing: Landing) -> None:
    with read(landing):
        pass
    with read(landing) as opened:
        opened.add(Page((), {}))
    assert landing.batches() == []
    assert landing.bookmark("erp") is None


def test_a_new_bookmark_alone_is_worth_a_batch_but_only_once(landing: Landing) -> None:
    for _ in range(2):
        with read(landing) as opened:
            opened.add(page(0, "later"))
    assert landed(landing) == [(1, "erp", 1, 0, True, False)]
    assert landing.bookmark("erp") == {"cursor": "later"}


def test_a_complete_read_that_ended_is_always_told(landing: Landing) -> None:
    for _ in range(2):
        with read(landing) as opened:
            opened.add(page(0, "same", ends=True))
    assert landed(landing) == [(1, "erp", 1, 0, True, True), (2, "erp", 1, 0, True, True)]


def test_a_read_that_broke_off_keeps_its_pages_and_is_never_complete(landing: Landing) -> None:
    def broken() -> None:
        with read(landing) as opened:
            opened.add(page(3, 1))
            opened.add(page(1, 2, ends=True))
            raise RetriableSourceError("source.timeout")

    with pytest.raises(RetriableSourceError):
        broken()
    assert landed(landing) == [(1, "erp", 1, 3, False, False), (2, "erp", 2, 1, False, False)]
    assert landing.bookmark("erp") == {"cursor": 2}


def test_an_interrupt_leaves_what_was_landed_before(landing: Landing) -> None:
    def interrupted() -> None:
        with read(landing) as opened:
            opened.add(page(3, 1))
            opened.add(page(1, 2))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert landing.bookmark("erp") == {"cursor": 1}


def test_a_refused_page_leaves_no_row_behind(landing: Landing) -> None:
    bad = Page((DeliveredRow("1", {}, "1"), DeliveredRow("2", {"a": object()}, "2")), {"cursor": 9})  # type: ignore[dict-item]

    def refused() -> None:
        with read(landing) as opened:
            opened.add(page(1, 1))
            opened.add(bad)

    with pytest.raises(ContractError):
        refused()
    assert landed(landing) == [(1, "erp", 1, 1, False, False)]
    assert landing.bookmark("erp") == {"cursor": 1}


def test_a_page_after_the_end_is_refused(landing: Landing) -> None:
    opened = read(landing)
    opened.add(page(1, 1, ends=True))
    with pytest.raises(ContractError, match=r"landing\.page_after_end"):
        opened.add(page(1, 2))


def test_personal_keys_are_replaced_before_they_are_written(landing: Landing) -> None:
    with read(landing, key_hash=lambda key: f"hash of {len(key)}") as opened:
        opened.add(Page((DeliveredRow("<id@example.jp>", {}, "1"), DeliveredRow(None, {}, "2")), {"uid": 7}))
    assert pl.read_parquet(landing.rows(landing.batches()[0]))["source_key"].to_list() == ["hash of 15", None]


def test_large_rows_end_a_batch_before_memory_does(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_pipelines.stores.landing_rows._FULL_BYTES", 100)
    with read(landing) as opened:
        opened.add(Page((DeliveredRow("1", {"body": "x" * 200}, "1"),), {"uid": 1}))
        opened.add(page(1, 2))
    assert [batch.n_rows for batch in landing.batches()] == [1, 1]


def test_a_full_disk_is_said_before_and_keeps_what_was_landed(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def filling() -> None:
        with read(landing) as opened:
            opened.add(page(3, 1))
            opened.add(page(3, 2))
            monkeypatch.setattr("crm_pipelines.stores.durable.free_bytes", lambda _: 1000)
            opened.add(page(3, 3))

    with pytest.raises(StoreError, match=r"store\.disk_full"):
        filling()
    assert landing.bookmark("erp") == {"cursor": 1}


def test_a_changed_file_is_noticed(landing: Landing) -> None:
    with read(landing) as opened:
        opened.add(page(1, 1))
    (manifest,) = landing.batches()
    landing.verify(manifest)
    with landing.rows(manifest).open("ab") as file:
        file.write(b"x")
    with pytest.raises(StoreError) as caught:
        landing.verify(manifest)
    assert caught.value.facts == {"name": "erp/000000000001", "file": "rows.parquet"}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"format_version": 3}, "store.newer_schema"), ({"bookmark": ...}, "store.damaged_batch")],
)
def test_a_manifest_of_another_shape_is_refused(landing: Landing, change: dict[str, object], code: str) -> None:
    with read(landing) as opened:
        opened.add(page(1, 1))
    path = landing.rows(landing.batches()[0]).with_name("manifest.json")
    found = json.loads(path.read_text()) | change
    path.write_text(json.dumps({name: value for name, value in found.items() if value is not ...}))
    with pytest.raises(StoreError) as caught:
        landing.bookmark("erp")
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["../erp", "Erp", "", "1erp", ".hidden"])
def test_a_source_name_never_leaves_the_folder(landing: Landing, name: str) -> None:
    with pytest.raises(ContractError, match=r"landing\.source_name"):
        read(landing, name)


def test_a_bookmark_comes_back_exactly(landing: Landing) -> None:
    bookmark: dict[str, JsonValue] = {"file": "broken\udc8f.csv", "名": "値", "at": [1, None, {"x": 0.1}]}
    with read(landing) as opened:
        opened.add(Page((), bookmark))
    assert landing.bookmark("erp") == bookmark


_KILLED = """
from datetime import UTC, datetime, timedelta
from crm_pipelines.model.delivery import DeliveredRow, Page
from crm_pipelines.stores.landing import Landing

def land(folder, pages):
    now = datetime(2026, 4, 1, tzinfo=UTC)
    landing = Landing(folder, batch_rows=2)
    with landing.open_read("erp", run_id="r", connector="sql", started_at=now) as opened:
        for page in pages:
            rows = tuple(DeliveredRow(f"{page}-{n}", {}, str(n)) for n in range(2))
            opened.add(Page(rows, {"page": page}, ends_complete_read=page == pages[-1]))

def prepare(folder):
    land(folder, [1])

def act(folder):
    land(folder, [2, 3])
"""


def test_a_kill_anywhere_leaves_whole_batches_whose_bookmark_fits_their_rows(
    killed_everywhere: Callable[[str], list[Path]],
) -> None:
    reached = []
    for folder in killed_everywhere(_KILLED):
        landing = Landing(folder, batch_rows=2)
        batches = landing.batches()
        assert [batch.sequence for batch in batches] == list(range(1, len(batches) + 1))
        for batch in batches:
            landing.verify(batch)
            keys = pl.read_parquet(landing.rows(batch))["source_key"].to_list()
            assert keys == [f"{batch.bookmark['page']}-0", f"{batch.bookmark['page']}-1"]
        assert landing.bookmark("erp") == batches[-1].bookmark
        reached.append(len(batches))
        with read(landing) as opened:
            opened.add(page(2, "after the kill"))
        assert [path.name for path in (folder / "erp").iterdir() if path.name.startswith(".")] == []
        assert len(landing.batches()) == len(batches) + 1
    assert sorted(reached) == reached
    assert set(reached) == {1, 2, 3}


def test_a_clock_that_jumped_back_makes_no_batch_older_than_the_one_before_it(landing: Landing) -> None:
    for source, now in (("erp", ENDED), ("mail", ENDED - timedelta(days=365)), ("erp", ENDED + timedelta(days=1))):
        landing.clock = lambda now=now: now
        with read(landing, source) as opened:
            opened.add(page(1, now.isoformat()))
    times = [datetime.fromisoformat(batch.ended_at) for batch in landing.batches()]
    assert times == [ENDED, ENDED + timedelta(microseconds=1), ENDED + timedelta(days=1)]
