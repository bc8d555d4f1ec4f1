"""The key of a company's core name: two spellings of one name have the same, two names do not."""

import re
from functools import cache, lru_cache
from unicodedata import category

from crm_pipelines.standardise.kana import V_ROW, with_repeats
from crm_pipelines.standardise.kanji import fold_kanji, fold_lookalikes
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.tables.legal_forms import JAPANESE_FORMS, SHORT_FORMS
from crm_pipelines.standardise.text import clean_text, is_kana, to_katakana

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|〔[^〔〕]*〕|【[^【】]*】|<[^<>]*>|《[^《》]*》|〈[^〈〉]*〉")
_AND_IN_LATIN = re.compile(r"(?<=[a-z0-9])[ ]*&[ ]*(?=[a-z0-9])")
_LEADING_THE = re.compile(r"^the (?=\S)")
_TRAILING_THE = re.compile(r"(?<=\S), the$")
_NO_LETTER = re.compile(r"[\W_]+")
_COMPLEX = re.compile("[֐-࿿ក-៿]")
_LONG_MARK = re.compile("(?<=[ァ-ヺ])[ーヽヾ]+")
_LATIN_FORM = re.compile(r"(?<=[^&+ ,])[ ,]+(?:(?:co\.?,? ?)?ltd|inc|llc|gmbh)\.?$")
_LATIN_FORM_ENDS = ("d", "d.", "c", "c.", "h")
_BIG = str.maketrans("ァィゥェォッャュョヮヵヶヰヱ", "アイウエオツヤユヨワカケイエ")
_PLAIN_KANJI = re.compile("[ァ-ヺ一-鿿]+")
_KANJI_ALONE, _MAY_BE_FORM = re.compile("[一-鿿]+"), re.compile("会社|法人")
_PLACES_IN_KANA = frozenset("ジャパン アジア チャイナ コリア タイ インド ヨーロッパ アメリカ".split())  # noqa: SIM905 - a table: words read better than quotes
_JAPANESE = re.compile("[ぁ-ヿ一-鿿々]")


@lru_cache(maxsize=200_000)
def company_key(core: str) -> str:
    """Return the key of a core name: variants folded, katakana big, no long mark, no punctuation, `&` spelled out.

    It treats as the same what the securities depository's name search does: spaces, width, case, variant glyphs, small
    kana, middle dots, commas, full stops; accents, readings and acronyms in brackets too, and the old kana ヰ and ヱ. A
    repeat mark is the letter it repeats. A form left at an edge is taken off.
    """
    if _KANJI_ALONE.fullmatch(core) and not _MAY_BE_FORM.search(core):
        return fold_kanji(core)  # most names: none of what follows changes them
    text = clean_text(core).casefold()
    if text[-1:] in ")]〕】>》〉" or "(" in text:
        unbracketed = _without_brackets(text)
        text = unbracketed if _NO_LETTER.sub("", unbracketed) else text
    if text.endswith(_LATIN_FORM_ENDS):
        text = _LATIN_FORM.sub("", text)
    if "&" in text:
        text = _AND_IN_LATIN.sub("and", text.replace("&amp;", "&")).replace("&", "アンド")
    if not _PLAIN_KANJI.fullmatch(text):
        text = _letters(_TRAILING_THE.sub("", _LEADING_THE.sub("", unaccented(text))))
    letters = to_katakana(fold_kanji(text))
    if "ヾ" in letters or "ヽ" in letters:
        letters = with_repeats(letters)
    if "ヴ" in letters:
        for sound, plain in V_ROW:
            letters = letters.replace(sound, plain)
    letters = letters.translate(_BIG)
    if "会社" in letters or "法人" in letters:
        letters = _edge_form().sub("", letters) or letters
    return _LONG_MARK.sub("", fold_lookalikes(letters))


def _letters(text: str) -> str:
    if _COMPLEX.search(text):  # vowels of these scripts are marks, no letters
        return "".join(char for char in text if char.isalnum() or category(char).startswith("M"))
    return _NO_LETTER.sub("", text)


def _without_brackets(text: str) -> str:
    """Drop a reading, an acronym of a Japanese name, a form; keep what tells two companies apart: Acme (UK)."""
    is_japanese = bool(_JAPANESE.search(_BRACKETED.sub("", text)))
    return _BRACKETED.sub(
        lambda found: "" if _is_note(found.group()[1:-1].strip(), is_japanese) else found.group(), text
    )


def _is_note(inside: str, is_japanese: bool) -> bool:
    if is_kana(_NO_LETTER.sub("", inside)):
        return to_katakana(inside) not in _PLACES_IN_KANA
    if inside.isascii():
        return is_japanese
    return inside.upper() in SHORT_FORMS or inside.startswith(("旧", "元", "前"))


@cache
def _edge_form() -> re.Pattern[str]:
    spellings = sorted((spelled for row in JAPANESE_FORMS.values() for spelled in row), key=len, reverse=True)
    spelled = "|".join(spelling for spelling in spellings if spelling.endswith(("会社", "法人")))
    return re.compile(rf"^(?:{spelled})+(?=.)|(?<=.)(?:{spelled})+$")
