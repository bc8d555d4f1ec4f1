"""Every reading a Japanese name can have, as keys of one alphabet: kanji alone do not tell how a name is read.

A record with its own kana has one key; kanji alone give the product of the family's and the given name's readings,
and a Chinese name its Mandarin spellings too.
Two records may be one person when their sets meet.
"""

import re
from functools import lru_cache

from crm_pipelines.standardise.chinese_readings import chinese_reading_keys, may_be_chinese
from crm_pipelines.standardise.kana import standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.korean_readings import hangul_family_keys, hangul_given_keys
from crm_pipelines.standardise.latin_keys import latin_family_keys, latin_given_keys, latin_reading_keys
from crm_pipelines.standardise.romaji import fold_big_letters, meeting_key
from crm_pipelines.standardise.tables.loading import given_name_rows, name_kanji_rows, surname_rows
from crm_pipelines.standardise.text import clean_text, is_hangul, is_kana, is_katakana, to_katakana

MAX_KEYS = 24
"""The most keys one name gets; measured on dictionary names, the mean is about 1.5."""

_WRITTEN_OTHERWISE = re.compile(r"[ノの之ケヶがツッつっ々]|(.)\1")
_MOST_COMPOSED = 10
_CACHED_PARTS = 200_000
# Rendaku: the medial syllable is voiced by some bearers of the name and not by others (ナカシマ, ヤマザキ, タカタ).
_SWAPPED_VOICE = (
    ("サキ", "ザキ"), ("サワ", "ザワ"), ("シマ", "ジマ"), ("タ", "ダ"), ("カワ", "ガワ"), ("ハラ", "バラ"),
    ("ハシ", "バシ"), ("ハタ", "バタ"), ("クチ", "グチ"), ("ツカ", "ヅカ"), ("キ", "ギ"),
    ("ハヤシ", "バヤシ"), ("セ", "ゼ"),
)  # fmt: skip
_LIKELY = 10  # the first so many: the others would give one more reading to very many names
_VOICED_TAIL = re.compile("|".join(f"(?<=.){sound}$" for pair in _SWAPPED_VOICE[:_LIKELY] for sound in pair))
_PARTNER = {sound: other for pair in _SWAPPED_VOICE for sound, other in (pair, pair[::-1])}


def reading_keys(
    family: str | None, given: str | None, kana: str | None = None, latin: str | None = None
) -> tuple[str, ...]:
    """Return the candidate reading keys of one person name, best first; two names can be one person if they meet.

    Args:
        family: family name as written (kanji, kana or Latin); null when unknown.
        given: given name as written; null when unknown.
        kana: the record's own kana name, with or without a space; it beats every dictionary.
        latin: the whole name in Latin letters, in any order; both orders become keys.

    Returns:
        At most `MAX_KEYS` keys, family before given, without a space. Empty when there is only a family or only a given
        name, or no reading is known.
    """
    if kana and (own := _own_kana_key(kana)):
        return (own,)
    if latin and (words := _latin_words(latin)):
        return _both_orders(words[:-1], words[-1:])
    if not family or not given:
        return ()
    if _order_is_unknown(family, given):
        return latin_reading_keys(family, given) if _is_latin_name(family) else _both_orders([given], [family])
    families, givens = family_keys(family), given_keys(given)
    ranked = sorted(
        (rank_f + rank_g, rank_f, _joined([f, g]))
        for rank_f, f in enumerate(families)
        for rank_g, g in enumerate(givens)
    )
    chinese = chinese_reading_keys(family, given) if may_be_chinese(family) else ()
    japanese = tuple(dict.fromkeys(key for _, _, key in ranked))[: MAX_KEYS - len(chinese)]
    return tuple(dict.fromkeys((*japanese, *chinese))) if chinese else japanese


@lru_cache(maxsize=_CACHED_PARTS)
def readings_of_family(family: str) -> tuple[str, ...]:
    """Return the katakana readings of a family name, most usual first; a name in kana is its own reading.

    The partner in voicing (ナカシマ for ナカジマ) comes last where the dictionary has only one of the two.
    """
    text = clean_text(family)
    if is_kana(text.replace(" ", "")):
        return (standardise_kana(text).std or text,)
    known = _family_readings(_folded(text))
    return tuple(dict.fromkeys((*known, *(_voicing_partner(reading) for reading in known))))


@lru_cache(maxsize=_CACHED_PARTS)
def readings_of_given(given: str) -> tuple[str, ...]:
    """Return the katakana readings of a given name, most usual first; a name in kana is its own reading."""
    text = clean_text(given)
    if is_kana(text.replace(" ", "")):
        return (standardise_kana(text).std or text,)
    folded = _folded(text)
    return tuple((given_name_rows().get(folded) or _mixed_reading(text)).split()) or _composed(folded)


@lru_cache(maxsize=_CACHED_PARTS)
def family_keys(family: str) -> tuple[str, ...]:
    """Return the reading keys of a family name alone; for Latin its own key."""
    if _is_latin_name(family):
        return latin_family_keys(family) or (meeting_key(family),)
    if is_hangul(family):
        return hangul_family_keys(family)
    return tuple(dict.fromkeys(meeting_key(reading) for reading in readings_of_family(family)))


@lru_cache(maxsize=_CACHED_PARTS)
def given_keys(given: str) -> tuple[str, ...]:
    """Return the reading keys of a given name alone; for Latin its own key."""
    if _is_latin_name(given):
        return latin_given_keys(given) or (meeting_key(given),)
    if is_hangul(given):
        return hangul_given_keys(given)
    return tuple(dict.fromkeys(meeting_key(reading) for reading in readings_of_given(given)))


@lru_cache(maxsize=_CACHED_PARTS)
def _own_kana_key(kana: str) -> str:
    """Key of a record's own kana; empty when the value is no kana name."""
    value = standardise_kana(kana)
    return _joined([meeting_key(part) for part in value.std.split()]) if value.std and value.keys else ""


def _order_is_unknown(family: str, given: str) -> bool:
    """Latin names and foreign names in katakana may stand in either order, whatever the source's columns say."""
    if _is_latin_name(family):
        return _is_latin_name(given)
    return is_katakana(family) and is_katakana(given)


def surname_row(folded: str) -> tuple[int, str] | None:
    """Return (bearers, readings) of a folded family name, also with ノ, ケ or ツ written otherwise; null if unknown."""
    row = surname_rows().get(folded)
    return row or (_row_of_other_spelling(folded) if _WRITTEN_OTHERWISE.search(folded) else None)


@lru_cache(maxsize=_CACHED_PARTS)
def _row_of_other_spelling(folded: str) -> tuple[int, str] | None:
    rows = surname_rows()
    if len(folded) < 2:
        return None
    return next((rows[spelling] for spelling in _spellings(_folded(folded)) if spelling in rows), None)


def _joined(parts: list[str]) -> str:
    return _fold_joint("".join(parts))


@lru_cache(maxsize=_CACHED_PARTS)
def _fold_joint(key: str) -> str:
    return fold_big_letters(key)


def _both_orders(first: list[str], last: list[str]) -> tuple[str, ...]:
    """Keys for the order family, given as named and for the other, the more Japanese order (last word first) first."""
    front, back = [meeting_key(word) for word in first], [meeting_key(word) for word in last]
    keys = (_joined(back + front), _joined(front + back))
    return tuple(dict.fromkeys(key for key in keys if key))


def _latin_words(latin: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", clean_text(latin)) if meeting_key(word)]


def _is_latin_name(text: str) -> bool:
    return bool(text) and not re.search("[\u3041-\U0003134f]", text)


def _folded(text: str) -> str:
    folded = fold_kanji(text).replace("ヶ", "ケ")
    return "".join("々" if i and char == folded[i - 1] and char > "㐀" else char for i, char in enumerate(folded))


def _family_readings(folded: str) -> list[str]:
    row = surname_row(folded)
    return row[1].split() if row else []


def _spellings(folded: str) -> list[str]:
    """The spelling itself, then those that write ノ, ケ and ツ of the middle otherwise (一の瀬, 一之瀬, 三ヶ島)."""
    spellings = [folded]
    for one, others in (
        ("ノ", "の之"),
        ("の", "ノ之"),
        ("之", "ノの"),
        ("ケ", "が"),
        ("が", "ケ"),
        ("ツ", "っつッ"),
        ("ッ", "ツ"),
        ("つ", "ツ"),
    ):
        spellings += [folded.replace(one, other) for other in others if one in folded]
    for mark in "ノの之ケがツッつっ":
        if mark in folded[1:-1]:
            spellings.append(folded[0] + folded[1:-1].replace(mark, "") + folded[-1])
    return spellings


def _voicing_partner(reading: str) -> str:
    found = _VOICED_TAIL.search(reading)
    return reading[: found.start()] + _PARTNER[found.group()] if found else reading


def _composed(folded: str) -> tuple[str, ...]:
    """Readings of a given name that no list has, put together from how names read its two kanji."""
    if len(folded) != 2:
        return ()
    rows = name_kanji_rows()
    first, second = rows.get(folded[0], "").split(), rows.get(folded[1], "").split()
    ranked = sorted((a + b, a, one + other) for a, one in enumerate(first) for b, other in enumerate(second))
    return tuple(dict.fromkeys(reading for _, _, reading in ranked))[:_MOST_COMPOSED]


def _mixed_reading(text: str) -> str:
    """Reading of a given name with kana beside kanji (美さ子) when each kanji run is a name itself; else empty."""
    runs = re.findall("[ぁ-ゖァ-ヺー]+|[^ぁ-ゖァ-ヺー]+", text)
    if len(runs) < 2:
        return ""
    rows = given_name_rows()
    spelled = [to_katakana(run) if is_kana(run) else rows.get(_folded(run), "").split(" ")[0] for run in runs]
    return "".join(spelled) if all(spelled) else ""
