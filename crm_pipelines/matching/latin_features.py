"""Features of persons that are written in Latin letters and are not Japanese, and of the numbers given to persons.

In such a name there is no other reading that would tell a slip of the pen from another name, so that its parts are
compared by how alike they are written. Everything here is ASCII, or null.
"""

import re
from collections.abc import Mapping
from typing import Any

from crm_pipelines.matching.feature import Feature

# What kana can be in Latin letters, in any of the usual spellings.
_SYLLABLES = (
    "((kk?|g|ss?|z|j|tt?|d|n|h|f|b|pp?|m|y|r|w|kk?y|gy|ss?h|sy|t?ch|cch|ty|ny|hy|by|py|my|ry|jy|zy|tt?s|dy)?"
    "[aiueo]h?|n|m)+"
)
_ROMAJI = re.compile(_SYLLABLES)
_PART = re.compile("[a-z0-9' -]+")
_LONE = re.compile("[a-z]{3,}")
_LONE_AS_WRITTEN = re.compile("[A-Za-z'-]+")
_STREET = re.compile("^[A-Z]{2}:[^:]*:([0-9]+[^:]*:.+)$")
_NAMED_PLACE = re.compile("^[A-Z]{2}:[^:]*:([^0-9:]+):name$")
_NO_NUMBER = re.compile("[ -/:-~]+")
_NUMBER = re.compile("[A-Za-z0-9 ./_-]{5,40}")
# Behind the comma of a whole name, as it is shown: Senior is the first, Junior the second of one name.
_GENERATIONS = {"sr": 1, "snr": 1, "senior": 1, "jr": 2, "jnr": 2, "junior": 2, "ii": 2, "2nd": 2, "iii": 3, "3rd": 3}
_GENERATION = rf",[^,]*\b({'|'.join(_GENERATIONS)})\b"
_Record = Mapping[str, Any]


def _is_foreign(record: _Record) -> bool:
    """Whether the name is in Latin letters and no Japanese name: from abroad, or one part does not read as kana."""
    parts = [record.get(f"{part}_name_key") or "" for part in ("family", "given")]
    is_from_abroad = (record.get("country") or "JP") != "JP"
    is_latin = all(_PART.fullmatch(part) for part in parts)
    return is_latin and (is_from_abroad or not all(_ROMAJI.fullmatch(part) for part in parts))


_IS_FOREIGN_SQL = f"""(coalesce(regexp_full_match(r.family_name_key, '[a-z0-9'' -]+')
      and regexp_full_match(r.given_name_key, '[a-z0-9'' -]+')
      and (r.country <> 'JP' or not (regexp_full_match(r.family_name_key, '{_SYLLABLES}')
        and regexp_full_match(r.given_name_key, '{_SYLLABLES}'))), false))"""


def _foreign_part(record: _Record, part: str) -> str | None:
    key = re.sub("[' -]", "", record.get(f"{part}_name_key") or "")
    return key if _is_foreign(record) and len(key) > 1 else None


def _foreign_part_sql(part: str) -> str:
    key = f"regexp_replace(r.{part}_name_key, '['' -]', '', 'g')"
    return f"case when {_IS_FOREIGN_SQL} and length({key}) > 1 then {key} end"


def _foreign(part: str) -> Feature:
    return Feature(f"foreign_{part}", _foreign_part_sql(part), lambda record: _foreign_part(record, part))


def _joined(name: str, first: str, second: str) -> Feature:
    """Both parts in one, so that a slip at their border or an exchange of the two shows."""

    def value(record: _Record) -> str | None:
        one, other = _foreign_part(record, first), _foreign_part(record, second)
        return None if one is None or other is None else one + other

    return Feature(name, f"{_foreign_part_sql(first)} || {_foreign_part_sql(second)}", value)


def is_lone(record: _Record) -> bool:
    """Whether the name is one Latin word of letters alone, of which nobody knows which part it is."""
    if any(record.get(column) is not None for column in ("family_name_key", "given_name_key", "name_kana_key")):
        return False
    return bool(_LONE.fullmatch(record.get("name_key") or "") and _LONE_AS_WRITTEN.fullmatch(record.get("name") or ""))


LONE_SQL = """(coalesce(r.family_name_key, r.given_name_key, r.name_kana_key) is null
      and coalesce(regexp_full_match(r.name_key, '[a-z]{3,}'), false)
      and coalesce(regexp_full_match(r.name, '[A-Za-z''-]+'), false))"""


def _generation(record: _Record) -> int | None:
    found = re.search(_GENERATION, (record.get("name") or "").lower())
    return _GENERATIONS[found[1]] if found else None


_GENERATION_SQL = "case regexp_extract(lower(r.name), '{pattern}', 1) {cases} end".format(
    pattern=_GENERATION, cases=" ".join(f"when '{word}' then {number}" for word, number in _GENERATIONS.items())
)


def _family_parts(record: _Record) -> list[str] | None:
    """The names of which a family name is made, `rodriguez-roberts`; also the one it has."""
    if _foreign_part(record, "family") is None:
        return None
    return sorted({part for part in re.split("[ -]", record["family_name_key"]) if len(part) > 3}) or None


def _name_parts(record: _Record) -> list[str] | None:
    if is_lone(record):
        return [record["name_key"]]
    given = _foreign_part(record, "given")
    return sorted({*(_family_parts(record) or ()), *([given] if given else ())}) or None


_FAMILY_PARTS_SQL = (
    f"list_filter(string_split_regex(case when {_foreign_part_sql('family')} is not null then r.family_name_key end, "
    "'[ -]'), lambda x: length(x) > 3)"
)


def _known_list(sql: str) -> str:
    return f"nullif(list_sort(list_distinct({sql})), cast([] as varchar[]))"


NAME_FEATURES = (
    _foreign("family"),
    _foreign("given"),
    _joined("foreign_name", "family", "given"),
    _joined("foreign_swapped", "given", "family"),
    Feature("is_lone", LONE_SQL, is_lone),
    Feature("generation", _GENERATION_SQL, _generation),
    Feature("family_parts", _known_list(_FAMILY_PARTS_SQL), _family_parts),
    Feature(
        "name_parts",
        f"case when {LONE_SQL} then [r.name_key] else "
        + _known_list(f"list_concat({_FAMILY_PARTS_SQL}, [{_foreign_part_sql('given')}])")
        + " end",
        _name_parts,
    ),
)

# Addresses -----------------------------------------------------------------------------------------------------------


def _street(record: _Record) -> str | None:
    """Number and street without the postal code, of an address abroad."""
    found = _STREET.match(record.get("address_key") or "")
    return found[1] if found and found[1].isascii() else None


def _place(record: _Record) -> str | None:
    """The town: as the address is read, else the words of an address that has no number in it."""
    if record.get("city_key") is not None:
        return str(record["city_key"])
    named, words = _NAMED_PLACE.match(record.get("address_key") or ""), record.get("address") or ""
    if named:
        return f"{record['address_key'][:2]}:{named[1]}"
    country = record.get("country")
    if record.get("address_key") is not None or country is None or not _NO_NUMBER.fullmatch(words):
        return None
    letters = re.sub("[^a-z]", "", words.lower())
    return f"{country}:{letters}" if letters else None


_ADDRESS_WORDS_SQL = "nullif(regexp_replace(lower(r.address), '[^a-z]+', '', 'g'), '')"

ADDRESS_FEATURES = (
    Feature(
        "street",
        "case when regexp_full_match(r.address_key, '[A-Z]{2}:[^:]*:[0-9]+[^:]*:[\\x00-\\x7F]+') "
        "then regexp_extract(r.address_key, '^[A-Z]{2}:[^:]*:(.+)$', 1) end",
        _street,
    ),
    Feature(
        "place_key",
        "case when r.city_key is not null then r.city_key "
        "when regexp_full_match(r.address_key, '[A-Z]{2}:[^:]*:[^0-9:]+:name') "
        "then left(r.address_key, 2) || ':' || regexp_extract(r.address_key, '^[A-Z]{2}:[^:]*:([^0-9:]+):name$', 1) "
        "when r.address_key is null and regexp_full_match(r.address, '[ -/:-~]+') "
        f"then r.country || ':' || {_ADDRESS_WORDS_SQL} end",
        _place,
    ),
)

# Numbers -------------------------------------------------------------------------------------------------------------


def _identifier(record: _Record) -> str | None:
    """A number that another system or an office gave the person, without its punctuation; at least four digits."""
    written = record.get("external_ids") or ""
    key = re.sub("[^a-z0-9]", "", written.lower())
    is_number = _NUMBER.fullmatch(written) and len(re.sub("[^0-9]", "", key)) > 3
    return key if is_number else None


def _shape(record: _Record) -> str | None:
    """Letters as `a`, digits as `9`: numbers of one kind have one shape."""
    key = _identifier(record)
    return key and re.sub("[a-z]", "a", re.sub("[0-9]", "9", key))


_KEY_SQL = "regexp_replace(lower(r.external_ids), '[^a-z0-9]+', '', 'g')"
_IDENTIFIER_SQL = (
    "case when regexp_full_match(r.external_ids, '[A-Za-z0-9 ./_-]{5,40}') "
    f"and length(regexp_replace({_KEY_SQL}, '[^0-9]+', '', 'g')) > 3 then {_KEY_SQL} end"
)

IDENTIFIER_FEATURES = (
    Feature("identifier", _IDENTIFIER_SQL, _identifier),
    Feature(
        "identifier_shape",
        f"regexp_replace(regexp_replace({_IDENTIFIER_SQL}, '[0-9]', '9', 'g'), '[a-z]', 'a', 'g')",
        _shape,
    ),
)
