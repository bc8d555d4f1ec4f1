from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.clustering.union_find import UnionFind


def test_representative_is_the_smallest_member_whatever_the_order() -> None:
    sets = UnionFind()
    sets.union("c", "b")
    sets.union("d", "c")
    assert sets.find("d") == "b"
    assert sorted(sets.group("d")) == ["b", "c", "d"]


def test_record_never_seen_is_a_set_of_its_own() -> None:
    sets = UnionFind()
    assert sets.find("a") == "a"
    assert sets.group("a") == ["a"]
    assert sets.groups() == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=3), max_size=8))
def test_groups_hold_every_record_once(joined: list[list[str]]) -> None:
    sets = UnionFind()
    for records in joined:
        sets.join(records)
    listed = [record for group in sets.groups() for record in group]
    assert sorted(listed) == sorted({record for records in joined for record in records})
    assert all(sets.find(record) == group[0] for group in sets.groups() for record in group)
