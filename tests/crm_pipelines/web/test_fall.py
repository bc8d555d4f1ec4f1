"""The axis of a waterfall: nothing is cut off, and most questions share one."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.web.views.fall import Axis

_STEPS = st.lists(st.floats(-40, 40), min_size=1, max_size=12)


@given(_STEPS)
def test_bars_keep_their_lengths_and_stay_on_the_axis(steps: list[float]) -> None:
    sums = [0.0, *accumulate(steps)]
    axis = Axis.over(sums)
    for before, after in pairwise(sums):
        bar = axis.bar(before, after)
        assert 0 <= bar.left <= 100
        assert bar.end - bar.begin == pytest.approx((after - before) / (axis.high - axis.low) * 100, abs=0.02)


def test_questions_between_the_usual_ends_share_an_axis() -> None:
    assert Axis.over([-11.5, 3.0]) == Axis.over([-15.9, 12.9])
    assert Axis.over([-20.0]).low == -20.0
