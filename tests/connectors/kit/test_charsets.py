"""Bytes to text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.charsets import codec_name, decode, decode_best, detect_encoding, has_mojibake_signs


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("Shift_JIS", "cp932"),
        ("x-sjis", "cp932"),
        ("Windows-31J", "cp932"),
        ("CP50221", "iso-2022-jp"),
        ('"UTF-8"', "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("EUC-JP", "euc_jp"),
        ("ks_c_5601-1987", "cp949"),
        ("rot13", None),
        ("nobody-knows", None),
        ("", None),
        (None, None),
    ],
)
def test_labels_mean_what_their_writers_meant(label, codec):
    assert codec_name(label) == codec


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "iso-2022-jp"])
def test_an_encoding_is_found_by_looking(encoding):
    lines = ["山田 太郎".encode(encoding), b"ascii", "東京都千代田区".encode(encoding)]
    assert detect_encoding(lines) == encoding


def test_one_spoiled_line_does_not_change_the_encoding():
    assert detect_encoding(["山田".encode()] * 3 + ["山田".encode("cp932")]) == "utf-8"


def test_ascii_is_utf_8():
    assert detect_encoding([b"a", b"b"]) == "utf-8"


@pytest.mark.parametrize("raw", [b"\x80", b"\xa0", b"\xfd", b"\xff", b"\x81", b"ok\x81\x20"])
def test_bytes_that_cp932_does_not_have_are_lost_and_counted(raw):
    decoded = decode(raw, "cp932")
    assert decoded.n_lost == 1
    assert "\ufffd" in decoded.text


@given(st.text(st.sampled_from("abc 山田太郎髙橋亜腕弌熙ぁんァヶΑЯ─╂、。ー")))
def test_iso_2022_jp_reads_what_python_writes(text):
    plain = text.replace("髙", "")
    assert decode(plain.encode("iso2022_jp"), "iso-2022-jp").text == plain


@given(st.text(st.characters(codec="euc_jp", exclude_characters="¥‾〜−∥¢£¬＼")))
def test_euc_jp_reads_what_python_writes(text):
    assert decode(text.encode("euc_jp"), "euc_jp").text == text


@given(st.binary())
def test_any_bytes_become_some_text(raw):
    for encoding in ("utf-8", "cp932", "euc_jp", "iso-2022-jp", "utf-16-le"):
        decode(raw, encoding).text.encode("utf-8")
    decode_best(raw, "x-unknown").text.encode("utf-8")


@pytest.mark.parametrize("text", ["縺薙ｓ縺ｫ縺｡縺ｯ", "Ã©Ã¨", "ã“ã‚“ã«ã¡ã¯"])
def test_signs_of_mojibake(text):
    assert has_mojibake_signs(text)


@pytest.mark.parametrize("text", ["こんにちは", "café “naïve”", "縺れ", "高橋", "Ångström", "ﾔﾏﾀﾞ"])
def test_no_signs_of_mojibake(text):
    assert not has_mojibake_signs(text)
