"""The ways one value is written in Japan: kana and its widths, romaji, full-width digits, kanji numerals, eras."""

import unicodedata
from datetime import date
from functools import cache

_HIRAGANA = "".join(map(chr, range(0x3041, 0x3097)))
_TO_KATAKANA = str.maketrans(_HIRAGANA, "".join(chr(ord(letter) + 0x60) for letter in _HIRAGANA))
_TO_HIRAGANA = {value: key for key, value in _TO_KATAKANA.items()}
_TO_FULL = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_DIGITS_TO_FULL = {code: code + 0xFEE0 for code in range(0x30, 0x3A)} | {ord("-"): ord("－")}
_SMALL_TO_BIG = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")
_KANJI_DIGITS = "〇一二三四五六七八九"

# Old and new forms of one character as they stand in names; the first is the everyday one.
_FORMS = (
    "高髙", "辺邊邉", "斎齋", "斉齊", "崎﨑", "浜濱", "吉𠮷", "島嶋", "桜櫻", "沢澤", "広廣", "国國", "真眞", "柳栁",
    "増增", "徳德", "富冨", "瀬瀨", "恵惠", "竜龍", "関關", "黒黑", "恒恆", "凛凜",
)  # fmt: skip
OTHER_FORMS: dict[str, str] = {
    form: "".join(other for other in forms if other != form) for forms in _FORMS for form in forms
}

_ERAS = (
    (date(2019, 5, 1), "令和", "R", 2018),
    (date(1989, 1, 8), "平成", "H", 1988),
    (date(1926, 12, 25), "昭和", "S", 1925),
    (date(1912, 7, 30), "大正", "T", 1911),
)

_SYLLABLE_LIST = """
ア:a イ:i ウ:u エ:e オ:o カ:ka キ:ki ク:ku ケ:ke コ:ko サ:sa シ:shi ス:su セ:se ソ:so タ:ta チ:chi
ツ:tsu テ:te ト:to ナ:na ニ:ni ヌ:nu ネ:ne ノ:no ハ:ha ヒ:hi フ:fu ヘ:he ホ:ho マ:ma ミ:mi ム:mu
メ:me モ:mo ヤ:ya ユ:yu ヨ:yo ラ:ra リ:ri ル:ru レ:re ロ:ro ワ:wa ヲ:o ン:n ガ:ga ギ:gi グ:gu ゲ:ge
ゴ:go ザ:za ジ:ji ズ:zu ゼ:ze ゾ:zo ダ:da ヂ:ji ヅ:zu デ:de ド:do バ:ba ビ:bi ブ:bu ベ:be ボ:bo パ:pa
ピ:pi プ:pu ペ:pe ポ:po ヴ:vu キャ:kya キュ:kyu キョ:kyo シャ:sha シュ:shu ショ:sho チャ:cha チュ:chu
チョ:cho ニャ:nya ニュ:nyu ニョ:nyo ヒャ:hya ヒュ:hyu ヒョ:hyo ミャ:mya ミュ:myu ミョ:myo リャ:rya リュ:ryu
リョ:ryo ギャ:gya ギュ:gyu ギョ:gyo ジャ:ja ジュ:ju ジョ:jo ビャ:bya ビュ:byu ビョ:byo ピャ:pya ピュ:pyu
ピョ:pyo ファ:fa フィ:fi フェ:fe フォ:fo ティ:ti ディ:di シェ:she ジェ:je チェ:che ウェ:we ウィ:wi ヴィ:vi
"""
_SYLLABLES = dict(pair.split(":") for pair in _SYLLABLE_LIST.split())


def katakana(text: str) -> str:
    """Hiragana written as full-width katakana; everything else stays."""
    return text.translate(_TO_KATAKANA)


def hiragana(text: str) -> str:
    """Katakana written as hiragana; everything else stays."""
    return text.translate(_TO_HIRAGANA)


def half_width_kana(text: str) -> str:
    """Full-width katakana as the half-width letters of old systems, voicing marks as letters of their own."""
    return unicodedata.normalize("NFD", text.translate(_TO_SPACED)).translate(_half_width_table())


def big_kana(text: str) -> str:
    """Katakana as bank files carry it: no small letters."""
    return text.translate(_SMALL_TO_BIG)


def full_width(text: str) -> str:
    """ASCII letters, digits and signs in full width, the space too."""
    return text.translate(_TO_FULL)


def full_width_digits(text: str) -> str:
    """Digits and hyphens in full width."""
    return text.translate(_DIGITS_TO_FULL)


@cache
def romaji(kana: str) -> str:
    """Hepburn spelling of a katakana word with its long vowels written out (`サトウ` -> `satou`)."""
    letters: list[str] = []
    place = 0
    while place < len(kana):
        size = 2 if kana[place : place + 2] in _SYLLABLES else 1
        part = kana[place : place + size]
        letters.append("*" if part == "ッ" else "" if part == "ー" else _SYLLABLES.get(part, ""))
        place += size
    text = "".join(letters)
    for at in range(len(text) - 2, -1, -1):
        if text[at] == "*":
            text = text[:at] + ("t" if text[at + 1] == "c" else text[at + 1]) + text[at + 1 :]
    return text.replace("*", "")


@cache
def passport(kana: str) -> str:
    """Romaji as a passport has it: no long o and u, m before b, m and p, capital first (`サトウ` -> `Sato`)."""
    text = romaji(kana).replace("ou", "o").replace("oo", "o").replace("uu", "u")
    for lip in "bmp":
        text = text.replace("n" + lip, "m" + lip)
    return text.capitalize()


def kanji_number(number: int) -> str:
    """A number below 100 in kanji, as chome are written (`12` -> `十二`)."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _KANJI_DIGITS[tens] + "十"
    return head + (_KANJI_DIGITS[ones] if ones or not tens else "")


def era_date(day: date, *, short: bool = False) -> str:
    """A date in the Japanese calendar: `昭和55年7月20日`, or `S55.7.20`; Western before 1912-07-30."""
    for start, era, letter, offset in _ERAS:
        if day >= start:
            year = day.year - offset
            if short:
                return f"{letter}{year}.{day.month}.{day.day}"
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return day.isoformat()


@cache
def _half_width_table() -> dict[int, int | str | None]:
    table: dict[int, int | str | None] = {0x3099: "ﾞ", 0x309A: "ﾟ", 0x3000: " "}
    for code in range(0xFF65, 0xFFA0):
        table[ord(unicodedata.normalize("NFKC", chr(code))[0])] = code
    return table


_TO_SPACED = {ord("　"): " "}
