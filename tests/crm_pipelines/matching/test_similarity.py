import duckdb
import pytest

from crm_pipelines.matching.similarity import SIMILARITY_FUNCTION, edit_distance, register_similarity, similarity


@pytest.mark.parametrize(
    ("left", "right", "expected"), [("さとう", "かとう", 0.7778), ("山本花子", "中村次郎", 0.0), ("高橋", "高橋", 1.0)]
)
def test_similarity_counts_code_points(con: duckdb.DuckDBPyConnection, left: str, right: str, expected: float) -> None:
    register_similarity(con)
    register_similarity(con)
    assert similarity(left, right) == pytest.approx(expected, abs=1e-4)
    found = con.execute(f"select {SIMILARITY_FUNCTION}(?, ?)", [left, right]).fetchall()[0][0]
    assert found == similarity(left, right)


def test_an_absent_side_is_not_similar_to_anything(con: duckdb.DuckDBPyConnection) -> None:
    register_similarity(con)
    assert con.execute(f"select {SIMILARITY_FUNCTION}(null, 'a')").fetchall() == [(None,)]


def test_two_neighbours_swapped_are_one_edit() -> None:
    assert edit_distance("1978-06-12", "1978-06-21") == 1
