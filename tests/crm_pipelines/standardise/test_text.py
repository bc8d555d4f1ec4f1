import pytest

from crm_pipelines.standardise.text import (
    clean_text,
    decode_text,
    has_lost_character,
    is_hangul,
    is_hiragana,
    is_kana,
    is_kanji,
    is_katakana,
    is_latin,
    to_katakana,
    unify_dashes,
)


def test_null_and_blank_are_empty() -> None:
    assert clean_text(None) == clean_text("") == clean_text(" \u3000\u200b\n") == ""


def test_lone_surrogate_becomes_the_replacement_character() -> None:
    assert clean_text("山\ud800田") == "山\ufffd田"


def test_windows_bytes_keep_the_characters_shift_jis_lacks() -> None:
    assert decode_text("髙①㈱".encode("cp932")) == "髙①㈱"
    assert decode_text("\ufeff髙橋".encode()) == "髙橋"


@pytest.mark.parametrize("text", ["山?太郎", "鈴木●", "〓田", "\ufffd", "□田"])
def test_mark_inside_a_japanese_name_is_a_lost_character(text: str) -> None:
    assert has_lost_character(text)


@pytest.mark.parametrize("text", ["Why?", "山田", "?", "● ●"])
def test_mark_elsewhere_is_none(text: str) -> None:
    assert not has_lost_character(text)


def test_long_mark_is_a_dash_only_on_request() -> None:
    assert unify_dashes("1ー2−3") == "1ー2-3"
    assert unify_dashes("1ー2−3", long_mark=True) == "1-2-3"


def test_scripts_are_told_apart() -> None:
    assert [is_kanji(text) for text in ("佐々木𠮷", "一ノ瀬")] == [True, False]
    assert [is_kana("ゆーコ"), is_hiragana("ゆうこ"), is_katakana("ユーコ"), is_katakana("ゆ")] == [
        True,
        True,
        True,
        False,
    ]
    assert [is_latin("O'Brien-Müller"), is_latin("山"), is_hangul("김")] == [True, False, True]
    assert not any(test("") for test in (is_kanji, is_kana, is_latin, is_hangul))


def test_repeat_marks_become_katakana_too() -> None:
    assert to_katakana("みすゞ山") == "ミスヾ山"


def test_a_heap_of_combining_marks_is_cut_so_that_cleaning_stays_linear() -> None:
    heap = "a" + "\u0323\u0301" * 50_000
    cleaned = clean_text(heap)
    assert len(cleaned) <= 31
    assert clean_text(cleaned) == cleaned
    assert clean_text("e\u0301" * 300) == "é" * 300
