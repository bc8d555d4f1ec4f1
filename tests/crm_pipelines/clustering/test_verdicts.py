from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.clustering.verdicts import Verdicts, standing, verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Judgement
from tests.builders import different, same, unsure


def suspended(found: Verdicts) -> list[tuple[str, str]]:
    return [(decision.decision_id, earlier.decision_id) for decision, earlier in found.suspended]


def test_match_joins_both_sides_as_shown() -> None:
    assert verdicts([same(1, "a b", "c")]).together == (("a", "b", "c"),)


def test_matches_join_through_a_record_they_share() -> None:
    assert verdicts([same(1, "c", "d"), same(2, "a", "b"), same(3, "b", "c")]).together == (("a", "b", "c", "d"),)


def test_no_match_parts_every_cross_pair_and_joins_no_side() -> None:
    found = verdicts([different(1, "b a", "c d")])
    assert found.apart == {("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")}
    assert found.together == ()


def test_no_match_reaches_through_matches_so_that_it_outlives_the_record_between() -> None:
    found = verdicts([different(1, "a", "b"), same(2, "b", "c"), same(3, "a", "z")])
    assert found.apart == {("a", "b"), ("a", "c"), ("b", "z"), ("c", "z")}


def test_match_against_an_earlier_no_match_is_suspended() -> None:
    found = verdicts([different(1, "a", "b"), same(2, "a", "b")])
    assert suspended(found) == [("d2", "d1")]
    assert found.together == ()


def test_match_that_contradicts_through_a_chain_is_suspended_whole() -> None:
    found = verdicts([different(1, "a", "d"), same(2, "a", "b"), same(3, "c", "d"), same(4, "b x", "c")])
    assert suspended(found) == [("d4", "d1")]
    assert found.together == (("a", "b"), ("c", "d"))


def test_no_match_names_the_decision_that_closed_the_chain_it_contradicts() -> None:
    found = verdicts([same(1, "a", "x"), same(2, "b", "c"), same(3, "c", "d"), different(4, "a b", "d")])
    assert suspended(found) == [("d4", "d3")]
    assert found.apart == frozenset()


def test_ledger_order_decides_and_not_the_order_of_reading() -> None:
    decisions = [same(1, "a", "b"), different(2, "a", "b")]
    assert verdicts(decisions) == verdicts(reversed(decisions))
    assert suspended(verdicts(decisions)) == [("d2", "d1")]


def test_suspended_decision_suspends_nothing_itself() -> None:
    found = verdicts([different(1, "a", "b"), same(2, "a x", "b"), different(3, "a", "x")])
    assert suspended(found) == [("d2", "d1")]
    assert ("a", "x") in found.apart


def test_superseding_decision_takes_the_place_of_the_earlier_one() -> None:
    decisions = [same(1, "a", "b"), different(2, "a", "b", supersedes="d1")]
    assert verdicts(decisions).apart == {("a", "b")}
    assert suspended(verdicts(decisions)) == []


def test_withdrawn_decision_frees_the_one_it_had_suspended() -> None:
    decisions = [different(1, "a", "b"), same(2, "a", "b"), unsure(3, "a", "b", supersedes="d1")]
    found = verdicts(decisions)
    assert found.together == (("a", "b"),)
    assert found.suspended == ()


def test_unsure_demands_nothing() -> None:
    assert verdicts([unsure(1, "a", "b")]) == Verdicts()


def test_record_on_both_sides_of_a_no_match_is_not_parted_from_itself() -> None:
    found = verdicts([different(1, "a b", "b c")])
    assert found.apart == {("a", "b"), ("a", "c"), ("b", "c")}


records = st.sampled_from("abcdefg")
decided = st.builds(
    lambda judgement, left, right: (judgement, left, right),
    st.sampled_from([Judgement.MATCH, Judgement.NO_MATCH]),
    st.frozensets(records, min_size=1, max_size=2),
    st.frozensets(records, min_size=1, max_size=2),
)


def _ledger(drawn: list[tuple[Judgement, frozenset[str], frozenset[str]]]) -> list[Decision]:
    return [
        Decision(seq, f"d{seq}", judgement, tuple(sorted(left)), tuple(sorted(right)))
        for seq, (judgement, left, right) in enumerate(drawn)
    ]


def _naive(decisions: list[Decision]) -> tuple[set[frozenset[str]], set[frozenset[str]], list[str]]:
    """The decisions one by one; each stands if the groups, built from nothing, then hold no parted pair."""
    stands: list[Decision] = []
    for decision in decisions:
        groups, parted = _groups([*stands, decision])
        if not any(pair <= group for pair in parted for group in groups):
            stands.append(decision)
    groups, parted = _groups(stands)
    closed = {
        frozenset((one, other))
        for pair in parted
        for left, right in [sorted(pair)]
        for one in next((group for group in groups if left in group), {left})
        for other in next((group for group in groups if right in group), {right})
    }
    return groups, closed, [one.decision_id for one in decisions if one not in stands]


def _groups(decisions: list[Decision]) -> tuple[set[frozenset[str]], set[frozenset[str]]]:
    groups: set[frozenset[str]] = set()
    parted: set[frozenset[str]] = set()
    for one in decisions:
        if one.judgement is Judgement.MATCH:
            named = frozenset(one.record_ids_left + one.record_ids_right)
            touched = {group for group in groups if group & named}
            groups = (groups - touched) | {named.union(*touched)}
        else:
            parted |= {frozenset((a, b)) for a in one.record_ids_left for b in one.record_ids_right if a != b}
    return groups, parted


@settings(max_examples=150, deadline=None)
@given(st.lists(decided, max_size=9))
def test_verdicts_equal_a_naive_closure(drawn: list[tuple[Judgement, frozenset[str], frozenset[str]]]) -> None:
    decisions = _ledger(drawn)
    found = verdicts(decisions)
    groups, parted, without_effect = _naive(standing(decisions))
    assert {frozenset(group) for group in found.together} == {group for group in groups if len(group) > 1}
    assert {frozenset(pair) for pair in found.apart} == parted
    assert [decision.decision_id for decision, _ in found.suspended] == without_effect
    assert all(earlier.seq < decision.seq for decision, earlier in found.suspended)
