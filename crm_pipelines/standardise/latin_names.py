"""Read a person's name in Latin letters: title, given, middle and family name, suffix, whatever the order."""

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from crm_pipelines.standardise.latin_keys import is_known_given
from crm_pipelines.standardise.latin_orders import (
    are_given_syllables,
    bare,
    has_both_orders,
    is_east_asian_family,
    is_family_first,
    is_japanese_family,
    is_turned,
)
from crm_pipelines.standardise.latin_tails import HOUSEHOLD_WORDS
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.tables.latin_words import (
    ALSO_GIVEN_NAMES,
    FRENCH_GIVEN,
    GENERATIONS,
    HONORIFICS_BEHIND,
    IBERIAN,
    LINKS,
    PARTICLES,
    PATRONYMICS,
    SERVANT_OF,
    SPANISH_GIVEN,
    SUFFIXES,
    TITLE_TAILS,
    TITLES,
    TITLES_OF_TWO,
    VIETNAMESE,
    VIETNAMESE_ALONE,
    VIETNAMESE_MIDDLE,
    WRITTEN_WITH_ACCENT,
)

_PLAIN = re.compile("([A-Z][a-z]+) ([A-Z][a-z]+)")  # two words that no mark surrounds: most names
_BRACKET = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）]")
_QUOTED = re.compile(r"[\"“”«]([^\"“”«»]+)[\"“”»]|(?<= )['‘]([^'’]+)['’](?= )")
_HAS_ASIDE = re.compile(
    r"[(\[（\"“”«'‘]|\bn[ée]e\b|\bborn\b|\bgeb|\bformerly\b|\bmaiden\b|\b[fa]\.?k\.?a\b", re.IGNORECASE
)
_ALL_QUOTED = re.compile(r"[\"“”«'‘]([^\"“”«»]+)[\"“”»'’]")
_NEE = re.compile(
    r"(?:\bn[ée]e|\bborn|\bgeb(?:oren)?\b\.?|\bformerly|\bmaiden name:?|\bf\.?k\.?a\.?)\s+", re.IGNORECASE
)
_KNOWN_AS = re.compile(r"[ ,]+a\.?k\.?a\.?[ :]+", re.IGNORECASE)
_GLUED_STOP = re.compile(r"(?<!\bDipl)(?<!\bDr)\.(?=[A-Z][a-z])")  # Mr.Tanaka, J.Smith
_ATTENTION = re.compile(
    r"^(?:attn?|attention|att|(?:dear|(?:the )?estate of)(?= \S+ \S)|(?:to|name|contact)(?= ?:)|"
    r"fao|f\.a\.o|c/o|care of|z\. ?hd|zu h[äa]nden|à l'attention de|a la atenci[óo]n de|"
    r"p\.? ?h)\b[ .:]*(?=\S)",
    re.IGNORECASE,
)
_SPACED_DOCTOR = re.compile(r"\bph\. d\b", re.IGNORECASE)
_INITIAL = re.compile(r"(?:[A-Z]\.?){1,3}")
_TWO_CONSONANTS = re.compile("[BCDFGHJKLMNPQRSTVWXZ]{2,3}|[A-Z]J")
_SCOTTISH = re.compile("(?:Mc|Mac|Fitz|O['’]|D['’]|L['’]|De|Di|Van|Le|La)(?=[A-Z]{2})")
_TITLE_GLUE = re.compile(r"[.\-'’]+")
_IN_TITLES = TITLES | TITLE_TAILS
_RANKS = frozenset({"sir", "lady", "hon", "baron", "sheikh", "judge", "general"})  # no second given names
_STYLES = frozenset({"H.E.", "H.H.", "H.M.", "H.R.H.", "HRH", "HE"})
_ALSO_INITIALS = frozenset(["ma", "ba", "v", "pe", "rn", "do", "om", "ing", "mag", "ret", "aca", "kc", "qc"])
_OF = frozenset({"de", "da", "do", "dos", "das", "del"})
_MOST_WORDS = 12
_LONGEST = 300


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


@lru_cache(maxsize=10_000)
def read_latin_name(text: str) -> LatinName:
    """Read a cleaned Latin name.

    A comma puts the family name first; so does a first word in capitals before others that are not; so do Japanese,
    Chinese, Korean and Vietnamese names whose first word is a family name and whose rest reads like a given name. Else
    the given name comes first. Particles (van, de la, bin) belong to the family name, and so does the first of two
    Spanish or Portuguese family names. The value is shared between callers: read, never change.
    """
    if plain := _PLAIN.fullmatch(text):
        given, family = plain.groups()
        if given.lower() not in special_words() and family.lower() not in special_words():
            turned = is_family_first([given, family])
            return LatinName(given, family, evidence="dict") if turned else LatinName(family, given)
    if len(text) > _LONGEST:
        return LatinName(text)
    name = LatinName()
    rest = _take_asides(_GLUED_STOP.sub(". ", _SPACED_DOCTOR.sub("PhD", text)), name)
    if "," in rest and (with_comma := _read_comma(rest, name)):
        return with_comma
    words = _without_edges(rest.replace(",", " ").split(), name)
    if len(words) < 2 or len(words) > _MOST_WORDS:
        name.family = " ".join(words)
        return name
    first, last, name.evidence = _family_place(words)
    name.family = " ".join(words[first:last])
    rest_words = [*words[:first], *words[last:]]
    _set_given(name, rest_words, east_asian=_is_given_whole(name, words, rest_words))
    return name


def _is_given_whole(name: LatinName, words: list[str], rest: list[str]) -> bool:
    """Tell whether all words but the family name are one East Asian given name (Jong Un, Ka Fai)."""
    if name.evidence == "caps":
        return is_east_asian_family(name.family) and are_given_syllables(rest)
    return name.evidence == "dict" or (name.evidence == "none" and is_turned(words))


@cache
def special_words() -> frozenset[str]:
    """Words in small letters that a plain name of two words may not hold to be read at once: titles, particles."""
    marks = HOUSEHOLD_WORDS | {"born", "geb", "formerly", "nee", "fka", "attn", "att", "attention", "fao", "ph"}
    return TITLES | TITLE_TAILS | SUFFIXES | HONORIFICS_BEHIND | PARTICLES | SERVANT_OF | PATRONYMICS | LINKS | marks


def latin_std(name: LatinName) -> str:
    """Return the name as shown: given name first, unless only a comma keeps the family name recognisable."""
    std = " ".join(filter(None, (name.given, name.middle, name.family)))
    if name.evidence == "none" and not name.suffix and not name.honorific:
        return std  # read from the words in this very order
    again = read_latin_name(std)
    if (again.family, again.given, again.middle) != (name.family, name.given, name.middle):
        std = f"{name.family}, {' '.join(filter(None, (name.given, name.middle)))}"
    return f"{std}, {name.suffix}" if name.suffix else std


def generation(suffix: str) -> str:
    """Return which of two persons of one name a suffix tells: `1` the elder, `2` the younger, ...; empty for none."""
    return next((GENERATIONS[word] for word in bare(suffix).replace(",", " ").split() if word in GENERATIONS), "")


def is_title(words: str) -> bool:
    """Tell whether every word is a title: Mr., Prof. Dr. med."""
    return bool(words) and all(_is_title_word(word, has_title=True) for word in words.split())


def _take_asides(text: str, name: LatinName) -> str:
    if attention := _ATTENTION.match(text):
        text = text[attention.end() :]
    if not _HAS_ASIDE.search(text):
        return text
    if whole := _ALL_QUOTED.fullmatch(text):
        text = whole[1].strip()
    for found in _BRACKET.finditer(text):
        inner = found.group(1).strip()
        if nee := _NEE.match(inner):
            name.former = inner[nee.end() :]
        elif inner and not is_title(inner) and bare(inner) not in SUFFIXES:
            name.nickname = inner
    text = _BRACKET.sub(" ", text)
    if quoted := _QUOTED.search(text):
        name.nickname = quoted.group(1) or quoted.group(2)
        text = _QUOTED.sub(" ", text)
    if (other := _KNOWN_AS.search(text)) and other.start():
        name.nickname, text = text[other.end() :].strip(" ,"), text[: other.start()].strip(" ,")
    if (nee := _NEE.search(text)) and nee.start():
        name.former = text[nee.end() :].strip(" ,")
        text = text[: nee.start()]
    return text


def _read_comma(text: str, name: LatinName) -> LatinName | None:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    while len(parts) > 1 and _is_suffix_part(parts[-1]):
        name.suffix = " ".join(filter(None, (parts.pop(), name.suffix)))
    if len(parts) < 2:
        return None if not parts else _given_first_with(parts[0], name)
    family = _without_edges(parts[0].split(), name)
    given = _without_edges(" ".join(parts[1:]).split(), name)
    if len(given) == 2 and bare(given[0]) in _RANKS:  # Conan Doyle, Sir Arthur
        name.honorific, given = given[0], given[1:]
    if not family or not given:
        return None
    at = len(given)
    while at > 1 and unaccented(given[at - 1]) in PARTICLES:
        at -= 1
    family, given = given[at:] + family, given[:at]  # Beethoven, Ludwig van
    if len(family) > 1 and is_east_asian_family(family[0]) and are_given_syllables(family[1:]):  # Ng Wei Jie, Benjamin
        name.family, name.given, name.middle, name.evidence = family[0], " ".join(family[1:]), " ".join(given), "comma"
        return name
    name.family, name.evidence = " ".join(family), "comma"
    if len(family) == 1 and len(given) > 1 and is_east_asian_family(family[0]) and are_given_syllables(given):
        size = len(given) if bare(family[0]) in VIETNAMESE_ALONE else 2
        name.given, name.middle = " ".join(given[:size]), " ".join(given[size:])
    else:
        _set_given(name, given, east_asian=len(family) == 1 and len(given) > 1 and is_family_first([*family, *given]))
    return name


def _is_suffix_part(part: str) -> bool:
    words = part.split()
    return bare("".join(words)) in SUFFIXES or all(bare(word) in SUFFIXES or _is_title_word(word) for word in words)


def _given_first_with(text: str, name: LatinName) -> LatinName:
    read = replace(read_latin_name(text))
    read.suffix = " ".join(filter(None, (read.suffix, name.suffix)))
    read.nickname, read.former = read.nickname or name.nickname, read.former or name.former
    return read


def _without_edges(words: list[str], name: LatinName) -> list[str]:
    """Take titles off the front and suffixes off the end, never the last word left."""
    words = _without_titles(words, name)
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


def _without_titles(words: list[str], name: LatinName) -> list[str]:
    taken = 0
    while len(words) - taken > 1:
        pair = tuple(bare(word).strip("'’") for word in words[taken : taken + 2])
        if len(words) - taken > 2 and pair in TITLES_OF_TWO:
            taken += 2
        elif taken + 2 == len(words) and taken and _is_initial_between(*words[taken - 1 : taken + 1]):
            break
        elif words[taken] in _STYLES or _is_title_in_place(words[taken:], has_title=taken > 0):
            taken += 1
        else:
            break
    if taken:
        name.honorific = " ".join(filter(None, (name.honorific, *words[:taken])))
    return words[taken:]


def _is_initial_between(title: str, word: str) -> bool:
    """Mrs H Carter, but Dr. h. c. Carter."""
    return len(bare(word)) == 1 < len(bare(title))


def _is_title_in_place(words: list[str], *, has_title: bool) -> bool:
    folded = bare(words[0])
    if folded in ALSO_GIVEN_NAMES:
        if folded in ("m", "d"):  # Monsieur, Don: only before a given name of the language
            given = FRENCH_GIVEN if folded == "m" else SPANISH_GIVEN
            return words[0] != folded and len(words) > 2 and unaccented(words[1]) in given
        return len(words) > 2 and (folded in TITLES or folded not in ("arch", "forst"))
    return _is_title_word(words[0], has_title=has_title)


def _is_title_word(word: str, *, has_title: bool = False) -> bool:
    pieces = [unaccented(piece) for piece in _TITLE_GLUE.split(word) if piece]
    if not pieces:
        return has_title and word in ("&", "/", "-")
    if has_title and pieces in (["and"], ["und"], ["et"], ["y"], ["e"], ["u"]):
        return False
    if "".join(pieces) in TITLES and ("." in word or len(pieces) == 1 or word[-1] in "'’"):
        return True
    known = _IN_TITLES if has_title else TITLES
    return pieces[0] in known and all(piece in _IN_TITLES for piece in pieces[1:])


def _is_suffix(word: str, n_words: int) -> bool:
    folded = bare(word)
    if folded in ("mr", "mrs", "ms", "mx"):
        return n_words > 2
    if folded in _ALSO_INITIALS:
        return word.replace(".", "").isupper() and n_words > 2 and folded not in ("ma", "ba", "do", "ing", "mag", "om")
    if folded in ("neto", "netto", "filho", "sobrinho", "hijo", "junior", "fils", "pere", "senior"):
        return n_words > 2
    return folded in SUFFIXES or (word.lower() in HONORIFICS_BEHIND and n_words > 1 and word.islower())


def _family_place(words: list[str]) -> tuple[int, int, str]:
    """Return where the family name begins and ends, and why it is there."""
    if (place := _place_by_capitals(words)) is not None:
        return *place, "caps"
    if _is_initial_behind(words):
        return 0, len(words) - 1, "initial"
    if is_family_first(words):
        return 0, 1, "dict"
    if _is_turned_in_capitals(words):
        return 0, 1, "caps"
    if at := has_both_orders(words):
        return at, at + 1, "both"
    return _with_particles(words, len(words) - 1), len(words), "none"


def _is_turned_in_capitals(words: list[str]) -> bool:
    """SMITH JOHN: all in capitals, as lists sorted by family name are, and only the last word is a given name."""
    are_capitals = len(words) == 2 and all(len(word) > 2 and word.isupper() for word in words)
    return are_capitals and is_known_given(words[1]) and not is_known_given(words[0])


def _is_initial_behind(words: list[str]) -> bool:
    """Smith J. and Smith J, but Malcolm X."""
    if not _INITIAL.fullmatch(words[-1]) or _INITIAL.fullmatch(words[0]):
        return False
    return "." in words[-1] or (len(words) == 2 and not is_known_given(words[0]))


def _place_by_capitals(words: list[str]) -> tuple[int, int] | None:
    """The words in capitals, when others are not; particles in front of them in any case belong to them."""
    capitals = [_is_capitals(word) for word in words]
    if not any(capitals) or all(capitals):
        return None
    first = capitals.index(True)
    last = next((at for at in range(first, len(words)) if not capitals[at]), len(words))
    if any(capitals[last:]):
        return None
    if all(unaccented(word) in PARTICLES for word in words[:first]) and last < len(words):
        return 0, last
    return (_with_particles(words, first), last) if first and last == len(words) else None


def _with_particles(words: list[str], at: int) -> int:
    """Where the family name begins that ends with the word at `at`."""
    if bare(words[at]) in VIETNAMESE and unaccented(words[at - 1]) in VIETNAMESE_MIDDLE:
        return at
    father = next((place for place in range(1, at) if words[place].lower() in PATRONYMICS), 0)
    if father and "al" not in (bare(word) for word in words[father + 1 : at]):
        return father
    start = _before_particles(words, at)
    if start < at:  # María Fernández de Córdoba
        is_double = start > 1 and unaccented(words[start - 1]) in IBERIAN and _are_spanish_given(words[: start - 1])
        return start - 1 if is_double else start
    return _before_two_families(words, at)


def _before_two_families(words: list[str], at: int) -> int:
    """Where two Spanish or Portuguese family names begin of which the second is the word at `at`; `at` for one."""
    is_double = at == 2 and "-" in words[0] and _are_spanish_given(words[0].split("-"))  # María-José Carreño Quiñones
    is_iberian = unaccented(words[at]) in IBERIAN
    is_after_first = at > 2 and words[at - 2].lower() in _OF and unaccented(words[0]) != "maria"
    if is_after_first and is_iberian:  # Ronaldo de Assis Moreira
        return _before_particles(words, at - 1)
    is_before_iberian = at > 1 and unaccented(words[at - 1]) in IBERIAN
    if is_double or (at < 4 and is_before_iberian and _are_spanish_given(words[: at - 1])):
        return at - 1
    return _before_particles(words, at - 1) if is_before_iberian and is_iberian else at


def _are_spanish_given(words: list[str]) -> bool:
    return all(unaccented(word) in SPANISH_GIVEN for word in words)


def _before_particles(words: list[str], at: int) -> int:
    while at > 1 and _is_particle(words[at - 1]):
        if unaccented(words[at - 1]) in LINKS and at > 2:  # Ortega y Gasset, von und zu Guttenberg
            at -= 1
        at -= 1
    return at


def _is_particle(word: str) -> bool:
    folded = word.lower()
    if unaccented(folded) in WRITTEN_WITH_ACCENT:
        return not folded.isascii()
    if folded in ("mac", "e", "y", "i"):
        return word == "Mac" or word.islower()
    return unaccented(folded).rstrip(".") in PARTICLES or folded.startswith(("d'", "l'", "d’", "l’"))


def _is_capitals(word: str) -> bool:
    core = _SCOTTISH.sub("", word)
    letters = [letter for letter in core if letter.isalpha()]
    if len(letters) < 2 or not core.isupper() or (len(letters) < 4 and "." in word):
        return False
    if len(letters) > 2:
        return not _TWO_CONSONANTS.fullmatch(core)
    return is_east_asian_family(word) or (not _TWO_CONSONANTS.fullmatch(core) and is_japanese_family(word))


def _set_given(name: LatinName, words: list[str], *, east_asian: bool = False) -> None:
    if not words:
        return
    size = len(words) if east_asian else 1
    if len(words) > 1 and unaccented(words[0]) in SERVANT_OF:
        size = max(size, 2)
    name.given, name.middle = " ".join(words[:size]), " ".join(words[size:])
