"""Bars of characters: where a step begins and ends, on which side, and the thresholds."""

from crm_pipelines.cli.explain_bars import AGAINST, ASKED, FOR, MERGED, bars, total_bar, weight_bars
from crm_pipelines.matching.explanation_waterfall import Step, Waterfall

_PRIOR = Step(None, None, -20.0, 0.0, -20.0)


def fall(*weights: float) -> Waterfall:
    total, steps = -20.0, [_PRIOR]
    for number, weight in enumerate(weights):
        total += weight
        steps.append(Step(f"c{number}", "equal", weight, 0.0, total))
    return Waterfall(tuple(steps), total, auto_match=7.0, review=0.0, floor=-5.0)


def test_each_bar_begins_where_the_last_one_ended() -> None:
    prior, gain, loss = bars(fall(30, -5), width=31)
    assert prior == AGAINST * 21 + " " * 6 + MERGED
    assert gain == FOR * 31
    assert (loss.index(AGAINST), loss.rindex(AGAINST)) == (25, 30)


def test_thresholds_show_where_no_bar_covers_them() -> None:
    drawn = bars(fall(5), width=28)
    assert all(MERGED in bar for bar in drawn)
    assert ASKED not in drawn[0]
    assert ASKED in drawn[1]


def test_a_step_of_nothing_still_leaves_a_mark() -> None:
    assert bars(fall(0), width=28)[1].count(FOR) == 1


def test_a_step_that_was_not_compared_has_no_bar() -> None:
    silent = Step("c9", "not_compared", 0.0, 0.0, -20.0)
    assert len(bars(Waterfall((_PRIOR, silent), -20.0, 7.0, 0.0, -5.0))) == 1


def test_the_total_runs_from_zero() -> None:
    assert total_bar(fall(30), width=31).strip(" ┆│") == FOR * 11
    assert total_bar(fall(10), width=28).count(AGAINST) == 11


def test_bars_of_weights_are_shares_of_the_heaviest_and_full_for_a_person() -> None:
    assert weight_bars([40.0, 20.0, None, 0.1], width=20) == [FOR * 20, FOR * 10, FOR * 20, FOR]
    assert weight_bars([]) == []
