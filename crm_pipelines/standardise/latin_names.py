"""Read a person's name in Latin letters: title, given, middle and family name, suffix, whatever the order."""

import re
from dataclasses import dataclass
from functools import cache

from crm_pipelines.standardise.romaji import meeting_key, unaccented
from crm_pipelines.standardise.tables.latin_words import (
    CHINESE_BY_RANK,
    HONORIFICS_BEHIND,
    KOREAN,
    PARTICLES,
    SUFFIXES,
    TITLES,
    VIETNAMESE,
)
from crm_pipelines.standardise.tables.loading import given_name_rows, surname_rows

_CHINESE = frozenset(CHINESE_BY_RANK)
_PINYIN = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:i?ang|i?ong|eng|ing|uang|ang|ong|iao|ian|uai|uan|[aeiou]n|a[io]|ei|ou|ia|ie|iu|ua|ue|"
    r"ui|uo|un|ve|er|[aeiouv])){1,2}"
)
_KOREAN_SYLLABLE = (
    r"(?:ch|kk|tt|pp|ss|jj|[gkndtrlmbpsjh])?"
    r"(?:y?eo|y?ae|y?oo|y?u|y?a|y?o|w?i|wa|wo|we|eui|ui|e|y?oung|ee|ye)(?:ng|ck|[nmlkpth])?"
)
_KOREAN_GIVEN = re.compile(f"{_KOREAN_SYLLABLE}[- ]?{_KOREAN_SYLLABLE}")
_BRACKET = re.compile(r"[(\[（]([^)\]）]*)[)\]）]")
_QUOTED = re.compile(r"[\"“”«]([^\"“”»]+)[\"“”»]|(?<= )['‘]([^'’]+)['’](?= )")
_NEE = re.compile(r"(?:\bn[ée]e|\bborn|\bgeb\.?|\bformerly|\bmaiden name:?|\bf\.?k\.?a\.?)\s+", re.IGNORECASE)
_GLUED_STOP = re.compile(r"\.(?=[A-Z][a-z])")  # Mr.Tanaka, J.Smith
_INITIAL = re.compile(r"(?:[A-Z]\.?){1,3}")
_JP_SURNAMES_COUNTED = 200


@dataclass(slots=True)
class LatinName:
    """The parts of one Latin name as written; empty strings for what it has not, and the evidence for its order."""

    family: str = ""
    given: str = ""
    middle: str = ""
    suffix: str = ""
    honorific: str = ""
    former: str = ""
    nickname: str = ""
    evidence: str = "none"


def read_latin_name(text: str) -> LatinName:
    """Read a cleaned Latin name.

    A comma puts the family name first; so does a first word in capitals before others that are not; so do Japanese,
    Chinese and Korean names whose first word is a family name and whose rest reads like a given name. Else the given
    name comes first, and particles (van, de la, bin) belong to the family name.
    """
    name = LatinName()
    rest = _take_asides(_GLUED_STOP.sub(". ", text), name)
    if "," in rest and (with_comma := _read_comma(rest, name)):
        return with_comma
    words = _without_edges(rest.replace(",", " ").split(), name)
    if len(words) < 2:
        name.family = words[0] if words else ""
        return name
    at, family_first, name.evidence = _family_place(words)
    if family_first:
        name.family, rest_words = " ".join(words[:at]), words[at:]
    else:
        name.family, rest_words = " ".join(words[at:]), words[:at]
    _set_given(name, rest_words, east_asian=name.evidence == "dict")
    return name


def _take_asides(text: str, name: LatinName) -> str:
    for found in _BRACKET.finditer(text):
        inner = found.group(1).strip()
        if nee := _NEE.match(inner):
            name.former = inner[nee.end() :]
        elif unaccented(inner).strip(".") not in TITLES and inner:
            name.nickname = inner
    text = _BRACKET.sub(" ", text)
    if quoted := _QUOTED.search(text):
        name.nickname = quoted.group(1) or quoted.group(2)
        text = _QUOTED.sub(" ", text)
    if (nee := _NEE.search(text)) and nee.start():
        name.former = text[nee.end() :].strip(" ,")
        text = text[: nee.start()]
    return text


def _read_comma(text: str, name: LatinName) -> LatinName | None:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    while len(parts) > 1 and all(_bare(word) in SUFFIXES | TITLES for word in parts[-1].split()):
        name.suffix = " ".join(filter(None, (parts.pop(), name.suffix)))
    if len(parts) < 2:
        return None if not parts else _given_first_with(parts[0], name)
    family = _without_edges(parts[0].split(), name)
    given = _without_edges(" ".join(parts[1:]).split(), name)
    if not family or not given:
        return None
    trailing = [word for word in given if word.lower() in PARTICLES]
    if trailing and given[-len(trailing) :] == trailing and len(given) > len(trailing):  # Beethoven, Ludwig van
        family, given = trailing + family, given[: -len(trailing)]
    name.family, name.evidence = " ".join(family), "comma"
    whole = [*family, *given]
    _set_given(name, given, east_asian=len(family) == 1 and len(given) > 1 and _is_east_asian_order(whole))
    return name


def _given_first_with(text: str, name: LatinName) -> LatinName:
    read = read_latin_name(text)
    read.suffix = " ".join(filter(None, (read.suffix, name.suffix)))
    read.nickname, read.former = read.nickname or name.nickname, read.former or name.former
    return read


def _without_edges(words: list[str], name: LatinName) -> list[str]:
    """Take titles off the front and suffixes off the end, never the last word left."""
    while len(words) > 1 and _bare(words[0]) in TITLES and (len(words) > 2 or len(_bare(words[0])) > 1):
        name.honorific = " ".join(filter(None, (name.honorific, words[0])))
        words = words[1:]
    if words and "-" in words[-1] and (tail := words[-1].rpartition("-"))[2].lower() in HONORIFICS_BEHIND:
        name.honorific, words = tail[2], [*words[:-1], tail[0]]
    while len(words) > 1 and _is_suffix(words[-1], len(words)):
        last = words[-1]
        if last.lower() in HONORIFICS_BEHIND:
            name.honorific = last
        else:
            name.suffix = " ".join(filter(None, (last, name.suffix)))
        words = words[:-1]
    return words


def _is_suffix(word: str, n_words: int) -> bool:
    bare = _bare(word)
    if bare in ("ma", "ba", "v", "pe", "rn"):  # also family names and initials
        return word.isupper() and n_words > 2 and bare not in ("ma", "ba")
    return bare in SUFFIXES or (word.lower() in HONORIFICS_BEHIND and n_words > 1 and word.islower())


def _bare(word: str) -> str:
    return unaccented(word).replace(".", "")


def _family_place(words: list[str]) -> tuple[int, bool, str]:
    """Return where the family name begins or ends, whether it stands first, and why."""
    capitals = [_is_capitals(word) for word in words]
    if any(capitals) and not all(capitals):
        first_other = capitals.index(False)
        if first_other:
            return first_other, True, "caps"
        if all(capitals[capitals.index(True) :]):
            return _with_particles(words, capitals.index(True)), False, "caps"
    if _INITIAL.fullmatch(words[-1]) and "." in words[-1] and not _INITIAL.fullmatch(words[0]):
        return 1, True, "initial"
    if _is_east_asian_order(words):
        return 1, True, "dict"
    return _with_particles(words, len(words) - 1), False, "none"


def _with_particles(words: list[str], at: int) -> int:
    while at > 1 and (words[at - 1].lower() in PARTICLES or words[at - 1].lower().startswith(("d'", "l'"))):
        if words[at - 1].lower() in ("y", "e", "i") and at > 2:  # Ortega y Gasset
            at -= 1
        at -= 1
    return at


def _is_capitals(word: str) -> bool:
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and word.isupper() and not (len(letters) < 4 and "." in word)


def _is_east_asian_order(words: list[str]) -> bool:
    first, last = _bare(words[0]), _bare(words[-1])
    if len(words) >= 3 and first in VIETNAMESE and last not in VIETNAMESE:
        return True
    if len(words) > 3:
        return False
    rest = [_bare(word) for word in words[1:]]
    if last in _CHINESE | KOREAN and first not in _CHINESE | KOREAN:
        return False
    if (
        first in KOREAN
        and _KOREAN_GIVEN.fullmatch(" ".join(rest))
        and ("-" in rest[0] or len(rest) > 1 or last not in KOREAN)
    ):
        return (
            first not in ("kim", "lee", "jo", "jung", "an") or "-" in rest[0] or len(rest) > 1 or _looks_korean(rest[0])
        )
    if first in _CHINESE and all(_PINYIN.fullmatch(word.replace("-", "")) for word in rest):
        return not _is_western(last) and _rank(first) < _rank(last)
    return len(words) == 2 and _is_japanese_order(words)


def _rank(word: str) -> int:
    return CHINESE_BY_RANK.index(word) if word in _CHINESE else len(CHINESE_BY_RANK)


def _looks_korean(given: str) -> bool:
    return bool(re.search("eo|eu|yeon|hyun|woo|joon|seong|sung|young|hee|soo|jin|min|ji|ho$", given))


def _is_western(word: str) -> bool:
    return word in (
        "anna",
        "dan",
        "joan",
        "eugene",
        "leo",
        "leon",
        "lena",
        "mia",
        "nina",
        "ian",
        "ben",
        "ken",
        "helen",
        "lan",
    )


def _is_japanese_order(words: list[str]) -> bool:
    first, last = meeting_key(words[0]), meeting_key(words[-1])
    families, givens = _japanese_families(), _japanese_givens()
    if first not in families or last not in givens:
        return False
    if last in families or first in givens:
        return families[first] > 20 * families.get(last, 0) and givens.get(last, 0) > 4 * givens.get(first, 0)
    return True


@cache
def _japanese_families() -> dict[str, int]:
    """Reading key -> bearers, of the counted Japanese family names."""
    found: dict[str, int] = {}
    for count, readings in surname_rows().values():
        if count >= _JP_SURNAMES_COUNTED and readings:
            key = meeting_key(readings.split(" ")[0])
            found[key] = found.get(key, 0) + count
    return found


@cache
def _japanese_givens() -> dict[str, int]:
    """Reading key -> number of spellings, of the Japanese given names."""
    found: dict[str, int] = {}
    for readings in given_name_rows().values():
        for reading in readings.split():
            key = meeting_key(reading)
            found[key] = found.get(key, 0) + 1
    return found


def _set_given(name: LatinName, words: list[str], *, east_asian: bool = False) -> None:
    if east_asian:
        name.given = " ".join(words)
        return
    name.given, middle = words[0], words[1:]
    if len(words) > 1 and _INITIAL.fullmatch(words[0]) and not _INITIAL.fullmatch(words[1]) and len(words) == 2:
        name.given, middle = words[0], words[1:]
    name.middle = " ".join(middle)
