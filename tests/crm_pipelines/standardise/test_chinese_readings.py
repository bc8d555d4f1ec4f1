import pytest

from crm_pipelines.standardise.chinese_readings import chinese_reading_keys, is_chinese_name, wade_giles
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.latin_keys import latin_reading_keys
from crm_pipelines.standardise.readings import MAX_KEYS, reading_keys
from crm_pipelines.standardise.tables.chinese_names import FAMILIES, GIVEN


@pytest.mark.parametrize(
    ("family", "given", "latin"),
    [
        ("李", "明", ("Li", "Ming")),
        ("张", "伟", ("Zhang", "Wei")),
        ("張", "偉", ("Zhang", "Wei")),
        ("陳", "志偉", ("Chen", "Chih-wei")),
        ("黃", "曉明", ("Huang", "Xiaoming")),
        ("欧陽", "娜娜", ("Ouyang", "Nana")),
        ("周", "杰倫", ("Chou", "Chieh-lun")),
    ],
)
def test_mandarin_and_its_usual_spellings_meet(family: str, given: str, latin: tuple[str, str]) -> None:
    assert set(chinese_reading_keys(family, given)) & set(latin_reading_keys(*latin))


@pytest.mark.parametrize(
    ("family", "given"),
    [("林", "真理"), ("原", "辰徳"), ("高", "健"), ("佐藤", "健"), ("李", "明明明")],
)
def test_japanese_names_have_no_mandarin_reading(family: str, given: str) -> None:
    assert not is_chinese_name(family, given)
    assert chinese_reading_keys(family, given) == ()


def test_a_family_name_of_both_countries_is_chinese_before_a_chinese_given_name() -> None:
    assert is_chinese_name("林", "志玲")


def test_keys_of_a_chinese_name_come_behind_the_japanese_ones_and_stay_few() -> None:
    keys = reading_keys("陳", "志偉")
    assert len(keys) <= MAX_KEYS
    assert keys[-1] in chinese_reading_keys("陳", "志偉")
    assert keys[0] not in chinese_reading_keys("陳", "志偉")


@pytest.mark.parametrize(
    ("pinyin", "wade"),
    [("jian", "chien"), ("zhi", "chih"), ("xiao", "hsiao"), ("guo", "kuo"), ("qing", "ching"), ("zong", "tsung"),
     ("ming", "ming"), ("bo", "po"), ("xue", "hsueh"), ("rong", "jung"), ("duo", "to")],
)  # fmt: skip
def test_wade_giles_of_names(pinyin: str, wade: str) -> None:
    assert wade_giles(pinyin) == wade


def test_no_family_name_is_listed_twice() -> None:
    families = [fold_kanji(row.split()[0]) for row in FAMILIES.split(";")]
    assert {family for family in families if families.count(family) > 1} == set()


def test_no_character_is_listed_twice_under_one_syllable() -> None:
    rows = [row.split() for row in GIVEN.split(";")]
    assert len({syllable for syllable, _ in rows}) == len(rows)
    assert [syllable for syllable, chars in rows if len(set(chars)) < len(chars)] == []
