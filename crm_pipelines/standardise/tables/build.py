# ruff: noqa: E501 - the rows of ORIGINS.md are long lines
"""Build the packaged tables from installed, licensed packages: `python -m crm_pipelines.standardise.tables.build`.

Run by hand when a package or a curated list changes; the tables are committed, nothing is built at run time. The same
package versions give the same bytes (sorted content, no time stamp).
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from jntajis import MJShrinkSchemeCombo, mj_shrink_candidates
from sudachipy import Dictionary

from crm_pipelines.standardise.tables.curated import (
    CURATED_FOLDS,
    LOOSE_FOLDS,
    MORE_SURNAMES,
    NOT_FOLDED,
    SURNAME_READINGS,
)
from crm_pipelines.standardise.tables.modern_names import MODERN_GIVEN_READINGS
from crm_pipelines.standardise.tables.more_surnames import FURTHER_READINGS, RARE_SURNAMES
from crm_pipelines.standardise.text import clean_text, is_kana, to_katakana

_IDEOGRAPHS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))
_SCHEMES = (
    MJShrinkSchemeCombo.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE
    | MJShrinkSchemeCombo.JIS_INCORPORATION_UCS_UNIFICATION_RULE
)
_HERE = Path(__file__).parent
_MAX_READINGS = 8
_MAX_HALVES = 5
_ROUNDS = 4
_FEWEST_NAMES = 2.0
_SMALL = "ァィゥェォッャュョーン"

Readings = dict[str, list[str]]


def kanji_folds() -> dict[str, str]:
    """Return the strict fold: every ideograph outside JIS level 1 that has one form inside it, plus the curated pairs.

    Chains are resolved, so that folding twice changes nothing.
    """
    folds = {char: bases[0] for char, bases in _generated_folds() if len(bases) == 1}
    folds |= CURATED_FOLDS
    folds = {char: base for char, base in folds.items() if char not in NOT_FOLDED}
    return {char: _end_of_chain(folds, base) for char, base in sorted(folds.items())}


def surnames(folds: dict[str, str]) -> dict[str, tuple[int, list[str]]]:
    """Return folded surname -> (persons bearing it, 0 when unknown; katakana readings, most usual first)."""
    counts = _surname_counts(folds)
    found = _sudachi_readings("姓", folds)
    for surname, (_, reading) in counts.items():
        found.setdefault(surname, [reading])
    for surname in MORE_SURNAMES:
        found.setdefault(_folded(surname, folds), [])
    for surname, readings in SURNAME_READINGS.items():
        found[_folded(surname, folds)] = readings.split()
    for surname, further in (*FURTHER_READINGS.items(), *RARE_SURNAMES.items()):
        folded = _folded(surname, folds)
        found[folded] = list(dict.fromkeys((*found.get(folded, ()), *further)))
    return {name: (counts.get(name, (0, ""))[0], found[name][:_MAX_READINGS]) for name in sorted(found)}


def given_names(folds: dict[str, str]) -> Readings:
    """Return folded given name -> katakana readings, those that a dictionary and the name lists share first."""
    listed = _listed_given_names(folds)
    known = _sudachi_readings("名", folds)
    modern = {_folded(name, folds): readings.split(",") for name, readings in MODERN_GIVEN_READINGS.items()}
    merged: Readings = {}
    for name in sorted(listed.keys() | known.keys() | modern.keys()):
        ours, theirs = known.get(name, []), listed.get(name, [])
        shared = [reading for reading in ours if reading in theirs]
        merged[name] = list(dict.fromkeys(modern.get(name, []) + shared + ours + theirs))[:_MAX_READINGS]
    return merged


def name_kanji(given: Readings) -> Readings:
    """Return kanji -> how given names read it, most usual first: two-character names, every cut of every reading.

    A cut counts by how often both halves stand elsewhere (two rounds of expectation and maximisation), so that true
    halves win over chance cuts.
    """
    weights: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    for _ in range(_ROUNDS):
        counts: dict[tuple[str, str], float] = defaultdict(float)
        for name, reading in _two_kanji(given):
            places = [at for at in range(1, len(reading)) if reading[at] not in _SMALL]
            cuts = [((name[0], reading[:at]), (name[1], reading[at:])) for at in places]
            total = sum(weights[one] * weights[other] for one, other in cuts)
            for one, other in cuts:
                share = weights[one] * weights[other] / total if total else 0.0
                counts[one] += share
                counts[other] += share
        weights = defaultdict(float, counts)
    return _usual_halves(weights)


def _two_kanji(given: Readings) -> Iterator[tuple[str, str]]:
    for name, readings in given.items():
        if len(name) == 2 and not any(is_kana(char) or char == "々" for char in name):
            yield from ((name, reading) for reading in readings if len(reading) > 1)


def _usual_halves(weights: dict[tuple[str, str], float]) -> Readings:
    found: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for (char, half), weight in weights.items():
        if weight >= _FEWEST_NAMES:
            found[char].append((-round(weight, 3), half))
    return {char: [half for _, half in sorted(found[char])[:_MAX_HALVES]] for char in sorted(found)}


def write_tables() -> None:
    """Write the tables beside this file, and their origins."""
    folds = kanji_folds()
    _write("kanji_folds.json.gz", json.dumps({"strict": folds, "loose": LOOSE_FOLDS}, ensure_ascii=False))
    people = surnames(folds)
    _write("surnames.tsv.gz", "\n".join(f"{name}\t{n}\t{' '.join(kana)}" for name, (n, kana) in people.items()))
    given = given_names(folds)
    _write("given_names.tsv.gz", "\n".join(f"{name}\t{' '.join(kana)}" for name, kana in given.items()))
    kanji = name_kanji(given)
    _write("name_kanji.tsv.gz", "\n".join(f"{char}\t{' '.join(kana)}" for char, kana in kanji.items()))
    (_HERE / "ORIGINS.md").write_text(_origins(len(folds), len(people), len(given)), encoding="utf-8")


def _generated_folds() -> Iterator[tuple[str, list[str]]]:
    for first, last in _IDEOGRAPHS:
        for char in map(chr, range(first, last)):
            if _jis_level(char) != 1:
                yield char, [base for base in mj_shrink_candidates(char, _SCHEMES) if _jis_level(base) == 1]


def _jis_level(char: str) -> int:
    """Return 1 or 2 for a kanji of JIS X 0208, 0 for any other: level 1 ends before row 48."""
    try:
        code = char.encode("euc_jp")
    except UnicodeEncodeError:
        return 0
    if len(code) != 2 or code[0] < 0xB0:
        return 0
    return 1 if code[0] < 0xD0 else 2


def _end_of_chain(folds: dict[str, str], char: str) -> str:
    seen = {char}
    while (following := folds.get(char, char)) not in seen:
        seen.add(following)
        char = following
    return char


def _folded(name: str, folds: dict[str, str]) -> str:
    text = "".join(folds.get(char, char) for char in clean_text(name)).replace("ヶ", "ケ")
    return "".join("々" if i and char == text[i - 1] and not is_kana(char) else char for i, char in enumerate(text))


def _surname_counts(folds: dict[str, str]) -> dict[str, tuple[int, str]]:
    counts: dict[str, tuple[int, str]] = {}
    for name, count, hiragana, _ in _name_rows("last_name_org.csv"):
        folded = _folded(name, folds)
        before, reading = counts.get(folded, (0, to_katakana(hiragana)))
        counts[folded] = (before + int(count), reading)
    return counts


def _listed_given_names(folds: dict[str, str]) -> Readings:
    found: Readings = defaultdict(list)
    for sex in ("man", "woman"):
        for grade in ("opti", "org"):
            for hiragana, _, *spellings in _name_rows(f"first_name_{sex}_{grade}.csv"):
                for spelling in spellings:
                    _add(found, _folded(spelling, folds), to_katakana(hiragana))
    return found


def _name_rows(file: str) -> Iterator[list[str]]:
    text = files("japanese_personal_name_dataset").joinpath("dataset", file).read_text(encoding="utf-8")
    return (row for row in csv.reader(text.splitlines()) if len(row) > 2)


def _sudachi_readings(kind: str, folds: dict[str, str]) -> Readings:
    """Return folded name -> readings of one kind of dictionary entry (姓 surname, 名 given name), best first."""
    dictionary = Dictionary(dict="core")
    found: Readings = defaultdict(list)
    for entry in sorted((e.surface(), e.reading_form()) for e in dictionary.entries() if _is_name(e, kind)):
        if not is_kana(entry[0]) and is_kana(entry[1]):
            _add(found, _folded(entry[0], folds), entry[1])
    tokenizer = dictionary.tokenizer()
    for name, readings in found.items():
        if len(readings) > 1:
            text, index = (name + "様", 0) if kind == "姓" else ("鈴木" + name, 1)
            tokens = tokenizer.tokenize(text)
            best = tokens[index].reading_form() if len(tokens) > index and tokens[index].surface() == name else ""
            readings.sort(key=lambda reading, best=best: (reading != best, reading))  # type: ignore[misc] # bound at once
    return found


def _is_name(entry: Any, kind: str) -> bool:
    part_of_speech: tuple[str, ...] = entry.part_of_speech()
    return part_of_speech[2] == "人名" and part_of_speech[3] == kind


def _add(found: Readings, name: str, reading: str) -> None:
    if name and reading not in found[name]:
        found[name].append(reading)


def _write(name: str, text: str) -> None:
    (_HERE / name).write_bytes(gzip.compress(text.encode("utf-8"), compresslevel=9, mtime=0))


def _origins(n_folds: int, n_surnames: int, n_given: int) -> str:
    jntajis, sudachi = version("jntajis-python"), version("sudachidict-core")
    names = version("japanese-personal-name-dataset")
    return f"""# Origins of the tables

Written by `python -m crm_pipelines.standardise.tables.build`; the date of a table is the release of its package.

| table | rows | origin, version, date | licence |
|---|---|---|---|
| `kanji_folds.json.gz` | {n_folds} | derived from the MJ shrink map (MJ縮退マップ; author: Information-technology Promotion Agency, publisher: Character Information Technology Promotion Council), family-register notice and JIS/UCS unification, as carried by jntajis-python {jntajis}; changed: one base per character, `curated.py` overwrites | the derived table as the map: CC BY-SA 2.1 JP; the carrying code BSD-3-Clause |
| `surnames.tsv.gz` | {n_surnames} | sudachidict-core {sudachi} (2026-10-15): surname entries and readings; japanese-personal-name-dataset {names} (2026-10): head counts; `curated.py`, `more_surnames.py` | Apache-2.0; MIT |
| `given_names.tsv.gz` | {n_given} | sudachidict-core {sudachi} (2026-10-15); japanese-personal-name-dataset {names} (2026-10) | Apache-2.0; MIT |
| `name_kanji.tsv.gz` | - | derived from `given_names.tsv.gz`: the halves of two-kanji names | as that |
| `curated.py`, `modern_names.py`, `more_surnames.py`, `business_words.py`, `latin_words.py`, `placeholder_words.py`, `placeholder_phrases.py`, `site_words.py` | - | set by hand from the published lists named in it, 2026-11 | as the project |
| `country_names.tsv` | - | Unicode CLDR as carried by Babel {version("babel")}: names of countries and their ISO 3166 codes; written by `build_countries.py` | Unicode-3.0; BSD-3-Clause |
| `nicknames.yaml`, `chinese_names.py`, `korean_names.py`, `countries.yaml`, `email_domains.yaml`, `former_municipalities.yaml`, `address_words.yaml`, `postal_formats.py` | - | set by hand from general knowledge and the post offices' published formats, 2026-11 | as the project |
| `word_readings.py` | 1538 | words set by hand, 2026-11; readings of sudachidict-core {sudachi} (2026-10-15), corrected by hand | Apache-2.0 |
| `legal_forms.py` | - | set by hand from public statutes and the bank transfer abbreviations, 2026-11 | as the project |
| `foreign_forms.py` | - | set by hand from public company acts, 2026-11 | as the project |
"""


if __name__ == "__main__":
    write_tables()
