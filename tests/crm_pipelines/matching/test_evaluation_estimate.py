import pytest

from crm_pipelines.matching.evaluation_estimate import Answered, Known, estimated


def test_each_stratum_counts_by_its_size() -> None:
    found = estimated([Answered(900, 0, 10, 0), Answered(100, 0, 5, 5), Answered(0, 1000, 2, 18)])
    assert found.precision == pytest.approx(0.95)
    assert found.recall == pytest.approx(950 / 1050)
    assert found.f1 == pytest.approx(2 * 950 / (1000 + 1050))
    for point, (low, high) in (
        (found.precision, found.precision_bounds),
        (found.recall, found.recall_bounds),
        (found.f1, found.f1_bounds),
    ):
        assert point is not None
        assert low is not None
        assert high is not None
        assert 0 <= low < point < high <= 1


def test_more_answers_make_the_interval_narrower() -> None:
    few, many = (estimated([Answered(1000, 0, 9 * n, n), Answered(0, 1000, n, 9 * n)]) for n in (1, 30))

    def width(bounds: tuple[float | None, float | None]) -> float:
        assert bounds[0] is not None
        assert bounds[1] is not None
        return bounds[1] - bounds[0]

    assert width(many.precision_bounds) < width(few.precision_bounds) / 2
    assert width(many.recall_bounds) < width(few.recall_bounds) / 2


def test_answers_all_alike_are_not_certainty() -> None:
    low, high = estimated([Answered(1000, 0, 30, 0)]).precision_bounds
    assert low is not None
    assert 0.9 < low < 0.99
    assert high == 1.0


def test_a_stratum_nobody_answered_about_is_left_out_and_told() -> None:
    found = estimated([Answered(100, 0, 4, 0), Answered(50, 0, 0, 0), Answered(0, 70, 0, 0)])
    assert (found.n_together, found.n_together_covered, found.n_apart, found.n_apart_covered) == (150, 100, 70, 0)
    assert found.precision == 1.0
    assert found.recall is None
    assert found.f1 is None


def test_what_people_decided_stands_for_itself() -> None:
    known = Known(n_together_same=8, n_together_different=2, n_apart_same=2)
    found = estimated([Answered(0, 0, 10, 2)], known)
    assert (found.precision, found.recall) == (0.8, 0.8)
    assert found.n_answers == 12
    assert estimated([Answered(90, 0, 10, 0)], known).precision == pytest.approx(0.98)


def test_the_same_answers_give_the_same_interval() -> None:
    strata = [Answered(100, 0, 4, 1), Answered(0, 90, 2, 3)]
    assert estimated(strata) == estimated(strata)


def test_nothing_answered_is_no_figure() -> None:
    found = estimated([Answered(10, 10, 0, 0)])
    assert (found.precision, found.recall, found.precision_bounds) == (None, None, (None, None))
