"""How a company's core name may be read, and the looser keys that only blocking may use."""

import re
from functools import cache, lru_cache

from crm_pipelines.standardise.bank_companies import bank_company
from crm_pipelines.standardise.kana import kana_bank, standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.name_split import family_bearers
from crm_pipelines.standardise.readings import readings_of_family, readings_of_given
from crm_pipelines.standardise.tables.business_words import (
    GENERIC_ENDINGS,
    LETTER_NAMES,
    MORE_LETTER_NAMES,
    OTHER_READINGS,
    READINGS,
)
from crm_pipelines.standardise.text import clean_text, is_kana, to_katakana

MAX_KEYS = 6
_BANK_LENGTH = 30  # the field for a name in a transfer file
_RUNS = re.compile(r"[ァ-ヺー]+|[A-Za-z]+|[一-鿿㐀-䶿々]+|[&+]")
_LONGEST_WORD = 5
_NEVER = 1000.0  # more than any words cost
_WELL_BORNE = 500  # people who bear a family name
_LONGEST_CORE = 300  # letters; a longer text is no name


def company_reading_keys(core: str, kana: str | None = None) -> tuple[str, ...]:
    """Return the readings of a core name in bank kana, best first, cut to thirty letters as transfers are.

    Args:
        core: the core name as written, without legal form.
        kana: the record's own furigana, with or without the form; it beats the reading of the words.

    Returns:
        At most `MAX_KEYS` keys; empty when some part of the name has no known reading.
    """
    if kana and standardise_kana(kana).keys and (own := bank_company(kana)).keys:
        return own.keys
    cleaned = clean_text(core)
    return _core_readings(cleaned) if len(cleaned) <= _LONGEST_CORE else ()


@lru_cache(maxsize=100_000)
def generic_free_key(key: str) -> str:
    """Return a company key without its generic ending (ホルデイングス, 工業): for blocking only; never empty."""
    while ending := next((word for word in _generic_keys() if key.endswith(word) and len(key) - len(word) >= 2), ""):
        key = key[: -len(ending)]
    return key


def acronym_key(core: str) -> str:
    """Return the letters of a core made of letter names (エヌ・ティ・ティ is `ntt`) or of Latin letters; else empty."""
    text = to_katakana(clean_text(core))
    if text.isascii():
        return re.sub("[^a-z0-9]+", "", text.lower())
    names, letters = re.sub("[・ .,-]+", "", text), ""
    while names:
        found = next((name for name in _letter_names() if names.startswith(name)), "")
        if not found:
            return ""
        letters, names = letters + _letter_names()[found], names[len(found) :]
    return letters.lower() if len(letters) > 1 else ""


@lru_cache(maxsize=100_000)
def _core_readings(core: str) -> tuple[str, ...]:
    readings = [""]
    for word in _mixed_words():
        core = core.replace(word, READINGS[word]) if word in core else core
    for run in _RUNS.findall(to_katakana(core)):
        options = _run_readings(run)
        if not options:
            return ()
        readings = [before + option for before in readings for option in options][:MAX_KEYS]
    return tuple(dict.fromkeys(_bank(reading) for reading in readings if reading))


def _run_readings(run: str) -> tuple[str, ...]:
    if is_kana(run):
        return (run,)
    if run in "&+":
        return ("アンド" if run == "&" else "プラス",)
    if run.isascii():
        return ("".join(LETTER_NAMES[letter] for letter in run.upper()),) if run.isupper() or len(run) < 4 else ()
    return _kanji_readings(fold_kanji(run))


def _kanji_readings(run: str) -> tuple[str, ...]:
    """Read kanji as the fewest and surest known words: words of business, then names."""
    options = [""]
    for word in _words(run):
        options = [before + reading for before in options for reading in _word_readings(word)][:MAX_KEYS]
    return tuple(options) if options != [""] else ()


def _words(run: str) -> list[str]:
    """Cut kanji into known words at the least cost; empty when some letter has no known reading."""
    costs: list[float] = [0.0]
    cuts: list[int] = [0]
    for end in range(1, len(run) + 1):
        options = [
            (costs[start] + _cost(run[start:end]), start)
            for start in range(max(0, end - _LONGEST_WORD), end)
            if costs[start] < _NEVER
        ]
        cost, start = min(options, default=(_NEVER, 0))
        costs.append(cost)
        cuts.append(start)
    if costs[-1] >= _NEVER:
        return []
    words, end = [], len(run)
    while end:
        words.append(run[cuts[end] : end])
        end = cuts[end]
    return words[::-1]


@lru_cache(maxsize=100_000)
def _cost(word: str) -> float:
    """What a word of business, a name or a letter of a name costs; a single letter is the last resort."""
    is_single = len(word) == 1
    if word in READINGS:
        return 1.6 if is_single else 1.0
    if readings_of_family(word):
        return 2.2 if is_single else 1.2
    if readings_of_given(word):
        return 2.5 if is_single else 1.5
    return _NEVER


def _word_readings(word: str) -> tuple[str, ...]:
    """A word of business, and its other reading or that of a usual family name: 大和 is ダイワ or ヤマト."""
    if word not in READINGS:
        return _name_readings(word)
    families = readings_of_family(word) if len(word) > 1 and family_bearers(word) >= _WELL_BORNE else ()
    return tuple(dict.fromkeys((READINGS[word], *OTHER_READINGS.get(word, families))))[:2]


def _name_readings(word: str) -> tuple[str, ...]:
    return (readings_of_family(word) or readings_of_given(word))[:2]


def _bank(reading: str) -> str:
    return kana_bank(reading)[:_BANK_LENGTH]


@cache
def _mixed_words() -> tuple[str, ...]:
    """Words of kanji and kana, which no run of either letters holds: 製パン, 味の素."""
    return tuple(word for word in READINGS if not _RUNS.fullmatch(word))


@cache
def _letter_names() -> dict[str, str]:
    names = {name: letter for letter, name in LETTER_NAMES.items()} | MORE_LETTER_NAMES
    return dict(sorted(names.items(), key=lambda item: (-len(item[0]), item[0])))


@cache
def _generic_keys() -> tuple[str, ...]:
    big = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ", "ー")
    return tuple(sorted((word.translate(big) for word in GENERIC_ENDINGS), key=lambda word: (-len(word), word)))
