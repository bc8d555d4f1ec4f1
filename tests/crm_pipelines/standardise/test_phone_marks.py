import pytest

from crm_pipelines.standardise.phone_marks import extension_before, has_letter_beside, is_fax, prepared_cell


@pytest.mark.parametrize(
    "label", [" 内線", " ext.", " x", "#", " доб. ", " poste ", " Durchwahl ", "转", " 分機 ", "(내선 ", " ramal "]
)
def test_extensions_are_called_so_in_many_languages(label: str) -> None:
    assert extension_before(label, 3)


def test_a_district_is_no_extension() -> None:
    assert not extension_before("市内", 3)


def test_kanji_digits_and_hours_are_seen_for_what_they_are() -> None:
    assert prepared_cell("〇三-五二五三-一一一一") == ("03-5253-1111", ("phone.kanji_digits",))
    assert prepared_cell("03-5253-1111 9:00~17:00")[0] == "03-5253-1111"


def test_a_label_may_touch_the_digits_and_a_letter_may_not() -> None:
    assert not has_letter_beside("TEL0352531111", 3, 13, 13, 10)
    assert has_letter_beside("O352531111", 1, 10, 10, 9)


def test_a_floor_is_no_fax() -> None:
    assert is_fax("F 03", 0, 2)
    assert not is_fax("2F 03", 0, 3)
