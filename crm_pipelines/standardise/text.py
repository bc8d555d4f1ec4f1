"""The text layer under every field: Unicode clean-up that changes no meaning, and tests of scripts.

Nothing here replaces a kanji by another: a person's name is shown as its owner writes it. Only what no reader can see
(widths, controls, variation selectors, the many code points of one dash) is made one.
"""

import re
from functools import cache
from unicodedata import combining, normalize

_VOICED, _SEMI_VOICED = "゙", "゚"

# Characters without a shape of their own: soft hyphen, joiners, bidi marks, fillers, variation selectors, tags.
_INVISIBLE_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF9, 0xFFFB), (0xE0000, 0xE0FFF),
)  # fmt: skip
_DASHES = "‐‑‒–—―⁃−─━﹘﹣－⸺⸻"
_WAVES = "〜～∼⁓〰"
# Radicals that fonts and PDF exports put in place of the ideograph; NFKC knows only the Kangxi block.
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻑⻘⻝⻣⻤⻥⻨⻩⻫⻭⻯⻲⺁⺄⺇⺊⺎⺒⺓⺛⺝⺷⺼⻆⻒⻓⻅⻉⻋⻔⻗⻙⻚⻛⻜⻞⻡⻢⻦⻧⻬⻮⻰⻱⻳",
        "母民虎西長青食骨鬼魚麦黄斉歯竜亀厂乙几卜兀巳幺旡月羊肉角長长见贝车门雨韦页风飞食首马鸟卤齐齿龙龜龟",
        strict=True,
    )
)

_PLAIN = re.compile(r"[ -~ぁ-ゖァ-ー一-鿿々]*")
_FEW = 200  # characters, of which any number may be marks
_SPLIT_CONTROLS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"

LOST_MARKS = "�〓?●■□"
"""Characters that stand for one that a conversion lost; the last four only inside a Japanese text."""

_LOST_ALWAYS = re.compile("[�〓]")
_LOST_BESIDE_KANJI = re.compile(r"[一-鿿㐀-䶿豈-﫿々ぁ-ゖァ-ヺ][?●■□]|[?●■□][一-鿿㐀-䶿豈-﫿々]")

_KANJI = "一-鿿㐀-䶿豈-﫿々〆〇𠀀-𳑿"
_KANA = "ぁ-ゖゝゞァ-ヺー-ヿ"
_ALL_KANJI = re.compile(f"[{_KANJI}]+")
_ALL_KANA = re.compile(f"[{_KANA}]+")
_ALL_HIRAGANA = re.compile("[ぁ-ゖゝゞー]+")
_ALL_KATAKANA = re.compile("[ァ-ヺー-ヿ]+")
_ALL_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ][A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ'’ʼ.\u0300-\u036f-]*")
_ALL_HANGUL = re.compile("[가-힣ᄀ-ᇿㄱ-ㆎ]+")


def clean_text(raw: str | None) -> str:
    """Clean one text of any field so that equal-looking texts are equal.

    In this order: kana and its separate voicing mark are joined, invisible characters and controls removed (white
    controls become a space), NFKC, dashes made `-` and waves `~`, white space made one space and trimmed. The long
    vowel mark U+30FC stays: whether it is a dash is for the field to say. Cleaning twice changes nothing.

    Heaps of combining marks lose what goes beyond 30 marks on one letter (the limit of Unicode's stream-safe text), as
    normalising them takes the square of their number.

    Args:
        raw: the value as received; null counts as empty.

    Returns:
        The cleaned text; empty when nothing visible was there. Lone surrogates become U+FFFD.
    """
    if not raw:
        return ""
    if _PLAIN.fullmatch(raw):
        return " ".join(raw.split())
    text = normalize("NFKC", _without_heaps(raw.translate(_before_nfkc())))
    text = _without_heaps(text)
    return " ".join(text.translate(_after_nfkc()).split())


def decode_text(raw: bytes) -> str:
    """Decode bytes of unknown origin: UTF-8 without its mark, else CP932 (Shift_JIS lacks ①, ㈱ and 髙).

    Returns:
        The text; a byte that fits neither becomes U+FFFD, which `has_lost_character` reports.
    """
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp932", errors="replace")


def has_lost_character(text: str) -> bool:
    """Tell whether a conversion lost a character: `�` or `〓` anywhere, `?`, `●`, `■`, `□` beside kanji or kana."""
    if _LOST_ALWAYS.search(text):
        return True
    return bool(_LOST_BESIDE_KANJI.search(text))


def unify_dashes(text: str, *, long_mark: bool = False) -> str:
    """Make every dash `-`; with `long_mark`, the long vowel mark too (numbers, postal codes)."""
    return text.translate(_dash_table(long_mark))


def is_kanji(text: str) -> bool:
    """Tell whether every character is an ideograph (or 々, 〆, 〇); false for an empty text."""
    return bool(_ALL_KANJI.fullmatch(text))


def is_kana(text: str) -> bool:
    """Tell whether every character is hiragana or katakana, long and repeat marks included; false when empty."""
    return bool(_ALL_KANA.fullmatch(text))


def is_hiragana(text: str) -> bool:
    """Tell whether every character is hiragana or a long mark; false when empty."""
    return bool(_ALL_HIRAGANA.fullmatch(text))


def is_katakana(text: str) -> bool:
    """Tell whether every character is katakana or a long mark; false when empty."""
    return bool(_ALL_KATAKANA.fullmatch(text))


def is_latin(text: str) -> bool:
    """Tell whether a word is Latin: letters with or without accents, apostrophes, full stops and hyphens."""
    return bool(_ALL_LATIN.fullmatch(text))


def is_hangul(text: str) -> bool:
    """Tell whether every character is Hangul; false when empty."""
    return bool(_ALL_HANGUL.fullmatch(text))


def to_katakana(text: str) -> str:
    """Write hiragana as katakana, `ゝ` and `ゞ` too; the rest stays."""
    return text.translate(_to_katakana_table())


def _without_heaps(text: str) -> str:
    return text if len(text) <= _FEW else _heap().sub(r"\1", text)


@cache
def _heap() -> re.Pattern[str]:
    marks = "".join(char for char in map(chr, range(0x300, 0x1F000)) if combining(char))
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


@cache
def _before_nfkc() -> dict[int, str | None]:
    table: dict[int, str | None] = {code: None for code in (*range(0x20), *range(0x7F, 0xA0))}
    table |= {ord(white): " " for white in _SPLIT_CONTROLS}
    table |= {code: None for first, last in _INVISIBLE_RANGES for code in range(first, last + 1)}
    table |= {code: "�" for code in range(0xD800, 0xE000)}
    table |= {ord(mark): _VOICED for mark in "゛ﾞ"} | {ord(mark): _SEMI_VOICED for mark in "゜ﾟ"}
    table |= {ord(radical): kanji for radical, kanji in _RADICALS.items()}
    table[ord("´")] = "'"  # NFKC would split the word with a space
    return table


@cache
def _after_nfkc() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(dash): "-" for dash in _DASHES}
    table |= {ord(wave): "~" for wave in _WAVES}
    # A mark that found no letter to join is shown as the spacing mark, not as a combining one on a stranger.
    return table | {ord(_VOICED): "゛", ord(_SEMI_VOICED): "゜"}


@cache
def _dash_table(long_mark: bool) -> dict[int, str]:
    return {ord(dash): "-" for dash in _DASHES + ("ーｰ" if long_mark else "")}


@cache
def _to_katakana_table() -> dict[int, int]:
    return {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
