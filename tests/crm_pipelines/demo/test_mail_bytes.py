from email.header import decode_header, make_header

import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.mail_bytes import UTF_8, Charset, choose_charset, encode, header_text, transfer_encoded

WINDOWS = Charset("iso-2022-jp", "cp50221")
JIS = Charset("ISO-2022-JP", "iso2022_jp")


def test_windows_mail_puts_vendor_characters_into_nec_rows() -> None:
    assert encode("㈱髙", WINDOWS) == b"\x1b$B" + bytes.fromhex("2d6a7c62") + b"\x1b(B"


def test_windows_mail_agrees_with_iso_2022_jp_on_standard_characters() -> None:
    assert encode("佐藤 太郎 TEL 03", WINDOWS) == "佐藤 太郎 TEL 03".encode("iso2022_jp")


def test_windows_mail_carries_half_width_kana() -> None:
    assert encode("ｶﾅ", WINDOWS) == b"\x1b(I\x36\x45\x1b(B"


@pytest.mark.parametrize("charset", [UTF_8, JIS, Charset("Shift_JIS", "cp932")])
def test_encoded_words_are_short_and_decode_again(charset: Charset) -> None:
    text = "株式会社青葉商事　第一営業部　営業二課の佐藤太郎でございます"
    raw = header_text(text, charset)
    assert all(len(word) <= 75 for word in raw.split(b"\n "))
    assert str(make_header(decode_header(raw.decode().replace("\n", "")))) == text


def test_ascii_headers_stay_as_they_are() -> None:
    assert header_text("Quotation request", JIS) == b"Quotation request"


def test_a_charset_that_lacks_a_character_is_never_chosen() -> None:
    rng = seeded(1, "charsets")
    for _ in range(200):
        encode("𠮷田 Müller", choose_charset(rng, "𠮷田 Müller"))


def test_seven_bit_charsets_travel_unencoded() -> None:
    assert transfer_encoded(seeded(1, "x"), "こんにちは", JIS) == ("7bit", "こんにちは".encode("iso2022_jp"))
