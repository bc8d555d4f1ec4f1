import pytest

from crm_pipelines.matching.bands import band_of
from crm_pipelines.matching.model_version import Thresholds
from crm_pipelines.model.enums import Band

THRESHOLDS = Thresholds(auto_match=7.0, review=0.0, floor=-8.0, contradiction_floor=-40.0)


@pytest.mark.parametrize(
    ("match_weight", "needs_a_person", "band"),
    [
        (7.0, False, Band.AUTO_MATCH),
        (6.999, False, Band.REVIEW),
        (0.0, False, Band.REVIEW),
        (-0.001, False, Band.NON_MATCH),
        (30.0, True, Band.REVIEW),
        (-0.001, True, Band.NON_MATCH),
    ],
)
def test_bands_begin_at_their_thresholds_and_some_levels_hold_a_pair_back(
    match_weight: float, needs_a_person: bool, band: Band
) -> None:
    assert band_of(match_weight, needs_a_person, THRESHOLDS) == band
