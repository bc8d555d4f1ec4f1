"""How what is typed is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.search.keys import How, KeyKind, NearProbe
from crm_pipelines.search.query import is_enough, read_query
from crm_pipelines.search.ranking import Found, best_first, nearly
from crm_pipelines.standardise.observations import Place

JAPAN = Place("JP", "Asia/Tokyo")
LETTERS = st.text("abcdeと高橋美", min_size=6, max_size=12)


@pytest.mark.parametrize(("typed", "is_one"), [("a", False), ("は", False), ("林", True), ("林 ", True), ("ab", True)])
def test_two_characters_are_enough_and_one_kanji(typed: str, is_one: bool) -> None:
    assert is_enough(typed) is is_one


@given(st.text(max_size=200))
def test_anything_can_be_typed(typed: str) -> None:
    query = read_query(typed, JAPAN)
    assert list(query.probes) == sorted(query.probes, key=lambda probe: probe.how)
    assert all(probe.key for probe in query.probes)


def slips(text: str) -> set[str]:
    """Everything that one slip makes of a text."""
    others = {text[:i] + text[i + 1 :] for i in range(len(text))}
    others |= {text[:i] + "z" + text[i + 1 :] for i in range(len(text))}
    others |= {text[:i] + "z" + text[i:] for i in range(len(text) + 1)}
    return others | {text[:i] + text[i + 1] + text[i] + text[i + 2 :] for i in range(len(text) - 1)}


@given(LETTERS)
def test_one_slip_anywhere_leaves_a_half_by_which_the_key_is_looked_at_and_found(key: str) -> None:
    for typed in slips(key) - {key}:
        probe = NearProbe(KeyKind.READING, KeyKind.READING_END, typed, How.READING_NEAR, 1)
        start, end = probe.halves
        assert key.startswith(start) or key[::-1].startswith(end), typed
        assert nearly(probe, [key, "something else"]) == {key: 1}


def test_each_customer_stands_once_by_its_best_key() -> None:
    found = [Found("B", How.NAME_NEAR, "x", 1), Found("A", How.READING, "k"), Found("A", How.NAME, "n")]
    assert [(one.golden_id, one.how) for one in best_first(found, 5)] == [("A", How.NAME), ("B", How.NAME_NEAR)]
