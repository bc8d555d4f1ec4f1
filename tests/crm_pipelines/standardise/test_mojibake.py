import pytest

from crm_pipelines.standardise.mojibake import is_mojibake

NAMES = ["佐藤 太郎", "株式会社山田商店", "ソフトバンク株式会社", "José Núñez", "Zoë Brontë", "François Lefèvre"]


@pytest.mark.parametrize(
    "name", [*NAMES, "", "Ltd.", "大邱 太郎", "ｻﾄｳ ﾀﾛｳ", "りょうしょう", "齋藤 瑠璃", "髙濱 眞弓", "渡邉 靜"]
)
def test_names_as_people_write_them_are_left_alone(name: str) -> None:
    assert not is_mojibake(name)


@pytest.mark.parametrize("name", NAMES[:3])
@pytest.mark.parametrize("wrong", ["latin-1", "cp1252", "cp932"])
def test_utf8_read_with_a_wrong_encoding_is_found(name: str, wrong: str) -> None:
    assert is_mojibake(name.encode().decode(wrong, "replace"))
    assert is_mojibake(name.encode().decode(wrong, "ignore"))


def test_lost_character_is_found() -> None:
    assert is_mojibake("佐\ufffd太郎")
