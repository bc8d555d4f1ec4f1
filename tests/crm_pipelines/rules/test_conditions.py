"""Conditions as people write them: what they come to as SQL, and what is no condition."""

import duckdb
import pytest

from crm_pipelines.rules.conditions import ConditionError, read_condition

_ROW = "select 'person' as kind, '佐藤' as name, null as email, 3 as n, true as survives, 'it''s' as quote"


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("kind = 'person'", True),
        ("KIND != 'person'", False),
        ("n >= 3 and n < 3.5", True),
        ("n > -1", True),
        ("email is empty", True),
        ("email is present or name is present", True),
        ("email is not empty", False),
        ("not (email is empty and name is present)", False),
        ("kind in ('organisation', 'person')", True),
        ("kind not in ('organisation')", True),
        ("name matches '[佐藤]{2}'", True),
        ("name matches '佐'", False),
        ("name not matches '佐'", True),
        ("length(name) <= 2", True),
        ("survives", True),
        ("not survives or n = 3", True),
        ("quote = 'it''s'", True),
        ("email = 'x'", None),
        ("email = 'x' and kind = 'robot'", False),
        ("a_or_b is empty and kind = 'person'", True),
    ],
)
def test_a_condition_means_what_it_says(written: str, holds: bool | None) -> None:
    with duckdb.connect() as con:
        found = con.execute(f"select {read_condition(written).sql} from ({_ROW}, null as a_or_b)").fetchall()
    assert found == [(holds,)]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("", ""),
        ("kind =", ""),
        ("kind = 'person'; drop table customers", "; drop table custome"),
        ("kind = (select 1)", "("),
        ("read_csv('/etc/passwd') = 1", "("),
        ("kind = 'person' -- and more", "-- and more"),
        ("kind = 'person", "'person"),
        ('"kind" = 1', '"kind" = 1'),
        ("1 = 1", "1"),
        ("kind in (name)", "name"),
        ("kind matches name", "name"),
        ("length(name) = 'a'", "'a'"),
        ("kind is unknown", "unknown"),
        ("kind kind", "kind"),
        ("kind = 'a' kind = 'b'", "kind"),
        ("and", "and"),
        ("kind || name = 'a'", "|| name = 'a'"),
        ("(" * 30 + "kind is empty" + ")" * 30, "("),
    ],
)
def test_what_is_no_condition_is_refused_at_the_word_where_that_shows(written: str, found: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(written)
    assert caught.value.found == found


def test_the_columns_and_what_they_are_compared_with_are_told_once_each() -> None:
    found = read_condition("kind = 'a' or kind = 'b' and n > 1 and name is present and survives")
    assert found.columns == ("kind", "n", "name", "survives")
    assert found.compared == (("kind", "text"), ("n", "number"), ("survives", "flag"))
