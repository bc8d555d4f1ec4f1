"""Bars that are as long as their shares."""

import re

import pytest

from crm_pipelines.cli.page.charts import Part, bar, parts_bar


@pytest.mark.parametrize(("share", "width"), [(0.5, "50.0%"), (1.0, "100.0%"), (0.00001, "0.4%")])
def test_bar_is_as_long_as_its_share_and_never_invisible(share: float, width: str) -> None:
    assert f'class="f-plain" width="{width}"' in bar(share)


def test_nothing_has_no_bar() -> None:
    assert "f-plain" not in bar(0)


def test_parts_stand_one_after_the_other() -> None:
    drawn = parts_bar([Part("read", 0.5), Part("odd", 0.0), Part("junk", 0.1), Part("blank", 0.4)])
    assert re.findall(r'class="f-(read|odd|junk|blank)" x="([\d.]+)%" width="([\d.]+)%"', drawn) == [
        ("read", "0.00", "50.00"),
        ("junk", "50.00", "10.00"),
        ("blank", "60.00", "40.00"),
    ]
