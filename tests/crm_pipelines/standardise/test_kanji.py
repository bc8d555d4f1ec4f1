import pytest

from crm_pipelines.standardise.kanji import fold_kanji, fold_kanji_loose, fold_lookalikes


@pytest.mark.parametrize(
    "pair", ["斎斉", "坂阪", "岡崗", "舟船", "楫梶", "谷穀", "佐左", "太大", "台臺", "欠缺", "糸絲", "虫蟲"]
)
def test_other_characters_stay_apart_in_the_strict_fold(pair: str) -> None:
    assert fold_kanji(pair[0]) != fold_kanji(pair[1])


def test_common_characters_fold_to_themselves() -> None:
    common = "佐藤鈴木高橋田中伊渡辺山本村小林加吉松井上斎清水森池阿部前藤石川後岡長谷近坂遠青福西三原竹"
    assert fold_kanji(common) == common


@pytest.mark.parametrize("pair", ["斉斎", "峯峰", "籐藤", "舟船", "阪坂"])
def test_loose_fold_merges_what_data_entry_exchanges(pair: str) -> None:
    assert fold_kanji_loose(pair[0]) == fold_kanji_loose(pair[1])


def test_loose_fold_includes_the_strict_one() -> None:
    assert fold_kanji_loose("齊邉髙") == fold_kanji_loose("斎辺高")


def test_lookalike_folds_only_beside_katakana() -> None:
    assert fold_lookalikes("カネ力") == "カネカ"
    assert fold_lookalikes("努力") == "努力"
    assert fold_lookalikes("一郎") == "一郎"
