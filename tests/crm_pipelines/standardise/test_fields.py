"""What holds of every field, for any text: nothing is lost in silence, what is shown stands for what was written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.fields import FIELDS

_LETTERS = (
    "山田髙邉佐々木太郎花子㈱株式会社有限東京都港区一二三丁目番地号〒様御中①Ⅲ𠮷﨑ｶﾞﾊﾟｰあがっャヴゝ々ー－~・、。（）()"
    " \u3000\u200b\u0301\u3099\ufe00"
    "0123456789０１-+./:年月日昭和令TEL内線abcXYZéüß@_'’&김민준ОООบริ"
)
TEXTS = st.text(max_size=20) | st.text(st.sampled_from(_LETTERS), max_size=16)
_ALL = settings(derandomize=True, max_examples=150, deadline=None, database=None)
OF_ONE_VALUE = [field for field in FIELDS if field != "same_person"]


@pytest.mark.parametrize("field", FIELDS)
@given(raw=TEXTS)
@_ALL
def test_nothing_is_lost_or_changed_without_a_rule(field: str, raw: str) -> None:
    value = FIELDS[field].standardise(raw, "JP")
    FIELDS[field].in_notation(raw)
    if value.std is None and raw:
        assert value.status is not ValueStatus.OK
    if value.std != (raw or None):
        assert value.rules


@pytest.mark.parametrize("field", OF_ONE_VALUE)
@given(raw=TEXTS)
@_ALL
def test_what_is_shown_stands_for_what_was_written(field: str, raw: str) -> None:
    value = FIELDS[field].standardise(raw, "JP")
    if value.std is not None:
        again = FIELDS[field].standardise(value.std, "JP")
        assert (again.std, again.keys) == (value.std, value.keys)


def test_several_numbers_of_a_cell_are_one_value() -> None:
    value = FIELDS["phone"].standardise("06-6208-8181 / 090-8888-7777", "JP")
    assert value.std == "+81662088181; +819088887777"
    assert value.keys == ("+81662088181", "+819088887777")


def test_the_country_counts() -> None:
    assert FIELDS["phone"].standardise("(650) 253-0000", "US").keys == ("+16502530000",)
    assert FIELDS["postal"].standardise("94043", "US").status is ValueStatus.OK
