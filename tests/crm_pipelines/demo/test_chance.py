from collections import Counter

import pytest

from crm_pipelines.demo.chance import Weighted, disturbed, noise_scale, seeded


def test_purposes_have_generators_of_their_own() -> None:
    assert seeded(1, "mail").random() == seeded(1, "mail").random()
    assert seeded(1, "mail").random() != seeded(1, "erp").random()


def test_choices_follow_their_weights() -> None:
    rng, choice = seeded(1, "x"), Weighted(("a", "b", "c"), (70, 30, 0))
    found = Counter(choice.pick(rng) for _ in range(10_000))
    assert 6800 < found["a"] < 7200
    assert found["c"] == 0


@pytest.mark.parametrize(("scale", "low", "high"), [(0.35, 200, 500), (1.0, 800, 1200), (20.0, 8800, 9200)])
def test_disturbances_scale_up_to_nine_in_ten(scale: float, low: int, high: int) -> None:
    rng, choice = seeded(1, "x"), disturbed("", {"a": 6, "b": 4}, scale)
    assert low < sum(bool(choice.pick(rng)) for _ in range(10_000)) < high


def test_difficulties_are_three() -> None:
    assert noise_scale("easy") < noise_scale("medium") < noise_scale("hard")
    with pytest.raises(ValueError, match="easy, medium, hard"):
        noise_scale("none")
