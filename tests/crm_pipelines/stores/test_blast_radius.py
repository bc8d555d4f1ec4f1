"""Two publications held against each other, and the fingerprint by which one is known again."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from crm_pipelines.matching.levels import LEVEL_COLUMNS
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.model.warehouse_tables import create_table_sql
from crm_pipelines.stores.blast_radius import blast_radius
from crm_pipelines.stores.publication_fingerprint import fingerprint
from crm_pipelines.stores.warehouse import connect

Row: TypeAlias = dict[str, Any]
Write: TypeAlias = Callable[..., Path]
_T1, _T2 = "2026-04-01 00:00:00+00", "2026-05-01 00:00:00+00"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, **tables: Sequence[Row]) -> Path:
        path = tmp_path / f"{name}.duckdb"
        with connect(path) as con:
            for table, columns in PUBLICATION_TABLES.items():
                more = dict.fromkeys(LEVEL_COLUMNS, "TINYINT") if table == "scored_pairs" else {}
                con.execute(create_table_sql(table, {**columns, **more}))
            for table, rows in tables.items():
                for row in rows:
                    names = ", ".join(f'"{column}"' for column in row)
                    marks = ", ".join("?" * len(row))
                    con.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))
        return path

    return written


def _before() -> dict[str, list[Row]]:
    return {
        "customers": [_customer("A", "山田 花子"), _customer("B", "山田 はな"), _customer("C", "鈴木 一郎")],
        "crosswalk": [_home("erp:1", "A"), _home("erp:2", "B"), _home("erp:3", "C")],
        "identity_log": [_event(1, "A", "minted"), _event(2, "B", "minted"), _event(3, "C", "minted")],
        "changes": [{"seq": 1, "golden_id": "A", "kind": "created", "run_id": "r1"}],
        "review_queue": [_question("q1", "pair", "review_band")],
        "scored_pairs": [_pair("REVIEW", "m1")],
    }


def _after() -> dict[str, list[Row]]:
    """B merged into A, which got another name; a verdict is asked again."""
    before = _before()
    return before | {
        "customers": [_customer("A", "山田 はな"), _customer("C", "鈴木 一郎")],
        "crosswalk": [_home("erp:1", "A"), _home("erp:2", "B", closed=True), _home("erp:2", "A"), _home("erp:3", "C")],
        "identity_log": [*before["identity_log"], _event(4, "B", "merged", "A"), _event(5, "A", "extended")],
        "changes": [
            *before["changes"],
            {"seq": 2, "golden_id": "A", "kind": "changed", "run_id": "r2"},
            {"seq": 3, "golden_id": "B", "kind": "merged", "run_id": "r2"},
        ],
        "value_changes": [
            {"seq": 1, "golden_id": "A", "attribute": "name", "value_before": "山田 花子", "value": "山田 はな",
             "cause": "model", "changed_at": _T2, "run_id": "r2"}
        ],
        "review_queue": [_question("q2", "confirm", "evidence_against_different")],
        "scored_pairs": [_pair("AUTO_MATCH", "m2")],
    }  # fmt: skip


def test_what_a_change_does_is_counted_by_what_and_why(write: Write) -> None:
    found = blast_radius(write("before", **_before()), write("after", **_after()), n_examples=1)
    assert (found.n_customers_before, found.n_customers_after, found.n_ids_kept, found.n_ids_untouched) == (3, 2, 2, 1)
    assert found.changed_ids_share == pytest.approx(2 / 3)
    assert (found.n_customers_revalued, found.n_verdicts_contradicted) == (1, 1)
    assert found.ids == [
        {"event": "extended", "cause": "model", "n_ids": 1},
        {"event": "merged", "cause": "model", "n_ids": 1},
    ]
    assert found.values == [{"attribute": "name", "cause": "model", "n_customers": 1}]
    assert found.changes == [{"kind": "changed", "n_customers": 1}, {"kind": "merged", "n_customers": 1}]
    assert found.rows == [{"table_name": "customers", "n_gone": 2, "n_new": 1}]
    assert found.questions == [
        {"change": "opened", "kind": "confirm", "reason": "evidence_against_different", "n_questions": 1},
        {"change": "closed", "kind": "pair", "reason": "review_band", "n_questions": 1},
    ]
    assert found.models == ("m1", "m2")
    assert {row["band"]: (row["n_pairs_before"], row["n_pairs_after"]) for row in found.bands} == {
        "AUTO_MATCH": (0, 1),
        "REVIEW": (1, 0),
    }
    assert [(row["golden_id"], row["other_id"], row["display_name"]) for row in found.examples["ids"]] == [
        ("A", None, "山田 花子"),
        ("B", "A", "山田 はな"),
    ]
    assert [(row["value_before"], row["value_after"]) for row in found.examples["values"]] == [
        ("山田 花子", "山田 はな")
    ]
    assert [row["question_id"] for row in found.examples["questions"]] == ["q2", "q1"]
    assert not found.is_nothing


def test_what_may_be_kept_quotes_no_customer(write: Write) -> None:
    found = blast_radius(write("before", **_before()), write("after", **_after()), n_examples=9)
    assert "山田" not in repr(found.counts)


def test_a_publication_differs_in_nothing_from_itself_and_is_known_again(write: Write) -> None:
    one, same = write("one", **_after()), write("same", **{name: rows[::-1] for name, rows in _after().items()})
    assert blast_radius(one, same).is_nothing
    assert fingerprint(one) == fingerprint(same)


def test_neither_run_nor_clock_counts(write: Write) -> None:
    later = _after()
    later["value_changes"] = [{**later["value_changes"][0], "run_id": "r9", "changed_at": _T1}]
    later["crosswalk"] = [{**row, "run_id": "r9", "valid_from": _T2} for row in later["crosswalk"]]
    assert fingerprint(write("one", **_after())) == fingerprint(write("later", **later))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("customers", {"phone": "+81312345678"}),
        ("crosswalk", {"valid_to": _T2}),
        ("changes", {"kind": "erased"}),
        ("value_changes", {"cause": "rule"}),
        ("review_queue", {"match_weight": 3.25}),
        ("review_queue", {"record_ids_left": ["erp:1", "erp:2"]}),
    ],
)
def test_whatever_readers_are_told_counts(write: Write, table: str, change: Row) -> None:
    other = _after()
    other[table] = [{**other[table][0], **change}, *other[table][1:]]
    assert fingerprint(write("one", **_after())) != fingerprint(write("other", **other))


def test_a_row_twice_is_not_a_row_once(write: Write) -> None:
    twice = _after()
    twice["customers"] = [*twice["customers"], twice["customers"][0], twice["customers"][0]]
    assert fingerprint(write("one", **_after())) != fingerprint(write("twice", **twice))
    assert blast_radius(write("b", **_after()), write("a", **twice)).rows[0]["n_new"] == 2


def _customer(name: str, shown: str) -> Row:
    return {"golden_id": name, "customer_type": "person", "display_name": shown, "name": shown, "run_id": "r1"}


def _home(record: str, name: str, *, closed: bool = False) -> Row:
    until = _T2 if closed else None
    return {"record_id": record, "golden_id": name, "valid_from": _T1, "valid_to": until, "run_id": "r1"}


def _event(position: int, name: str, event: str, other: str | None = None) -> Row:
    return {"position": position, "event_id": f"e{position}", "golden_id": name, "event": event, "cause": "model",
            "record_ids": ["erp:1"], "to_golden_id": other}  # fmt: skip


def _question(name: str, kind: str, reason: str) -> Row:
    return {"question_id": name, "kind": kind, "reason": reason, "record_ids_left": ["erp:1"],
            "record_ids_right": ["erp:2"], "match_weight": 3.0, "priority": 1.0}  # fmt: skip


def _pair(band: str, model: str) -> Row:
    return {
        "record_id_l": "erp:1",
        "record_id_r": "erp:2",
        "customer_type": "person",
        "band": band,
        "model_version": model,
    }
