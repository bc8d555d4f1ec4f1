"""Addresses outside Japan: cleaned, never mangled; keyed where house number, street and area are plain.

The key is country, postal code (else city), house number and the head of the street. Only the usual order of each
country is read; whatever does not fit stays as it was written, as `unsupported`, with its postal code.
"""

import re

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import EMPTY, StandardValue
from crm_pipelines.standardise.address_abroad_parts import AbroadParts, value_of
from crm_pipelines.standardise.address_countries import (
    has_chinese_place,
    has_hangul,
    has_japanese_place,
    is_told_abroad,
    read_country,
)
from crm_pipelines.standardise.address_east_asia import read_chinese, read_korean
from crm_pipelines.standardise.address_lines_abroad import read_latin_address
from crm_pipelines.standardise.address_taiwan_latin import is_taiwan_latin, read_taiwan_latin
from crm_pipelines.standardise.foreign_postal_codes import find_foreign_postal_code, read_foreign_postal_code
from crm_pipelines.standardise.text import clean_text

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿々]")
_CHINESE = frozenset({"TW", "CN", "HK", "MO"})
_NOT_LATIN = re.compile(r"[^\W\d_a-zÀ-ÖØ-öø-ɏḀ-ỿ]", re.IGNORECASE)
_LINE_ENDS = re.compile(r"[ \t　,]*(?:\r\n|[\r\n\x0b\x0c\x85\u2028\u2029])+[\s　]*")
_LONGEST = 500


def is_abroad(text: str, country: str | None) -> bool:
    """Tell whether a cleaned address is to be read as one outside Japan.

    A prefecture and municipality of Japan in Japanese letters are Japan whatever the country says; a country named in
    the line, or Hangul, is abroad even where Japan is the default. Else the country decides when it is given, and the
    letters when it is not.
    """
    if has_japanese_place(text):
        return False
    if country and country.upper() != "JP":
        return True
    if is_told_abroad(text):
        return True
    return not country and (not _JAPANESE.search(text) or has_chinese_place(text))


def standardise_address_abroad(raw: str, postal_code: str | None, country: str | None) -> StandardValue:
    """Standardise an address outside Japan.

    Args:
        raw: the address, cleaned or as received; lines are kept apart by commas.
        postal_code: the record's own code; one in the address is used when it is null.
        country: ISO 3166 alpha-2; one named in the address is used when it is null or Japan's.

    Returns:
        std the text itself. Parts where certain: country, postal_code, region, city, town, street, number, room, floor,
        building, po_box, care_of, and key_city, key_number, key_room. `ok` with keys where street, number and area
        are known; else `unsupported` without key, whatever parts are certain. Romanised addresses in Japan are passed
        through with the country alone.
    """
    text = clean_text(raw)
    rules: tuple[str, ...] = ()
    if _LINE_ENDS.search(raw):
        joined = clean_text(_LINE_ENDS.sub(", ", raw.strip()))
        text, rules = joined, ("address.lines_joined",) if joined != text else ()
    if not text:
        return EMPTY
    if len(text) > _LONGEST:
        return StandardValue(text, status=ValueStatus.UNSUPPORTED, rules=("address.too_long",))
    code, line = read_country(text, country)
    return value_of(text, _read(line, code, clean_text(postal_code)), rules)


def _read(line: str, country: str, postal_code: str) -> AbroadParts:
    if country == "KR" and has_hangul(line):
        parts = read_korean(line)
    elif country in _CHINESE and _JAPANESE.search(line):
        parts = read_chinese(line, country)
    elif not country or country == "JP" or _NOT_LATIN.search(line):
        parts = AbroadParts(country, postal=find_foreign_postal_code(line, country) if country != "JP" else None)
    elif country == "TW" and is_taiwan_latin(line):
        parts = read_taiwan_latin(line)
    else:
        parts = read_latin_address(line, country, postal_code)
    if parts.postal is None and postal_code:
        parts.postal = read_foreign_postal_code(postal_code, country) if country != "JP" else None
    return parts
