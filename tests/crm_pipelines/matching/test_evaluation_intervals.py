import polars as pl
import pytest

from crm_pipelines.matching.evaluation_intervals import RESAMPLES, drawn_bounds, quantiles, resampled, wilson


def test_wilson_gives_the_values_of_the_books() -> None:
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)
    assert wilson(0, 0) == (None, None)
    assert wilson(10, 10)[1] == 1.0


def test_quantiles_pass_over_what_is_not_known() -> None:
    assert quantiles([None, 0.5, None]) == (0.5, 0.5)
    assert quantiles([None]) == (None, None)


def test_groups_that_all_agree_are_not_certainty() -> None:
    assert drawn_bounds(1.0, [1.0] * 400, 20) == wilson(20, 20)
    assert drawn_bounds(0.5, [0.4, 0.6], 20) == (0.4, 0.6)
    assert drawn_bounds(None, [], 0) == (None, None)


@pytest.mark.parametrize("n_groups", [50, 30_000])
def test_draws_have_the_size_and_the_spread_of_drawing_with_replacement(n_groups: int) -> None:
    groups = pl.DataFrame({"hits": [float(number % 2) for number in range(n_groups)], "of": [1.0] * n_groups})
    draws = resampled(groups)
    assert len(draws) == RESAMPLES
    assert {sums["of"] for sums in draws} == {float(n_groups)}
    shares = pl.Series([sums["hits"] / sums["of"] for sums in draws])
    assert shares.mean() == pytest.approx(0.5, abs=0.2 / n_groups**0.5)
    assert shares.std() == pytest.approx(0.5 / n_groups**0.5, rel=0.15)
    assert resampled(groups) == draws


def test_nothing_gives_no_draws() -> None:
    assert resampled(pl.DataFrame(schema={"hits": pl.Float64})) == []
