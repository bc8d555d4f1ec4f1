"""What matching reads of a standardised record: features, each written in SQL and in Python side by side.

A feature is null when the record says nothing of it; a list is never empty. Features of contact points
(`contact_shares.py`) and term frequencies (`model_version.py`) are added to these, because they depend on more than the
record. `base_features_sql` and `base_features` must agree; a test holds them together.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from crm_pipelines.matching import organisation_words as words
from crm_pipelines.matching.feature import Feature
from crm_pipelines.matching.latin_features import (
    ADDRESS_FEATURES,
    IDENTIFIER_FEATURES,
    LONE_SQL,
    NAME_FEATURES,
    is_lone,
)
from crm_pipelines.model.enums import CustomerType

_KANJI = "[㐀-鿿々]"
_KANJI_PATTERN = re.compile(_KANJI)
_LATIN = re.compile("[a-z]{3,}")
_TAGGED = re.compile(r"^([^+@]+)[+][^@]*@")
_DIGIT = re.compile("[0-9]")
_NO_DIGITS = re.compile("[^0-9]")
_KEY_LETTERS = str.maketrans("cjflv", "tzhrb")
_SHORTEST_TELLING_LOCAL_PART = 5
_SHORTEST_TELLING_PHONE = 9


def base_features(record: Mapping[str, Any], customer_type: CustomerType) -> dict[str, Any]:
    """The features of one standardised record that depend on nothing else."""
    return {feature.name: feature.value(record) for feature in FEATURES[customer_type]}


def base_features_sql(customer_type: CustomerType, names: Iterable[str] | None = None) -> str:
    """The select list of the same features, or of those named, over a row `r`; those of the other type are null."""
    own = {feature.name: feature.sql for feature in FEATURES[customer_type]}
    absent = {name: f"cast(null as {_TYPES.get(name, 'VARCHAR')})" for name in NAMES}
    wanted = NAMES if names is None else tuple(names)
    return ",\n  ".join(f"{sql} as {name}" for name, sql in (absent | own).items() if name in wanted)


def without_empty(values: Iterable[str] | None) -> list[str] | None:
    """The distinct members, sorted; None for an empty or absent list."""
    found = sorted({value for value in values or () if value is not None})
    return found or None


def _column(name: str) -> Feature:
    return Feature(name, f"r.{name}", lambda record: record.get(name))


def _list(name: str, column: str) -> Feature:
    return Feature(name, _known_list(f"r.{column}"), lambda record: without_empty(record.get(column)))


def _known_list(sql: str) -> str:
    return f"nullif(list_sort(list_distinct({sql})), cast([] as varchar[]))"


def _untagged_sql(sql: str) -> str:
    """Mail addresses without their tag: what stands behind `+` sorts a reader's mail and names nobody else."""
    return f"list_transform({sql}, lambda x: regexp_replace(x, '^([^+@]+)[+][^@]*@', '\\1@'))"


def _untagged(keys: Iterable[str] | None) -> list[str]:
    return [_TAGGED.sub(r"\1@", key) for key in keys or ()]


def _emails(name: str, *columns: str) -> Feature:
    """The mail addresses of several columns, tags taken off."""
    every = ", ".join(f"coalesce(r.{column}, [])" for column in columns)
    return Feature(
        name,
        _known_list(_untagged_sql(f"list_concat({every})" if len(columns) > 1 else every)),
        lambda record: without_empty(_untagged(key for column in columns for key in record.get(column) or ())),
    )


def _both_lists(name: str, column: str, other: str) -> Feature:
    return Feature(
        name,
        _known_list(f"list_concat(coalesce(r.{column}, []), coalesce(r.{other}, []))"),
        lambda record: without_empty([*(record.get(column) or ()), *(record.get(other) or ())]),
    )


def _first_of(name: str, *columns: str) -> Feature:
    def value(record: Mapping[str, Any]) -> Any:
        return next((record[column] for column in columns if record.get(column) is not None), None)

    return Feature(name, "coalesce(" + ", ".join(f"r.{column}" for column in columns) + ")", value)


def _head(name: str, column: str) -> Feature:
    return Feature(name, f"left(r.{column}, 1)", lambda record: (record.get(column) or None) and record[column][:1])


# Persons -----------------------------------------------------------------------------------------------------------

_WHOLE_NAME_SQL = (
    "not coalesce(r.is_given_initial_only, false) and (r.given_name_key is not null or r.family_name_key is null)"
)


def _has_whole_name(record: Mapping[str, Any]) -> bool:
    """Whether the name is more than a family name or an initial; one that could not be split counts as whole."""
    split = record.get("given_name_key") is not None or record.get("family_name_key") is None
    return split and not record.get("is_given_initial_only")


def _in_kanji(text: str | None) -> bool:
    return text is not None and _KANJI_PATTERN.search(text) is not None


def _single_reading(record: Mapping[str, Any]) -> str | None:
    readings = without_empty(record.get("reading_keys"))
    return readings[0] if readings and len(readings) == 1 else None


def _given_readings(record: Mapping[str, Any]) -> list[str] | None:
    return None if record.get("is_given_initial_only") else without_empty(record.get("given_reading_keys"))


def _given_initials(record: Mapping[str, Any]) -> list[str] | None:
    letters = [reading[:1] for reading in record.get("given_reading_keys") or ()]
    initial = record.get("given_initial")
    # C. may be Chiharu, whose key begins with t; J., F. and L. likewise.
    return without_empty([*letters, initial, initial and initial.translate(_KEY_LETTERS)])  # type: ignore[list-item] # what has no value goes


def _former_family(record: Mapping[str, Any]) -> str | None:
    """The former name with the given name off its end: sources write `旧姓：田中` or the whole former name."""
    former, given = record.get("former_name_key"), record.get("given_name_key")
    if former and given and len(former) > len(given) and former.endswith(given):
        return str(former[: -len(given)])
    return former


def _name_token(record: Mapping[str, Any]) -> str | None:
    """A short text per name, the same for kanji, kana and Latin script as far as the readings allow.

    Only how the two parts begin: several spellings of one name on a phone must not pass for several people.
    """
    if not _has_whole_name(record):
        return None
    return _heads(record, 2) or record.get("name_key")


def _heads(record: Mapping[str, Any], size: int) -> str | None:
    """How family and given name begin as they are read, whichever comes first; null without both."""
    family, given = without_empty(record.get("family_reading_keys")), without_empty(record.get("given_reading_keys"))
    return "\x1f".join(sorted((family[0][:size], given[0][:size]))) if family and given else None


def _heads_sql(size: int) -> str:
    family, given = (f"left(list_min(r.{part}_reading_keys), {size})" for part in ("family", "given"))
    return (
        "case when len(r.family_reading_keys) > 0 and len(r.given_reading_keys) > 0 "
        f"then least({family}, {given}) || chr(31) || greatest({family}, {given}) end"
    )


_INITIALS_SQL = _known_list(
    "list_concat(list_transform(coalesce(r.given_reading_keys, []), lambda x: left(x, 1)), "
    "[r.given_initial, translate(r.given_initial, 'cjflv', 'tzhrb')])"
)
_FORMER_SQL = """case when r.former_name_key is not null and r.given_name_key <> ''
      and length(r.former_name_key) > length(r.given_name_key) and ends_with(r.former_name_key, r.given_name_key)
    then left(r.former_name_key, length(r.former_name_key) - length(r.given_name_key)) else r.former_name_key end"""
_TOKEN_SQL = f"case when {_WHOLE_NAME_SQL} then coalesce({_heads_sql(2)}, r.name_key) end"


def _any_person_name(record: Mapping[str, Any]) -> Any:
    if _is_unread_latin(record) and not is_lone(record):
        return None
    keys = [record.get(column) for column in ("name_key", "family_name_key", "given_name_key", "name_kana_key")]
    return next((key for key in keys if key is not None), None)


def _is_unread_latin(record: Mapping[str, Any]) -> bool:
    """Whether the name is one Latin word that is neither family nor given name: a mailbox (`iharah68`), not a name."""
    key = record.get("name_key")
    is_cut = record.get("family_name_key") is not None and record.get("given_name_key") is not None
    return key is not None and key.isascii() and not is_cut and record.get("name_kana_key") is None


def _name_script(record: Mapping[str, Any]) -> str | None:
    key = record.get("name_key")
    return None if key is None else "latin" if key.isascii() else "other"


_SCRIPT_SQL = """case when r.name_key is not null then
      if(regexp_full_match(r.name_key, '[\\x00-\\x7F]*'), 'latin', 'other') end"""
_UNREAD_LATIN_SQL = """coalesce(regexp_full_match(r.name_key, '[\\x00-\\x7F]*'), false)
      and (r.family_name_key is null or r.given_name_key is null) and r.name_kana_key is null"""
_ANY_PERSON_NAME = Feature(
    "any_name",
    f"""case when {_UNREAD_LATIN_SQL} and not {LONE_SQL} then null else coalesce(
      r.name_key, r.family_name_key, r.given_name_key, r.name_kana_key) end""",
    _any_person_name,
)


_PERSON = (
    Feature(
        "full_name_key",
        f"case when {_WHOLE_NAME_SQL} then r.name_key end",
        lambda record: record.get("name_key") if _has_whole_name(record) else None,
    ),
    _ANY_PERSON_NAME,
    _column("name_key"),
    _head("name_head", "name_key"),
    Feature(
        "is_kanji",
        f"coalesce(regexp_matches(r.name_key, '{_KANJI}'), false)",
        lambda record: _in_kanji(record.get("name_key")),
    ),
    _column("family_name_key"),
    _column("given_name_key"),
    Feature(
        "given_kanji",
        f"case when regexp_matches(r.given_name_key, '{_KANJI}') then r.given_name_key end",
        lambda record: record.get("given_name_key") if _in_kanji(record.get("given_name_key")) else None,
    ),
    Feature(
        "given_latin",
        "case when regexp_full_match(r.given_name_key, '[a-z]{3,}') then r.given_name_key end",
        lambda record: record.get("given_name_key") if _LATIN.fullmatch(record.get("given_name_key") or "") else None,
    ),
    Feature("former_family", _FORMER_SQL, _former_family),
    _list("readings", "reading_keys"),
    Feature(
        "single_reading",
        "case when len(list_distinct(r.reading_keys)) = 1 then list_min(r.reading_keys) end",
        _single_reading,
    ),
    _list("sounds", "sound_keys"),
    Feature("name_script", _SCRIPT_SQL, _name_script),
    _list("family_readings", "family_reading_keys"),
    Feature(
        "given_readings",
        f"case when not coalesce(r.is_given_initial_only, false) then {_known_list('r.given_reading_keys')} end",
        _given_readings,
    ),
    Feature("given_initials", _INITIALS_SQL, _given_initials),
    Feature(
        "is_initial",
        "coalesce(r.is_given_initial_only, false)",
        lambda record: bool(record.get("is_given_initial_only")),
    ),
    Feature("name_token", _TOKEN_SQL, _name_token),
    Feature("initials", _heads_sql(1), lambda record: _heads(record, 1)),
    Feature("name_heads", _heads_sql(3), lambda record: _heads(record, 3)),
    *NAME_FEATURES,
    _column("birth_date_key"),
    Feature(
        "birth_day",
        "case when length(r.birth_date_key) = 10 then r.birth_date_key end",
        lambda record: record.get("birth_date_key") if len(record.get("birth_date_key") or "") == 10 else None,
    ),
    _column("organisation_name_key"),
    _column("email_domain_key"),
    Feature(
        "is_new_year",
        "coalesce(ends_with(r.birth_date_key, '-01-01'), false)",
        lambda record: (record.get("birth_date_key") or "").endswith("-01-01"),
    ),
    _column("gender"),
    *IDENTIFIER_FEATURES,
    *ADDRESS_FEATURES,
    _emails("emails", "email_keys"),
    _list("phones", "phone_keys"),
)

# Organisations -----------------------------------------------------------------------------------------------------


def _domains(record: Mapping[str, Any]) -> list[str] | None:
    return without_empty([record.get("email_domain_key"), record.get("website_key")])  # type: ignore[list-item] # what has no value goes


def _core_script(record: Mapping[str, Any]) -> str | None:
    key = record.get("organisation_name_key")
    return None if key is None else "latin" if key.isascii() else "japanese"


def _form_and_position(record: Mapping[str, Any]) -> str | None:
    form = record.get("legal_form")
    return None if not form else f"{form}/{record.get('legal_position') or ''}"


_ORGANISATION = (
    _first_of("any_name", "organisation_name_key", "organisation_name_kana_key"),
    Feature("core_key", "r.organisation_name_key", lambda record: record.get("organisation_name_key")),
    _head("name_head", "organisation_name_key"),
    Feature(
        "core_script",
        "case when r.organisation_name_key is not null then "
        "if(regexp_full_match(r.organisation_name_key, '[\\x00-\\x7F]*'), 'latin', 'japanese') end",
        _core_script,
    ),
    Feature(
        "form_and_position",
        "case when r.legal_form <> '' then r.legal_form || '/' || coalesce(r.legal_position, '') end",
        _form_and_position,
    ),
    _list("readings", "reading_keys"),
    *(Feature(*each) for each in words.FEATURES),
    Feature("skeletons", _known_list(words.SKELETONS_SQL), lambda record: without_empty(words.skeletons(record))),
    _first_of("place_token", "city_key", "postal_code_key"),
    _first_of("name_token", "organisation_name_key"),
    _column("corporate_number_key"),
    Feature("domains", _known_list("[r.email_domain_key, r.website_key]"), _domains),
    # A role mailbox and the representative line are the company's own.
    _emails("emails", "email_keys", "shared_email_keys"),
    _both_lists("phones", "phone_keys", "shared_phone_keys"),
)

# Contact points and places, of both --------------------------------------------------------------------------------


def _email_locals(record: Mapping[str, Any]) -> list[str] | None:
    locals_ = [key.split("@", 1)[0] for key in _untagged(record.get("email_keys"))]
    return without_empty(local for local in locals_ if len(local) >= _SHORTEST_TELLING_LOCAL_PART)


def _coded_locals(record: Mapping[str, Any]) -> list[str] | None:
    """Local parts with a digit; without one they mostly spell the name, and namesakes choose the same."""
    return without_empty(local for local in _email_locals(record) or () if _DIGIT.search(local))


def _email_digits(record: Mapping[str, Any]) -> str | None:
    first = _first_email(record)
    return None if first is None else _NO_DIGITS.sub("", first)


def _first_email(record: Mapping[str, Any]) -> str | None:
    keys = _untagged((record.get("email_keys") or [])[:1])
    return keys[0] if keys and keys[0].isascii() else None


def _phone_tails(record: Mapping[str, Any]) -> list[str] | None:
    keys = [key for key in record.get("phone_keys") or () if len(key) >= _SHORTEST_TELLING_PHONE]
    return without_empty(f"{key[:5]}/{key[-4:]}" for key in keys)


def _room_key(record: Mapping[str, Any]) -> str | None:
    address, room = record.get("address_key"), record.get("address_room")
    return None if address is None or room is None else f"{address}/{room}"


_LOCALS_SQL = _known_list(
    f"list_filter(list_transform({_untagged_sql('r.email_keys')}, lambda x: split_part(x, '@', 1)), "
    f"lambda x: length(x) >= {_SHORTEST_TELLING_LOCAL_PART})"
)
_FIRST_EMAIL_SQL = (
    f"case when regexp_full_match(r.email_keys[1], '[\\x00-\\x7F]*') then {_untagged_sql('r.email_keys')}[1] end"
)
_TAILS_SQL = _known_list(
    f"list_transform(list_filter(r.phone_keys, lambda x: length(x) >= {_SHORTEST_TELLING_PHONE}), "
    "lambda x: left(x, 5) || '/' || right(x, 4))"
)

_SHARED = (
    Feature("email_locals", _LOCALS_SQL, _email_locals),
    Feature(
        "coded_locals",
        _known_list(f"list_filter({_LOCALS_SQL}, lambda x: regexp_matches(x, '[0-9]'))"),
        _coded_locals,
    ),
    Feature("first_email", _FIRST_EMAIL_SQL, _first_email),
    Feature("email_digits", f"regexp_replace({_FIRST_EMAIL_SQL}, '[^0-9]+', '', 'g')", _email_digits),
    Feature("phone_tails", _TAILS_SQL, _phone_tails),
    _column("address_key"),
    _column("address_room"),
    Feature("room_key", "r.address_key || '/' || r.address_room", _room_key),
    _column("postal_number_key"),
    _column("town_key"),
    _column("city_key"),
    _column("postal_code_key"),
)

FEATURES: dict[CustomerType, tuple[Feature, ...]] = {
    CustomerType.PERSON: _PERSON + _SHARED,
    CustomerType.ORGANISATION: _ORGANISATION + _SHARED,
}
NAMES: tuple[str, ...] = tuple(dict.fromkeys(feature.name for features in FEATURES.values() for feature in features))
_LISTS = (
    *("readings", "sounds", "family_readings", "given_readings", "given_initials", "domains"),
    *("email_locals", "coded_locals", "phone_tails", "emails", "phones", "name_parts", "family_parts"),
)
_FLAGS = ("is_kanji", "is_initial", "is_lone", "is_new_year")
_TYPES = {**dict.fromkeys(_LISTS, "VARCHAR[]"), **dict.fromkeys(_FLAGS, "BOOLEAN")} | words.TYPES
