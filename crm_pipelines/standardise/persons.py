"""Person names: the form shown (family name, one space, given name, glyphs kept) and the key that folds them."""

import re
from functools import lru_cache

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.body_names import is_body_name
from crm_pipelines.standardise.desk_names import is_desk
from crm_pipelines.standardise.hangul_names import is_hangul_name, read_hangul_name
from crm_pipelines.standardise.junk import is_placeholder
from crm_pipelines.standardise.kanji import fold_kanji, fold_kanji_loose, fold_lookalikes
from crm_pipelines.standardise.latin_names import is_title, latin_std, read_latin_name
from crm_pipelines.standardise.latin_plain_names import read_plain_name
from crm_pipelines.standardise.latin_tails import take_job_or_household, without_edges
from crm_pipelines.standardise.name_orders import is_foreign_in_kana, is_swapped
from crm_pipelines.standardise.name_scripts import exact_key, is_other_script
from crm_pipelines.standardise.name_split import (
    family_bearers,
    guess_cut,
    is_given_name,
    is_given_reading,
    joined_letters,
    kana_family_bearers,
    split_name,
)
from crm_pipelines.standardise.person_bodies import is_body, is_organisation, marks_beside_company
from crm_pipelines.standardise.person_households import Household, read_household
from crm_pipelines.standardise.person_marks import Marks, is_japanese, is_unmarked, take_marks
from crm_pipelines.standardise.person_remarks import name_beside_word
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.settling import settled
from crm_pipelines.standardise.text import clean_text, has_lost_character, is_kana

_SEPARATOR = re.compile(r"[ 、,，・･=＝/_;]+")
_KEY_DROPS = re.compile(r"[\W_]+")
_KANJI_ONLY = re.compile("[一-鿿]+")
_HAS_KATAKANA = re.compile("[ァ-ヺ]")
_REPEATED_KANJI = re.compile(r"([一-鿿㐀-䶿])\1")
_GLUED_TURNED = re.compile("([ァ-ヺー]{2,})([一-鿿々]{2,3})")  # クリス松村
_UNREAD = re.compile(r"@|\d(?!nd\b|rd\b|th\b)|https?:", re.IGNORECASE)
_PLAIN_LATIN = re.compile("[A-Z][a-z]+ [A-Z][a-z]{3,}")
_TITLES_KEPT = 5  # a longer cell than this many words is no name of one person
_LONGEST = 200  # characters; what is longer is no name
_WELL_BORNE = 500
_ANY_FAMILY, _ANY_GIVEN = "佐藤", "健太"  # names that no neighbour makes anything else


def standardise_person(raw: str | None) -> StandardValue:
    """Standardise a name cell of one person; a second person of a household cell is told in the parts.

    Args:
        raw: the cell as received, in Japanese, Chinese, Korean or Latin script; null counts as empty.

    Returns:
        `std` is "family given" in East Asian script and "given middle family suffix" in Latin. `parts`: `family`,
        `given`, `middle`, `suffix`, `former_name`, `honorific`, `kana`, `alias`, `care_of`, `order_evidence` (`space`,
        `comma`, `caps`, `dict`, `unknown`, `none`), `household_given` and `household_family`. `flags`: `household`,
        `organisation` (a legal form or words of business), `employer` (one beside a name), `desk` (総務担当, a
        placeholder), `deceased`, `lookalike`, `order_swapped` (太郎 山田, shown as written).
        Keys: the strict name key, none for placeholders and companies.
        A name that could not be cut is `ambiguous` and has no `given`; one whose `std` is more than the cleaned text
        (cut, mark taken off, put in order) is `repaired`; one of more than 200 characters is kept whole.
    """
    text = clean_text(raw)
    if not text:
        return EMPTY if not raw else StandardValue(None, status=ValueStatus.EMPTY, rules=("person.nothing_visible",))
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("person.too_long",))
    return _plain(text) or _plain_latin(text) or _told(settled(_standardised, text, _is_settled), text)


def person_from_parts(family: str | None, given: str | None, kana: str | None = None) -> StandardValue:
    """Standardise a name whose source has a column for each part; the columns' order is believed.

    Args:
        family: family name; null or empty when the source has none.
        given: given name; null or empty when the source has none.
        kana: the whole name in kana, kept as the part `kana`.
    """
    family_text, given_text = clean_text(family), clean_text(given)
    if not family_text or not given_text:
        value = standardise_person(family_text or given_text)
        return value if not kana or not value.keys else _with_kana(value, kana)
    if len(family_text) + len(given_text) > _LONGEST:
        std = f"{family_text} {given_text}"
        return StandardValue(std, status=ValueStatus.AMBIGUOUS, rules=("person.too_long",))
    marks = take_marks(f"{family_text}\u3000{given_text}") if is_japanese(family_text + given_text) else Marks("")
    if is_placeholder(family_text) or is_placeholder(given_text):
        std = f"{family_text} {given_text}"
        return StandardValue(std, status=ValueStatus.PLACEHOLDER, rules=("person.placeholder",))
    first, _, second = marks.name.partition("\u3000")
    if kana:
        marks.parts["kana"] = clean_text(kana)
    value = _assembled(marks, first.strip() or family_text, second.strip() or given_text, "columns")
    return _told(value, value.std or "") if not marks.rules else _told(value, "")


def name_key(family: str, given: str) -> str:
    """Return the strict key of a name: variants folded, no accents, no case, no space (高橋一郎, watanabekenji)."""
    return _part_key(family) + _part_key(given)


def loose_name_key(family: str, given: str) -> str:
    """Return the loose key of a name, for blocking only (斉藤 and 斎藤 meet)."""
    return fold_kanji_loose(name_key(family, given))


@lru_cache(maxsize=200_000)
def _part_key(part: str) -> str:
    if _KANJI_ONLY.fullmatch(part):
        return _REPEATED_KANJI.sub(r"\1々", fold_kanji(part))
    folded = fold_lookalikes(fold_kanji(clean_text(part))).replace("ヶ", "ケ").replace("ヵ", "カ")
    folded = _REPEATED_KANJI.sub(r"\1々", _KEY_DROPS.sub("", folded))
    return unaccented(folded)


def _is_settled(value: StandardValue) -> bool:
    """Two words without any mark, the first no whole name: another round would read them the same."""
    std = value.std or ""
    if _PLAIN_LATIN.fullmatch(std):
        return value.parts.get("order_evidence") == "none"
    family, _, given = std.partition(" ")
    if not is_unmarked(std) or len(family) not in (1, 2) or not given or len(std) <= 3:
        return False
    if "様" in std or is_swapped(family, given):
        return False
    return not value.rules or not (is_placeholder(std) or is_desk(std) or is_body(std))  # marks may hide a desk


def _plain(text: str) -> StandardValue | None:
    """A family name many bear and a known given name, 様 or no mark: the road of most names; null for any other."""
    name = text[:-1].rstrip() if text[-1] == "様" else text
    if not is_unmarked(name):
        return None
    family, space, given = name.partition(" ")
    if not space:
        cut = split_name(name)
        if cut is None or family_bearers(name) or _is_given_alone(name, cut.family):
            return None
        family, given = cut.family, cut.given
    std = name if space else f"{family} {given}"
    family_key, given_key = plain_family_key(family), plain_given_key(given)
    if family_key is None or given_key is None or (not space and is_body_name(name)):
        return None
    key = (family_key + given_key,)
    parts = {"family": family, "given": given, "order_evidence": "space" if space else "dict"}
    if name is text and space:
        return StandardValue(std, key, ValueStatus.OK, (), parts)
    if name is not text:
        parts["honorific"] = "様"
    rules = (*(("person.honorific",) if name is not text else ()), *(() if space else ("person.split",)))
    return StandardValue(std, key, ValueStatus.REPAIRED, rules, parts)


def _plain_latin(text: str) -> StandardValue | None:
    if (found := read_plain_name(text)) is None:
        return None
    name, std = found
    status, rules = (ValueStatus.OK, ()) if std == text else (ValueStatus.REPAIRED, ("person.order",))
    parts = {"family": name.family, "given": name.given, "order_evidence": name.evidence}
    return StandardValue(std, (name_key(name.family, name.given),), status, rules, parts)


@lru_cache(maxsize=200_000)
def plain_family_key(family: str) -> str | None:
    """The key of a family name that many bear and that is read alike before every plain given name; null for others."""
    is_plain = family_bearers(family) >= _WELL_BORNE and is_unmarked(f"{family} {_ANY_GIVEN}")
    return _part_key(family) if is_plain else None


@lru_cache(maxsize=200_000)
def plain_given_key(given: str) -> str | None:
    """The key of a given name of the lists that is read alike behind every plain family name; null for others."""
    behind = f"{_ANY_FAMILY} {given}"
    is_plain = is_given_name(given) and is_unmarked(behind) and not is_body_name(behind)
    return _part_key(given) if is_plain else None


def _told(value: StandardValue, text: str) -> StandardValue:
    """Say that the value shown is more than the cleaned text, by a status and at least one rule."""
    if value.status is not ValueStatus.OK or value.std == text:
        return value
    rules = value.rules
    if value.parts.get("order_evidence") == "dict" and is_japanese(text):
        rules = (*rules, "person.split")
    elif not rules:
        rules = ("person.separator" if is_japanese(text) else "person.order",)
    return StandardValue(value.std, value.keys, ValueStatus.REPAIRED, rules, value.parts, value.flags)


def _standardised(text: str) -> StandardValue:
    if is_placeholder(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("person.placeholder",))
    if is_organisation(text):
        return StandardValue(
            text, status=ValueStatus.AMBIGUOUS, rules=("person.organisation",), flags=("organisation",)
        )
    if is_desk(text):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("person.desk",), flags=("desk",))
    if is_other_script(text):
        key = exact_key(text)
        return StandardValue(text, (key,), ValueStatus.UNSUPPORTED, ("person.unsupported_script",))
    if is_japanese(text):
        return _japanese(text)
    bare = without_edges(text)
    marks = Marks(bare, rules=["person.remark"] if bare != text else [])
    return _unread(Marks(text), "person.no_name") if _UNREAD.search(bare) else _latin(bare, marks)


def _japanese(text: str) -> StandardValue:
    marks = marks_beside_company(text)
    if marks.rules and is_placeholder(marks.name):
        return StandardValue(text, status=ValueStatus.PLACEHOLDER, rules=("person.placeholder",))
    if _UNREAD.search(marks.name):
        return _unread(marks, "person.no_name")
    if not is_japanese(marks.name):
        return _latin(marks.name, marks)
    return _hangul(marks) if is_hangul_name(marks.name) else _read_words(marks)


def _hangul(marks: Marks) -> StandardValue:
    name = read_hangul_name(marks.name)
    if name.honorific:
        marks.take("person.honorific", marks.name, "honorific", name.honorific)
    if not name.given:
        return _unread(marks, "person.not_cut", name.family)
    return _assembled(marks, name.family, name.given, name.evidence)


def _read_words(marks: Marks) -> StandardValue:
    if household := read_household(marks.name):
        return _household(marks, household)
    words = [word for word in _SEPARATOR.split(marks.name) if word]
    if not words:
        return _unread(marks, "person.no_name")
    if len(words) == 1:
        return _one_word(marks, words[0])
    return _several_words(marks, words)


def _one_word(marks: Marks, word: str) -> StandardValue:
    if (mixed := _GLUED_TURNED.fullmatch(word)) and is_swapped(*mixed.groups()):
        return _family_and_given(marks, list(mixed.groups()))
    bearers = family_bearers(word) if not is_kana(word) else kana_family_bearers(word)
    cut = split_name(word)
    if (
        len(word) > 1
        and cut
        and not _is_family_alone(word, bearers, cut.given)
        and not _is_given_alone(word, cut.family)
    ):
        return _assembled(marks, cut.family, cut.given, "dict")
    marks.take("person.family_only" if bearers else "person.not_cut", word)
    if not bearers:
        return _guessed(marks, word)
    return StandardValue(
        word,
        (_part_key(word),),
        ValueStatus.AMBIGUOUS,
        tuple(marks.rules),
        marks.parts | {"family": word},
        _flags(marks),
    )


def _guessed(marks: Marks, word: str) -> StandardValue:
    """A name whose family name no list knows: when a known given name ends it, the parts say so; shown uncut."""
    cut = guess_cut(word)
    value = _unread(marks, "person.not_cut")
    if cut is None:
        return value
    parts = {"family": cut.family, "given": cut.given, "order_evidence": "guess"} | marks.parts
    return StandardValue(value.std, value.keys, value.status, value.rules, parts, value.flags)


def _is_family_alone(word: str, bearers: int, given: str) -> bool:
    """A known family name stays whole (長谷川) unless the rest is a given name and the family name is rare (林明)."""
    if not bearers:
        return False
    return bearers >= _WELL_BORNE or not (is_given_name(given) or is_given_reading(given))


def _is_given_alone(word: str, family: str) -> bool:
    """大翔 is a given name, not the rare family 大 and 翔."""
    if is_kana(word):
        return is_given_reading(word) and kana_family_bearers(family) < 20_000
    return len(word) <= 3 and is_given_name(word) and family_bearers(family) < 3_000


def _several_words(marks: Marks, words: list[str]) -> StandardValue:
    if len(words) > 2 and all(len(word) == 1 for word in words):
        marks.take("person.spaced_letters", "".join(words))
        return _one_word(marks, "".join(words))
    if len(words) == 3 and (joined := joined_letters(words)):  # 黒柳 徹 子
        marks.take("person.spaced_letters", " ".join(joined))
        words = joined
    if len(words) > _TITLES_KEPT:
        return _unread(marks, "person.no_name")
    return _family_and_given(marks, words)


def _family_and_given(marks: Marks, words: list[str]) -> StandardValue:
    if len(words) == 2 and (beside := name_beside_word(*words)):  # 大江麻理子 アナウンサー
        marks.take("person.remark", beside[0], "alias", beside[1])
        return _one_word(marks, beside[0])
    if len(words) == 2 and is_swapped(*words):
        marks.rules.append("person.order_swapped")
        marks.flags.add("order_swapped")
        return _assembled(marks, words[1], words[0], "dict", " ".join(words))
    evidence = "unknown" if is_foreign_in_kana(words) else "space"
    if evidence == "unknown" and len(words) > 2:
        marks.parts["middle"] = " ".join(words[1:-1])
        return _assembled(marks, words[0], words[-1], evidence)
    if len(words) > 2 and not is_japanese(words[0]):
        return _latin(marks.name, marks)
    return _assembled(marks, words[0], " ".join(words[1:]), evidence)


def _household(marks: Marks, household: Household) -> StandardValue:
    marks.flags.add("household")
    marks.rules.append("person.household")
    family, _, given = household.first.partition(" ")
    if not given and (cut := split_name(household.first)):
        family, given = cut.family, cut.given
    if household.second_family:
        marks.parts["household_family"] = household.second_family
    marks.parts["household_given"] = household.second_given
    return _assembled(marks, family, given, "space" if " " in household.first else "dict")


def _latin(text: str, marks: Marks | None = None) -> StandardValue:
    marks = marks or Marks(text)
    if take_job_or_household(marks):
        return _unread(marks, "person.not_cut")
    text = marks.name
    first, _, second = text.partition(" & ") if " & " in text else text.partition(" and ")
    if second and is_title(first):  # Mr. and Mrs. John Smith
        first, second = f"{first} {second}" if is_title(second) else second, ""
        marks.flags.add("household")
        marks.rules.append("person.household")
    name = read_latin_name(first)
    if second:
        return _latin_household(marks, first, second)
    extra = {
        "middle": name.middle, "suffix": name.suffix, "honorific": name.honorific,
        "former_name": name.former, "alias": name.nickname,
    }  # fmt: skip
    marks.parts |= {part: value for part, value in extra.items() if value}
    marks.rules += [f"person.{part}" for part in ("honorific", "former_name") if extra[part]]
    if not name.family or not name.given:
        if name.family and name.honorific:  # Mr. Smith
            marks.parts["family"] = name.family
        return _unread(marks, "person.not_cut", name.family or text)
    return _assembled(marks, name.family, name.given, name.evidence, latin_std(name))


def _latin_household(marks: Marks, first: str, second: str) -> StandardValue:
    """John & Mary Smith: the second person's name is whole, the first takes its family name."""
    other = read_latin_name(second)
    one = read_latin_name(first)
    family, given = (one.family, one.given) if one.given else (other.family, one.family)
    marks.flags.add("household")
    marks.rules.append("person.household")
    marks.parts["household_given"] = other.given or other.family
    if not family or not given or is_japanese(family + given):
        return _unread(marks, "person.not_cut")
    return _assembled(marks, family, given, one.evidence, f"{given} {family}")


def _assembled(marks: Marks, family: str, given: str, evidence: str, std: str = "") -> StandardValue:
    if not given or not family:
        return _unread(marks, "person.not_cut", family or given)
    if not std:
        std = f"{given} {family}" if not is_japanese(family + given) else f"{family} {given}"
    parts = {"family": family, "given": given, "order_evidence": evidence} | marks.parts
    lost = has_lost_character(std)
    rules = (*marks.rules, *(("person.lost_character",) if lost else ()))
    key = name_key(family, given)
    if _HAS_KATAKANA.search(std) and fold_lookalikes(fold_kanji(family + given)) != fold_kanji(family + given):
        marks.flags.add("lookalike")
    status = ValueStatus.AMBIGUOUS if lost else ValueStatus.OK
    return StandardValue(std, (key,) if key and not lost else (), status, rules, parts, _flags(marks))


def _unread(marks: Marks, rule: str, name: str = "") -> StandardValue:
    std = name or marks.name
    key = _part_key(std)
    rules = tuple(dict.fromkeys((*marks.rules, rule)))
    keys = (key,) if key and not has_lost_character(std) and rule != "person.no_name" else ()
    return StandardValue(std, keys, ValueStatus.AMBIGUOUS, rules, marks.parts, _flags(marks))


def _with_kana(value: StandardValue, kana: str) -> StandardValue:
    parts = {**value.parts, "kana": clean_text(kana)}
    return StandardValue(value.std, value.keys, value.status, value.rules, parts, value.flags)


def _flags(marks: Marks) -> tuple[str, ...]:
    return tuple(sorted(marks.flags))
