"""Fold the variant forms of a kanji into one, for keys only: what is shown keeps the glyph its owner writes."""

import re
from collections.abc import Mapping
from functools import cache

from crm_pipelines.standardise.tables.curated import LOOKALIKES
from crm_pipelines.standardise.tables.loading import kanji_folds

_LOOKALIKE = {shown: kana for kana, shown in LOOKALIKES}
_KATAKANA = "ァ-ヴー"
_BETWEEN_KATAKANA = re.compile(
    f"(?<=[{_KATAKANA}])[{''.join(_LOOKALIKE)}](?=[{_KATAKANA}]|$)"
    f"|^[{''.join(_LOOKALIKE.keys() - set('一'))}](?=[{_KATAKANA}]{{2}})"  # no word begins with a long mark
)
_HAS_LOOKALIKE = re.compile(f"[{''.join(_LOOKALIKE)}]")


def fold_kanji(text: str) -> str:
    """Replace every variant form by its base form, as the strict key compares (髙 to 高, 邉 to 辺, 齋 to 斎).

    Different characters stay different (斎 and 斉, 坂 and 阪, 舟 and 船). Folding twice changes nothing. Source of the
    generated part: the Ministry of Justice family-register notice in the MJ shrink map; see `tables/ORIGINS.md`.
    """
    return text if text.isascii() or _variants().isdisjoint(text) else text.translate(_strict())


def fold_kanji_loose(text: str) -> str:
    """Fold further what data entry exchanges (斉 to 斎, 峯 to 峰, 舟 to 船): for blocking, never for a decision."""
    return text.translate(_loose())


def fold_lookalikes(text: str) -> str:
    """Write kanji typed for katakana as katakana (力 as カ), only between katakana or at an edge beside it."""
    if not _HAS_LOOKALIKE.search(text):
        return text
    folded = _BETWEEN_KATAKANA.sub(lambda found: _LOOKALIKE[found.group()], text)
    return folded if folded == text else fold_lookalikes(folded)


def kana_of_lookalikes(word: str) -> str:
    """Write every kanji of a word as the katakana it looks like, for fields that hold kana alone (工ミ as エミ)."""
    return word[:1].translate(_lookalikes("一")) + word[1:].translate(_lookalikes(""))


@cache
def _lookalikes(left_out: str) -> dict[int, str]:
    return {ord(shown): kana for shown, kana in _LOOKALIKE.items() if shown not in left_out}


def kanji_variants() -> Mapping[str, str]:
    """Every variant form and its base form, one letter each."""
    return kanji_folds()["strict"]


@cache
def _variants() -> frozenset[str]:
    return frozenset(kanji_variants())


@cache
def _strict() -> dict[int, str]:
    return {ord(char): base for char, base in kanji_variants().items()}


@cache
def _loose() -> dict[int, str]:
    strict = _strict()
    loose = {ord(char): base for char, base in kanji_folds()["loose"].items()}
    return {code: loose.get(ord(base), base) for code, base in strict.items()} | loose
