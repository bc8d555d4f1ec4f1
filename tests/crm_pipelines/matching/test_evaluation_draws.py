from itertools import islice
from statistics import fmean, pvariance

import pytest

from crm_pipelines.matching.evaluation_draws import beta, uniforms


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    assert list(islice(uniforms("a"), 20)) == list(islice(uniforms("a"), 20))
    assert list(islice(uniforms("a"), 20)) != list(islice(uniforms("b"), 20))


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (0.05, 4.05), (9.5, 0.5), (40.0, 60.0)])
def test_draws_have_the_mean_and_the_spread_of_the_distribution(a: float, b: float) -> None:
    chance = uniforms("seed")
    drawn = [beta(chance, a, b) for _ in range(4_000)]
    variance = a * b / ((a + b) ** 2 * (a + b + 1))
    assert min(drawn) >= 0
    assert max(drawn) <= 1
    assert fmean(drawn) == pytest.approx(a / (a + b), abs=4 * (variance / 4_000) ** 0.5)
    assert pvariance(drawn) == pytest.approx(variance, rel=0.15)
