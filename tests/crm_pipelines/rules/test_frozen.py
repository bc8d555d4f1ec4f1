"""Cron patterns."""

import pytest

from crm_pipelines.rules.frozen import is_cron


@pytest.mark.parametrize(
    "text", ["*/10 * * * *", "0 6 * * *", "0,30 8-18 * * 1-5", "@daily", "15 3 1 */2 *", "0 0 * * 7", "5-50/5 * * * *"]
)
def test_cron_pattern_is_known(text: str) -> None:
    assert is_cron(text)


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "60 * * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "*/0 * * * *", "a b c d e", "5-1 * * * *"]
    + ["1,, * * * *", "@noon", "* * * * * *", "１ * * * *", "1-2-3 * * * *", "*/ * * * *"],
)
def test_what_is_no_cron_pattern_is_refused(text: str) -> None:
    assert not is_cron(text)
