"""Whether two name cells can be one person's name, whatever script each is written in."""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.foreign_sounds import sound_keys
from crm_pipelines.standardise.kana import standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji_loose
from crm_pipelines.standardise.latin_keys import latin_reading_keys
from crm_pipelines.standardise.latin_names import generation
from crm_pipelines.standardise.name_split import Cut, other_cuts
from crm_pipelines.standardise.persons import name_key, standardise_person
from crm_pipelines.standardise.readings import family_keys, given_keys, reading_keys
from crm_pipelines.standardise.romaji import unaccented
from crm_pipelines.standardise.text import is_hangul, is_kana, is_latin, to_katakana

_LONG_ENOUGH = 5  # fewer kana do not hold a family and a given name
_JOINTS = str.maketrans("がヶのつっッ", "ケケノツツツ")
_JOINT = re.compile("(?<=[一-鿿々])[がヶのつっッ](?=[一-鿿])")
_KANJI = re.compile("[一-鿿㐀-䶿豈-﫿々𠀀-𳑿]")


def same_person(left: str, right: str) -> bool:
    """Tell whether two whole names are compatible: both have family and given name, and each part meets the other's.

    Two kanji names must be the same kanji (variants folded, loosely); kanji against kana or Latin must share a reading.
    """
    return any(_meet(one, other) for one in _names(left) for other in _names(right))


def _meet(one: "_Name", other: "_Name") -> bool:
    if one.generation and other.generation and one.generation != other.generation:
        return False  # father and son
    if _are_other_middles(one.middle, other.middle) or _are_other_hangul(one, other):
        return False
    if one.family and other.family and one.given and other.given and one.is_east_asian and other.is_east_asian:
        return _part_meets(one.family, other.family, is_family=True) and _part_meets(
            one.given, other.given, is_family=False
        )
    is_across = one.is_latin != other.is_latin
    return not set(one.keys).isdisjoint(other.keys) or (is_across and not set(one.sounds).isdisjoint(other.sounds))


class _Name:
    """One name cell, read once."""

    def __init__(self, value: StandardValue, family: str, keys: tuple[str, ...]) -> None:
        self.family = family
        self.given = value.parts.get("given", "")
        self.keys = keys
        self.is_latin = is_latin(family)
        self.sounds = sound_keys(family, self.given)
        self.middle = value.parts.get("middle", "")
        self.generation = generation(value.parts.get("suffix", ""))
        self.is_east_asian = (
            bool(re.search("[ぁ-ヿ一-鿿々]", self.family)) and value.parts.get("order_evidence") != "unknown"
        )


def _names(raw: str) -> list[_Name]:
    """The name of a cell, and the one before marriage when the cell tells it; empty when it holds no whole name."""
    value = standardise_person(raw)
    family, given = value.parts.get("family"), value.parts.get("given")
    if family and given:
        keys = (*reading_keys(family, given, value.parts.get("kana")), *_other_given_keys(value, family, given))
        names = [_Name(value, family, (*keys, name_key(family, given)))]
        if value.parts.get("order_evidence") == "dict":
            names += [_recut(value, cut) for cut in other_cuts(family + given)]
        if second := value.parts.get("household_given"):
            other = value.parts.get("household_family", family)
            member = StandardValue(value.std, parts={"given": second})
            names.append(_Name(member, other, (*reading_keys(other, second), name_key(other, second))))
        if former := value.parts.get("former_name"):
            names.append(_Name(value, former, (*reading_keys(former, given), name_key(former, given))))
        return names
    if value.status is ValueStatus.UNSUPPORTED and " " in (value.std or ""):
        return [_Name(value, "", value.keys)]
    kana = standardise_kana(raw)
    joined = is_kana((kana.std or "").replace(" ", "")) and len(kana.std or "") > _LONG_ENOUGH
    return [_Name(value, "", reading_keys(None, None, kana.std))] if joined and kana.keys else []


def _are_other_hangul(one: "_Name", other: "_Name") -> bool:
    """Two names in Hangul are one person's only when all letters are: 이재용 and 이재영 share a Latin spelling."""
    left, right = one.family + one.given, other.family + other.given
    return left != right and is_hangul(left) and is_hangul(right)


def _are_other_middles(one: str, other: str) -> bool:
    """John A. Smith is not John B. Smith; a second given name of which both are not known says nothing."""
    is_initial = any(len(middle.rstrip(".")) == 1 for middle in (one, other))
    return bool(one and other) and is_initial and unaccented(one[0]) != unaccented(other[0])


def _recut(value: StandardValue, cut: Cut) -> _Name:
    recut = StandardValue(value.std, parts={"given": cut.given, "order_evidence": "dict"})
    return _Name(recut, cut.family, (*reading_keys(cut.family, cut.given), name_key(cut.family, cut.given)))


def _other_given_keys(value: StandardValue, family: str, given: str) -> tuple[str, ...]:
    """Keys of a Latin name with its nickname, and with the middle name as part of the given name (Jean Paul)."""
    if not is_latin(family.replace(" ", "")):
        return ()
    alias, middle = value.parts.get("alias", ""), value.parts.get("middle", "")
    named = latin_reading_keys(family, alias) if alias and is_latin(alias) else ()
    return (*named, *(latin_reading_keys(family, f"{given} {middle}") if middle else ()))


def _part_meets(one: str, other: str, *, is_family: bool) -> bool:
    if _written_alike(one) == _written_alike(other):
        return True
    if _KANJI.search(one) and _KANJI.search(other):
        return False
    keys = family_keys if is_family else given_keys
    return not set(keys(one)).isdisjoint(keys(other))


def _written_alike(part: str) -> str:
    """A part of a name as compared by its letters; the small words between two kanji in one script (関が原, 関ヶ原)."""
    return to_katakana(_JOINT.sub(lambda found: found.group().translate(_JOINTS), fold_kanji_loose(name_key(part, ""))))
