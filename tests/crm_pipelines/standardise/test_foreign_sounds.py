"""Sounds of foreign names: the consonants that a transcription keeps."""

import pytest

from crm_pipelines.standardise.foreign_sounds import sound_keys
from crm_pipelines.standardise.same_person import same_person


@pytest.mark.parametrize(
    ("latin", "kana"),
    [
        (("Davis", "Michael"), ("マイケル", "デイビス")),
        (("Johnson", "Christopher"), ("クリストファー", "ジョンソン")),
        (("Thompson", "George"), ("ジョージ", "トンプソン")),
        (("Schmidt", "Thomas"), ("トーマス", "シュミット")),
        (("García", "Carlos"), ("カルロス", "ガルシア")),
        (("Campbell", "Matthew"), ("マシュー", "キャンベル")),
        (("Kowalski", "Jan"), ("ヤン", "コワルスキ")),
        (("White", "Richard"), ("リチャード", "ホワイト")),
    ],
)
def test_a_name_and_its_transcription_share_a_sound_in_either_order(latin, kana):
    assert set(sound_keys(*latin)) & set(sound_keys(*kana))
    assert sound_keys(*kana) == sound_keys(*reversed(kana))


@pytest.mark.parametrize(
    "name",
    [
        ("山田", "太郎"),
        ("ヤマダ", "タロウ"),
        ("Yamada", "Taro"),
        ("Lee", "Ana"),
        ("Davis", None),
        (None, None),
        ("김", "민수"),
    ],
)
def test_japanese_short_and_single_names_have_no_sound(name):
    assert sound_keys(*name) == ()


def test_a_sound_tells_only_between_scripts():
    assert same_person("Michael Davis", "マイケル・デイビス")
    assert not same_person("Michael Davis", "Mikhail Dubois")
    assert not same_person("Michael Davis", "トーマス・シュミット")
