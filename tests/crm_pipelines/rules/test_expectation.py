"""How a project says when a source is late."""

import pytest
from pydantic import ValidationError

from crm_pipelines.rules.expectation import Expectation


def test_one_interval_is_of_reads_and_of_rows() -> None:
    found = Expectation.model_validate("90m")
    assert (found.read_seconds, found.row_seconds, found.iso_weekdays) == (5_400, 5_400, frozenset(range(1, 8)))


def test_each_may_have_its_own_and_weekdays_may_be_named() -> None:
    found = Expectation.model_validate({"row": "2d", "weekdays": ["mon", "fri"]})
    assert (found.read_seconds, found.row_seconds, found.iso_weekdays) == (None, 172_800, frozenset({1, 5}))


@pytest.mark.parametrize("written", ["24", "0h", "1w", "", {}, {"weekdays": ["mon"]}, {"row": "1d", "weekdays": []}])
def test_what_is_no_expectation_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Expectation.model_validate(written)
