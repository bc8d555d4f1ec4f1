"""Whether two name cells can be one person's name, whatever script each is written in."""

import re

from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.kana import standardise_kana
from crm_pipelines.standardise.kanji import fold_kanji_loose
from crm_pipelines.standardise.persons import name_key, standardise_person
from crm_pipelines.standardise.readings import family_keys, given_keys, reading_keys
from crm_pipelines.standardise.text import is_kana

_LONG_ENOUGH = 5  # fewer kana do not hold a family and a given name
_KANJI = re.compile("[一-鿿㐀-䶿豈-﫿々𠀀-𳑿]")


def same_person(left: str, right: str) -> bool:
    """Tell whether two whole names are compatible: both have family and given name, and each part meets the other's.

    Two kanji names must be the same kanji (variants folded, loosely); kanji against kana or Latin must share a reading.
    """
    return any(_meet(one, other) for one in _names(left) for other in _names(right))


def _meet(one: "_Name", other: "_Name") -> bool:
    if one.family and other.family and one.given and other.given and one.is_east_asian and other.is_east_asian:
        return _part_meets(one.family, other.family, is_family=True) and _part_meets(
            one.given, other.given, is_family=False
        )
    return not set(one.keys).isdisjoint(other.keys)


class _Name:
    """One name cell, read once."""

    def __init__(self, value: StandardValue, family: str, keys: tuple[str, ...]) -> None:
        self.family = family
        self.given = value.parts.get("given", "")
        self.keys = keys
        self.is_east_asian = (
            bool(re.search("[ぁ-ヿ一-鿿々]", self.family)) and value.parts.get("order_evidence") != "unknown"
        )


def _names(raw: str) -> list[_Name]:
    """The name of a cell, and the one before marriage when the cell tells it; empty when it holds no whole name."""
    value = standardise_person(raw)
    family, given = value.parts.get("family"), value.parts.get("given")
    if family and given:
        names = [_Name(value, family, (*reading_keys(family, given, value.parts.get("kana")), name_key(family, given)))]
        if former := value.parts.get("former_name"):
            names.append(_Name(value, former, (*reading_keys(former, given), name_key(former, given))))
        return names
    kana = standardise_kana(raw)
    joined = is_kana((kana.std or "").replace(" ", "")) and len(kana.std or "") > _LONG_ENOUGH
    return [_Name(value, "", reading_keys(None, None, kana.std))] if joined and kana.keys else []


def _part_meets(one: str, other: str, *, is_family: bool) -> bool:
    folded = [fold_kanji_loose(name_key(part, "")) for part in (one, other)]
    if folded[0] == folded[1]:
        return True
    if _KANJI.search(one) and _KANJI.search(other):
        return False
    keys = family_keys if is_family else given_keys
    return not set(keys(one)).isdisjoint(keys(other))
