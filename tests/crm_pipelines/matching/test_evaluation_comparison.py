from itertools import combinations

import polars as pl
import pytest

from crm_pipelines.matching.evaluation_comparison import compare
from tests.crm_pipelines.matching.worlds import seeded


def clusters(**members: str) -> pl.DataFrame:
    rows = [(record, name) for name, records in members.items() for record in records.split()]
    return pl.DataFrame(rows, schema={"record_id": pl.String, "cluster": pl.String}, orient="row")


def test_a_split_and_a_merge_are_told_with_their_pairs() -> None:
    found = compare(clusters(A="a b c", B="d", C="e f"), clusters(X="a b", Y="c d", Z="e f"))
    assert (found.n_unchanged, found.n_split, found.n_merged, found.n_kept) == (1, 1, 1, 2)
    assert found.gained.rows() == [("c", "d")]
    assert found.lost.rows() == [("a", "c"), ("b", "c")]
    assert found.moved["record_id"].to_list() == ["c"] or found.moved["record_id"].to_list() == ["c", "d"]


def test_the_larger_share_stays_and_the_others_move() -> None:
    found = compare(clusters(A="a b c d e"), clusters(X="a b", Y="c d e"))
    assert found.moved.rows() == [("a", "A", "X"), ("b", "A", "X")]


def test_where_ids_last_a_record_moves_when_its_id_changes() -> None:
    found = compare(clusters(A="a b", B="c"), clusters(A="c b a"), ids_last=True)
    assert found.moved.rows() == [("c", "B", "A")]
    assert found.gained.rows() == [("a", "c"), ("b", "c")]


def test_records_of_one_side_alone_are_counted_and_no_more() -> None:
    found = compare(clusters(A="a b x"), clusters(A="a b", B="y z"))
    assert (found.n_records, found.n_only_old, found.n_only_new) == (2, 1, 2)
    assert found.gained.is_empty()
    assert found.lost.is_empty()
    assert found.n_unchanged == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_pairs_are_those_of_brute_force(seed: int) -> None:
    random = seeded(seed)
    ids = [f"r{number:02}" for number in range(50)]
    sides = [{record: random.randrange(20) for record in ids} for _ in range(2)]
    frames = [pl.DataFrame({"record_id": ids, "cluster": [str(side[record]) for record in ids]}) for side in sides]
    together = [{pair for pair in combinations(ids, 2) if side[pair[0]] == side[pair[1]]} for side in sides]
    found = compare(*frames)
    assert found.gained.rows() == sorted(together[1] - together[0])
    assert found.lost.rows() == sorted(together[0] - together[1])
    assert found.n_kept == len(together[0] & together[1])
