"""Kana to Latin letters: the passport spelling for display, and one key alphabet in which kana and Latin names meet.

Sources: the Hepburn table of the passport regulations (no long vowels, m before b, m, p, `tch`), and for the key the
Kunrei system (ISO 3602), into which every other romanisation of a name can be rewritten, but not the other way.
"""

import re
from functools import cache, lru_cache
from unicodedata import normalize

from crm_pipelines.standardise.kana import standardise_kana
from crm_pipelines.standardise.text import clean_text, to_katakana

_ROWS = {
    "": "ア イ ウ エ オ", "k": "カ キ ク ケ コ", "s": "サ シ ス セ ソ", "t": "タ チ ツ テ ト", "n": "ナ ニ ヌ ネ ノ",
    "h": "ハ ヒ フ ヘ ホ", "m": "マ ミ ム メ モ", "r": "ラ リ ル レ ロ", "g": "ガ ギ グ ゲ ゴ", "z": "ザ ジ ズ ゼ ゾ",
    "d": "ダ ヂ ヅ デ ド", "b": "バ ビ ブ ベ ボ", "p": "パ ピ プ ペ ポ",
}  # fmt: skip
_IRREGULAR = {
    "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu", "ヴ": "bu", "ヲ": "o",
    "ン": "n",
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヮ": "wa", "ヵ": "ka", "ヶ": "ke", "ー": "",
    "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo",
    "ヴァ": "ba", "ヴィ": "bi", "ヴェ": "be", "ヴォ": "bo", "ティ": "tei", "ディ": "dei", "デュ": "deyu",
    "テュ": "teyu",
    "トゥ": "tou", "ドゥ": "dou",
}  # fmt: skip
_O_ROW = frozenset("オコソトノホモヨロヲゴゾドボポョ")
_U_ROW = frozenset("ウクスツヌフムユルグズヅブプュ")
# After these the ウ opens a word of its own (浦, 上, 内, 梅, 海): マツウラ is matsuura, ヨコウチ yokouchi, コウジ koji.
_OWN_WORD = re.compile(
    "[クスツヌムル]ウ(?=ラ|チ|エ|メ|ミ)|ノウ(?=ラ|チ|エ|メ)|コウ(?=メ$)"
    "|(?:ヨコ|ホソ|モト|ソト|イソ|トコ|シモ|クロ|シロ|ヒロ|ソノ|イト|オト|サト|ヤマト|ミヤコ|ハコ|ネコ)ウ(?=[チラエメミ]$)"
)

_HEPBURN = (
    ("cch", "tch"), ("shi", "si"), ("sh", "sy"), ("chi", "ti"), ("ch", "ty"), ("tsu", "tu"),
    ("dzu", "zu"), ("du", "zu"), ("ji", "zi"), ("jy", "zy"), ("j", "zy"), ("fu", "hu"), ("f", "hu"),
    ("l", "r"), ("v", "b"),
)  # fmt: skip
_LETTERS_WITHOUT_ACCENT = {"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_LONG_I = str.maketrans(dict.fromkeys("īĪîÎ", "ii"))  # Nīgata; the other vowels are shortened anyway
_NOT_A_LETTER = re.compile("[^a-z]+")
_LABIAL_N = re.compile("m(?=[bmp])")
_LONG_O = re.compile("o(?:[ou]|h(?![aeiou]))+")
_LONG_U = re.compile("u(?:u|h(?![aeiou]))+")
_OLD_YE = re.compile("(?<=[aiou])ye")  # Inouye, Uyeda, Mayeda
_OTHER_DOUBLE = re.compile("([ae])\\1+|n(?=n)")
_BIG_LETTER_Y = re.compile("iy(?=[aou])")
_BIG_LETTER_TU = re.compile("tu([kstp])")


@lru_cache(maxsize=200_000)
def romaji(kana: str) -> str:
    """Return the passport spelling of a kana name in lower case: `sato taro`. For display; never a customer's own.

    Args:
        kana: a name in kana, any width; parts separated by a space. Characters that are no kana stay.
    """
    name = standardise_kana(kana).std or ""
    return " ".join(_passport_word(word) for word in name.split())


@lru_cache(maxsize=200_000)
def roman_key(text: str) -> str:
    """Return the key of a name in kana or Latin letters, in one alphabet: カトウ, Katoh, Katō and KATOU are `kato`.

    Long vowels collapse (ii stays), l is r, m before b, m, p is n. It merges オノ and オオノ: weaker
    than kana equality. Characters that are neither kana nor Latin are left out.
    """
    cleaned = clean_text(text)
    if cleaned.isascii():
        return _collapse(_kunrei(_NOT_A_LETTER.sub("", cleaned.lower())))
    kana = standardise_kana(cleaned).std if not re.search("[A-Za-z]", cleaned) else cleaned
    return key_of_kana(kana or cleaned)


def key_of_kana(kana: str) -> str:
    """Return `roman_key` of a reading that is standard kana already, as in our tables: a fifth of the work."""
    latin = "".join(_syllables(to_katakana(kana))).translate(_LONG_I)
    return _collapse(_kunrei(_NOT_A_LETTER.sub("", unaccented(latin))))


@lru_cache(maxsize=200_000)
def meeting_key(text: str) -> str:
    """Return `roman_key` in which bank kana with big letters meet small ones too (ジユンコ, ジュンコ; ハツトリ)."""
    return fold_big_letters(roman_key(text))


def fold_big_letters(key: str) -> str:
    """Collapse a roman key, joined of parts perhaps, so that big kana letters and joints make no difference."""
    folded = _BIG_LETTER_Y.sub("y", _BIG_LETTER_TU.sub(r"\1\1", _collapse(key)))
    return folded if folded == key else fold_big_letters(folded)


def unaccented(text: str) -> str:
    """Return Latin text in lower case without accents (ß as ss, ø as o, ł as l, æ as ae)."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    plain = folded.translate(_accent_table())
    return normalize("NFC", re.sub("[\u0300-\u036f]", "", normalize("NFD", plain)))


def _passport_word(word: str) -> str:
    kept = []
    skip = False
    own = {found.end() - 1 for found in _OWN_WORD.finditer(word)}
    for index, letter in enumerate(word):
        before = word[index - 1] if index and not skip else ""
        skip = index not in own and _is_long(before, letter, is_last=index == len(word) - 1)
        if not skip:
            kept.append(letter)
    spelled = "".join(_syllables("".join(kept)))
    return _LABIAL_N.sub("m", re.sub("n(?=[bmp])", "m", spelled.replace("cch", "tch")))


def _is_long(before: str, letter: str, *, is_last: bool) -> bool:
    if letter == "ウ":
        return before in _O_ROW or before in _U_ROW
    return letter == "オ" and before in _O_ROW and not is_last


def _syllables(kana: str) -> list[str]:
    """Spell kana letter by letter in Hepburn with long vowels written out; other characters pass."""
    table, spelled, double, index = _spelling(), [], False, 0
    while index < len(kana):
        letter = kana[index : index + 2]
        if letter not in table:
            letter = kana[index]
        index += len(letter)
        if letter == "ッ":
            double = True
            continue
        syllable = table.get(letter, letter)
        spelled.append(syllable[0] + syllable if double and syllable[:1] not in "aiueon" else syllable)
        double = False
    return spelled


def _kunrei(latin: str) -> str:
    for spelling, simple in _HEPBURN:
        if spelling in latin:
            latin = latin.replace(spelling, simple)
    return latin


def _collapse(latin: str) -> str:
    latin = _LABIAL_N.sub("n", latin)
    if "ye" in latin:
        latin = _OLD_YE.sub("e", latin)
    latin = _LONG_U.sub("u", _LONG_O.sub("o", latin))
    return _OTHER_DOUBLE.sub(lambda found: found.group(1) or "", latin)


@cache
def _spelling() -> dict[str, str]:
    table = {
        kana: row + vowel for row, line in _ROWS.items() for kana, vowel in zip(line.split(), "aiueo", strict=True)
    }
    table |= _IRREGULAR
    for kana, spelled in list(table.items()):
        if len(kana) == 1 and spelled.endswith("i") and kana not in "イィヰ":
            stem = spelled[:-1]
            glide = stem if stem in ("sh", "ch", "j") else stem + "y"
            table |= {kana + "ャ": glide + "a", kana + "ュ": glide + "u", kana + "ョ": glide + "o"}
    return table


@cache
def _accent_table() -> dict[int, str]:
    return {ord(letter): plain for letter, plain in _LETTERS_WITHOUT_ACCENT.items()}
