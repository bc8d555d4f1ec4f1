"""Rules as SQL: what a condition says of awkward names and values."""

import duckdb
import pytest

from quality.row_checks import run_rules_sql
from quality.row_tests import is_within
from tests.quality.small_publication import check


@pytest.mark.parametrize("text", ["Ã©douard", "佐藤\ufffd", "縺ゅ縺", "ã‚µã", "abc\x81", "â€œquoted"])
def test_wrecked_text_is_told(text: str) -> None:
    assert _mojibake(text) == 1


@pytest.mark.parametrize(
    "text", ["São Paulo", "João", "ÂNGELA", "髙橋", "縺", "繧繰", "ｶﾅ", "Łódź", "がぎぐ", "Ærø", "😀"]
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert _mojibake(text) == 0


def _mojibake(text: str) -> int:
    with duckdb.connect() as con:
        con.execute("create table customers (golden_id varchar, name varchar)")
        con.execute("insert into customers values ('a', ?)", [text])
        [result] = run_rules_sql(con, [check("mojibake_share", "name", threshold=0.5)])
        return result.n_failed


def test_quotes_in_names_and_values_are_no_sql() -> None:
    with duckdb.connect() as con:
        con.execute("""create table "o'dd ""table" as select 'it''s' as "sel""ect" """)
        rules = [
            check("allowed_values", 'sel"ect', table="o'dd \"table", values=["it's"]),
            check("pattern", 'sel"ect', table="o'dd \"table", pattern="it's"),
            check("unique", 'sel"ect', table="o'dd \"table"),
        ]
        assert [result.passed for result in run_rules_sql(con, rules)] == [True, True, True]


def test_pattern_must_match_the_whole_value() -> None:
    with duckdb.connect() as con:
        con.execute("create table customers as select unnest(['ab', 'abc', 'xab']) as golden_id")
        [result] = run_rules_sql(con, [check("pattern", "golden_id", pattern="ab")])
        assert (result.n_checked, result.n_failed, result.facts["ids"]) == (3, 2, "abc, xab")


def test_share_is_held_exactly_at_the_threshold() -> None:
    assert is_within(100, 83, round(1 - 0.83, 12))
    assert not is_within(100, 84, round(1 - 0.83, 12))
    assert is_within(0, 0, 1.0)
