from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.identity.assignment import IdentityEvent, assign
from tests.histories.naive_log import NaiveLog

RECORDS = "abcdefghijklmnopqrstuvwxyz"


def mint(founder: str, counter: int) -> str:
    return f"ID-{founder}" if counter == 0 else f"ID-{founder}-{counter}"


class World:
    """Named step by step; records are letters."""

    def __init__(self) -> None:
        self.log = NaiveLog()

    @property
    def home(self) -> dict[str, str]:
        return self.log.home

    def step(self, clusters: Sequence[str]) -> list[IdentityEvent]:
        ages = {record: (0, record) for record in RECORDS}
        events = assign([tuple(cluster) for cluster in clusters], self.log.facts(ages), mint)
        self.log.fold(events)
        return events

    def ids(self) -> dict[str, str]:
        """Id -> its records, as one word."""
        members: dict[str, str] = {}
        for record, golden_id in sorted(self.home.items()):
            members[golden_id] = members.get(golden_id, "") + record
        return members


def kinds(events: Sequence[IdentityEvent]) -> list[tuple[str, str, str, str | None]]:
    return [(one.event.value, one.golden_id, "".join(one.record_ids), one.to_golden_id) for one in events]


def test_new_cluster_gets_an_id_from_its_founding_record() -> None:
    world = World()
    assert kinds(world.step(["ba", "c"])) == [("minted", "ID-a", "ab", None), ("minted", "ID-c", "c", None)]


def test_unchanged_cluster_logs_nothing() -> None:
    world = World()
    world.step(["ab", "c"])
    assert world.step(["c", "ba"]) == []


def test_joining_records_extend_the_id() -> None:
    world = World()
    world.step(["b"])
    assert kinds(world.step(["abc"])) == [("extended", "ID-b", "ac", None)]


def test_merge_keeps_the_older_id_however_small() -> None:
    world = World()
    world.step(["z"])
    world.step(["z", "abc"])
    assert kinds(world.step(["abcz"])) == [
        ("merged", "ID-a", "abc", "ID-z"), ("extended", "ID-z", "abc", None),
    ]  # fmt: skip


def test_split_leaves_the_id_with_the_larger_share() -> None:
    world = World()
    world.step(["abc"])
    assert kinds(world.step(["a", "bc"])) == [("split", "ID-a", "a", "ID-a-1"), ("minted", "ID-a-1", "a", None)]


def test_split_in_equal_parts_leaves_the_id_with_the_oldest_record() -> None:
    world = World()
    world.step(["abcd"])
    world.step(["bd", "ac"])
    assert world.ids() == {"ID-a": "ac", "ID-b": "bd"}


def test_records_that_leave_reduce_the_id_and_the_last_one_retires_it() -> None:
    world = World()
    world.step(["ab"])
    assert kinds(world.step(["b"])) == [("reduced", "ID-a", "a", None)]
    assert kinds(world.step([])) == [("retired", "ID-a", "b", None)]


def test_record_that_comes_back_takes_its_retired_id_back() -> None:
    world = World()
    world.step(["a"])
    world.step([])
    assert kinds(world.step(["ab"])) == [("revived", "ID-a", "ab", None)]


def test_id_once_given_out_is_never_minted_again() -> None:
    world = World()
    world.step(["ab"])
    world.step(["b"])
    world.step(["a", "b"])
    assert world.ids() == {"ID-a": "b", "ID-a-1": "a"}


def test_unmerge_restores_both_ids_though_the_younger_part_is_larger() -> None:
    world = World()
    world.step(["a"])
    world.step(["a", "bcd"])
    before = world.ids()
    world.step(["abcd"])
    assert kinds(world.step(["a", "bcd"])) == [("split", "ID-a", "bcd", "ID-b"), ("revived", "ID-b", "bcd", None)]
    assert world.ids() == before


def test_unmerge_restores_both_ids_when_somebody_joined_the_returning_part() -> None:
    world = World()
    world.step(["a"])
    world.step(["a", "bc"])
    world.step(["abc"])
    world.step(["abcx"])
    world.step(["a", "bcx"])
    assert world.ids() == {"ID-a": "a", "ID-b": "bcx"}


def test_unmerge_leaves_the_id_with_whom_it_was_though_both_parts_came_from_elsewhere() -> None:
    world = World()
    world.step(["z", "a"])
    world.step(["a", "bcd", "z"])
    assert world.home["z"] == "ID-z"
    world.step(["bcd", "az"])
    world.step(["bcd", "z"])  # z lives under the id of a, having left its own
    before = world.ids()
    world.step(["bcdz"])
    world.step(["bcd", "z"])
    assert world.ids() == before


def test_merges_undone_in_another_order_restore_every_id() -> None:
    world = World()
    world.step(["a", "b", "c"])
    world.step(["a", "bc"])
    world.step(["abc"])
    world.step(["ab", "c"])
    world.step(["a", "b", "c"])
    assert world.ids() == {"ID-a": "a", "ID-b": "b", "ID-c": "c"}


def test_unmerge_gives_the_older_id_to_the_part_that_a_larger_younger_one_joined_meanwhile() -> None:
    world, plain = World(), World()
    for each in (world, plain):
        each.step(["a"])
        each.step(["a", "b"])
        each.step(["a", "b", "cde"])
    world.step(["ab", "cde"])
    world.step(["abcde"])
    for each in (world, plain):
        each.step(["a", "bcde"])
    assert world.ids() == plain.ids() == {"ID-a": "a", "ID-b": "bcde"}


def test_unmerge_restores_the_id_of_a_part_though_the_other_has_joined_an_older_one_meanwhile() -> None:
    world = World()
    world.step(["z"])
    world.step(["z", "b"])
    world.step(["z", "b", "d"])
    world.step(["z", "bd"])
    world.step(["zbd"])
    world.step(["zb", "d"])
    assert world.ids() == {"ID-z": "bz", "ID-d": "d"}


def test_a_retired_id_is_not_taken_by_records_that_only_came_to_it_with_a_merge() -> None:
    world, plain = World(), World()
    for each in (world, plain):
        each.step(["z"])
        each.step(["z", "h"])
        each.step(["z", "h", "be"])
    world.step(["z", "hbe"])
    world.step(["zhbe"])
    plain.step(["zh", "be"])
    for each in (world, plain):
        each.step(["zh", "b", "e"])
    assert world.ids() == plain.ids() == {"ID-z": "hz", "ID-b": "b", "ID-e": "e"}


def test_unmerge_gives_back_the_id_that_a_record_had_been_left_alone_with() -> None:
    world = World()
    world.step(["z"])
    world.step(["z", "a"])
    world.step(["z", "a", "b"])
    world.step(["z", "ab"])
    world.step(["z", "b"])
    assert world.home["b"] == "ID-a"
    world.step(["zb"])
    world.step(["z", "b"])
    assert world.ids() == {"ID-z": "z", "ID-a": "b"}


# history, the two that are merged, and what happens before the merge is taken back
UNMERGED = {
    "one part merged twice over": (["a bf ceg d"], ("ceg", "bf"), ["ceg d abf", "abf cdeg"]),
    "a part is joined by a younger one": (["aef bg cd", "abe cfg d"], ("cfg", "d"), ["abcefg d n", "abcefg dn"]),
    "a part had moved by a split": (["a b c defg", "ab cd efg", "afg bcde"], ("bcde", "afg"), ["afg bcde n"]),
    "a part had come from a retired id": (["abf cde g", "ace b dfg", "ae bfg cd"], ("ae", "bfg"), ["ae bfg cd"]),
    "a part was split off and merged back": (["a bcefg d", "ab cdef g"], ("g", "cdef"), ["cdef abg"]),
}


@pytest.mark.parametrize(("history", "merged", "meanwhile"), UNMERGED.values(), ids=UNMERGED)
def test_unmerge_is_as_if_nobody_had_merged(history: list[str], merged: tuple[str, str], meanwhile: list[str]) -> None:
    world, plain = World(), World()
    for clusters in history:
        world.step(clusters.split())
        plain.step(clusters.split())
    world.step(joined(history[-1].split(), *merged))
    for clusters in meanwhile:
        world.step(joined(clusters.split(), *merged))
        plain.step(clusters.split())
    world.step(meanwhile[-1].split())
    assert world.ids() == plain.ids()


def joined(clusters: Sequence[str], one: str, other: str) -> list[str]:
    """The clusters when everybody of two is one."""
    parts = [cluster for cluster in clusters if not set(one + other).isdisjoint(cluster)]
    return [*(cluster for cluster in clusters if cluster not in parts), "".join(parts)]


def test_retired_id_goes_to_the_part_with_most_of_its_members() -> None:
    world = World()
    world.step(["a"])
    world.step(["a", "bcd"])
    world.step(["abcd"])
    world.step(["a", "bxyzw", "cd"])
    assert world.home["c"] == "ID-b"
    assert world.home["b"] != "ID-b"


def test_id_whose_larger_part_joined_an_older_one_lives_on_in_the_part_that_stayed() -> None:
    world = World()
    world.step(["a"])
    world.step(["a", "bcd"])
    world.step(["acd", "b"])
    assert world.ids() == {"ID-a": "acd", "ID-b": "b"}


def test_merge_that_parts_a_customer_leaves_no_trace_when_it_is_taken_back() -> None:
    world = World()
    world.step(["a"])
    world.step(["a", "bcde"])
    world.step(["abcd", "e"])
    world.step(["a", "bcde"])
    assert world.ids() == {"ID-a": "a", "ID-b": "bcde"}


def test_part_that_came_with_others_and_goes_where_nobody_of_its_old_id_is_keeps_the_new_one_by_its_share() -> None:
    world = World()
    world.step(["a"])
    world.step(["a", "bcde"])
    world.step(["abcd", "e"])
    world.step(["a", "bcd", "e"])
    assert world.ids() == {"ID-a": "bcd", "ID-b": "e", "ID-a-1": "a"}


def test_id_of_which_parts_went_to_two_heirs_names_both() -> None:
    world = World()
    world.step(["a", "b"])
    world.step(["a", "b", "cde"])
    events = kinds(world.step(["acd", "be"]))
    assert ("merged", "ID-c", "cd", "ID-a") in events
    assert ("split", "ID-c", "e", "ID-b") in events


records = "abcdefg"
partitions = st.lists(st.integers(0, 4), min_size=len(records), max_size=len(records)).map(
    lambda places: sorted(
        group
        for place in range(4)  # records in place 4 are gone
        if (group := "".join(record for record, where in zip(records, places, strict=True) if where == place))
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(partitions, max_size=7))
def test_every_history_gives_each_record_one_id_and_keeps_it_while_its_cluster_stays(history: list[list[str]]) -> None:
    world = World()
    for clusters in history:
        before = world.ids()
        events = world.step(clusters)
        assert sorted(world.ids().values()) == clusters
        for golden_id, members in before.items():
            if members in clusters:
                assert world.ids()[golden_id] == members
        touched = {one.golden_id for one in events} | {one.to_golden_id for one in events}
        assert {one for one in {*before, *world.ids()} if before.get(one) != world.ids().get(one)} <= touched
        assert world.step(clusters) == []


@settings(max_examples=150, deadline=None)
@given(st.lists(partitions, min_size=1, max_size=5), st.data())
def test_merge_undone_is_as_if_it_had_not_been_whoever_joined_meanwhile(
    history: list[list[str]], data: st.DataObject
) -> None:
    world = World()
    for clusters in history:
        world.step(clusters)
    if len(clusters) < 2:
        return
    one, other = data.draw(st.permutations(clusters))[:2]
    rest = [cluster for cluster in clusters if cluster not in {one, other}]
    before = dict(world.home)
    world.step([*rest, one + other])
    if data.draw(st.booleans()):
        one += "x"
        world.step([*rest, one + other])
    world.step([*rest, one, other])
    assert {record: world.home[record] for record in before} == before


@st.composite
def growing(draw: st.DrawFn) -> list[list[str]]:
    """Partitions of which each only joins clusters of the one before and adds records."""
    clusters, found = draw(partitions.filter(lambda drawn: len(drawn) > 1)), []
    for record in draw(st.text("xyz", min_size=1, max_size=3)):
        if draw(st.booleans()) and len(clusters) > 1:
            one, other = draw(st.permutations(clusters))[:2]
            clusters = joined(clusters, one, other)
        if record not in "".join(clusters):
            place = draw(st.integers(0, len(clusters)))
            clusters = [*clusters[:place], "".join(clusters[place : place + 1]) + record, *clusters[place + 1 :]]
        found.append(clusters)
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(partitions, max_size=3), growing(), st.data())
def test_unmerge_is_as_if_nobody_had_merged_whoever_joined_whom_meanwhile(
    history: list[list[str]], meanwhile: list[list[str]], data: st.DataObject
) -> None:
    world, plain = World(), World()
    first, *later = meanwhile
    for clusters in [*history, first]:
        world.step(clusters)
        plain.step(clusters)
    if len(first) < 2:
        return
    merged = data.draw(st.permutations(first))[:2]
    world.step(joined(first, *merged))
    for clusters in later:
        world.step(joined(clusters, *merged))
        plain.step(clusters)
    world.step(meanwhile[-1])
    assert world.ids() == plain.ids()


@settings(max_examples=50, deadline=None)
@given(st.lists(partitions, max_size=4))
def test_order_of_clusters_and_of_their_records_does_not_matter(history: list[list[str]]) -> None:
    one, other = World(), World()
    for clusters in history:
        one.step(clusters)
        other.step(["".join(reversed(cluster)) for cluster in reversed(clusters)])
    assert one.log == other.log
