import polars as pl
import pytest

from crm_pipelines.matching.evaluation_curve import advised, curve


def pairs(*rows: tuple[float, bool], may_merge: bool = True, weight: float = 1.0) -> pl.DataFrame:
    return pl.DataFrame(
        [(at, is_same, may_merge, weight) for at, is_same in rows],
        schema={"match_weight": pl.Float64, "is_same": pl.Boolean, "may_merge": pl.Boolean, "weight": pl.Float64},
        orient="row",
    )


def test_a_point_counts_the_pairs_at_or_above_its_threshold() -> None:
    points = curve(pairs((5.2, True), (3.0, False), (3.4, True), (-1.0, False)), n_true=4)
    rows = {row["threshold"]: row for row in points.iter_rows(named=True)}
    assert sorted(rows) == [-1.0, 3.0, 5.0]
    assert (rows[5.0]["precision"], rows[5.0]["recall"], rows[5.0]["n"]) == (1.0, 0.25, 1)
    assert (rows[3.0]["precision"], rows[3.0]["recall"], rows[3.0]["n"]) == (pytest.approx(2 / 3), 0.5, 3)
    assert rows[3.0]["f1"] == pytest.approx(4 / 7)
    assert (rows[-1.0]["precision"], rows[-1.0]["n_same"]) == (0.5, 2)


def test_pairs_that_only_a_person_may_merge_are_never_merged() -> None:
    held = pairs((30.0, False), may_merge=False)
    points = curve(pl.concat([held, pairs((5.0, True))]), n_true=1)
    assert points["n"].to_list() == [1]
    assert curve(held, n_true=1).is_empty()


def test_a_pair_that_stands_for_many_weighs_so_and_widens_the_interval() -> None:
    single = curve(pairs(*[(5.0, number < 90) for number in range(100)]), n_true=90)
    drawn = pl.concat([pairs(*[(5.0, number < 9) for number in range(10)], weight=10.0)])
    many = curve(drawn, n_true=90)
    assert single["precision"].to_list() == many["precision"].to_list() == [0.9]
    assert single["n"].to_list() == many["n"].to_list() == [100]
    assert many["precision_low"][0] < single["precision_low"][0]


def test_advice_is_the_lowest_threshold_that_still_gives_what_is_wanted() -> None:
    rows = [(10.0, True)] * 40 + [(5.0, True)] * 20 + [(2.0, False)] * 20 + [(1.0, True)] * 500
    points = curve(pairs(*rows), n_true=600)
    found = advised(points, 0.95)
    assert (found.threshold, found.precision, found.n) == (5.0, 1.0, 60)
    assert not found.is_sure  # Wilson's interval of 60 in 60 reaches down to 0.94
    assert (advised(points, 0.9).threshold, advised(points, 0.9).is_sure) == (5.0, True)
    assert advised(points, 0.7).threshold == 1.0


def test_a_sure_threshold_goes_before_a_lower_one_that_is_not() -> None:
    points = curve(pairs(*[(10.0, True)] * 200, *[(5.0, True)] * 20, *[(5.0, False)] * 4), n_true=220)
    assert points.filter(threshold=5.0)["precision"][0] > 0.97
    found = advised(points, 0.97)
    assert (found.threshold, found.is_sure) == (10.0, True)


def test_a_wrong_pair_or_two_at_the_far_end_spoil_nothing() -> None:
    points = curve(pairs((40.0, False), *[(10.0, True)] * 99), n_true=99)
    assert advised(points, 0.97).threshold == 10.0


def test_no_threshold_is_advised_when_none_gives_it() -> None:
    points = curve(pairs(*[(10.0, number % 2 == 0) for number in range(100)]), n_true=50)
    assert advised(points, 0.97).threshold is None
    assert advised(curve(pairs(), n_true=1), 0.97).threshold is None
