"""A mapping to begin with, in the words of `mappings/<source>.yaml`, and the source's entry in the project file."""

import re
from collections.abc import Sequence
from typing import Any

from crm_pipelines.inspection.header_words import CONSENT, KEY, RECORD_TYPE, address_rank, is_address_part
from crm_pipelines.inspection.report import Column, Proposal
from crm_pipelines.model.fields import CANONICAL_FIELDS
from crm_pipelines.model.file_shape import FileShape

_LISTED = ("email", "phone")
_PERSON = ("name", "family_name", "given_name")
_WORD = re.compile("[a-z][a-z0-9_]*")
_LONGEST_NAME = 40
_FOUND_BY_ITSELF = (",", "\t", ";", "|")
_LONGEST_KEY = 64
_TYPES = {
    "person": "個人 個人客 個人会員 個人顧客 一般 person individual consumer private b2c natural personal",
    "organisation": "法人 企業 会社 団体 法人会員 法人顧客 法人客 organisation organization company business corporate "
    "b2b legal",
}
_GENDER_CODES = {"1": "male", "2": "female"}  # ISO/IEC 5218
_NO_KEY = frozenset(
    {"free_text", "name", "name_kana", "address", "updated_at", "created_at", "birth_date", "organisation_name"}
)


def key_candidates(columns: Sequence[Column]) -> tuple[str, ...]:
    """Columns that identify a row, the best first: called a key, then codes, then an e-mail address."""
    fit = [column for column in columns if column.is_unique and column.longest <= _LONGEST_KEY]
    fit = [column for column in fit if column.meaning.name not in _NO_KEY]
    places = {column.name: place for place, column in enumerate(columns)}
    return tuple(column.name for column in sorted(fit, key=lambda one: (_key_rank(one), places[one.name])))


def propose(shape: FileShape, columns: Sequence[Column], keys: Sequence[str], header_line: int | None) -> Proposal:
    """Everything that the columns' meanings allow to propose.

    Args:
        shape: of the file.
        columns: with their meanings.
        keys: columns that identify a row, the best first.
        header_line: of the header, or None.
    """
    found = _by_field(columns)
    fields = {field: source for field in CANONICAL_FIELDS if (source := _source_of(field, found)) is not None}
    if "family_name" in fields and "given_name" in fields:
        fields.pop("name", None)
    used = {name for source in fields.values() for name in _columns_of(source)}
    record_type = _record_type(columns, fields)
    mapping: dict[str, Any] | None = {"record_type": record_type, "fields": fields} if fields else None
    if isinstance(record_type, dict):
        used.add(str(record_type["from"]))
    key = _key(columns, keys)
    left_out = tuple((column.name, _why_left_out(column)) for column in columns if column.name not in (used | set(key)))
    source = source_name(shape.name)
    return Proposal(source, mapping, _entry(shape, source, key, columns, header_line), key, left_out)


def source_name(file: str) -> str:
    """A name for the source: the file's own in Latin letters, `customers` where it has none."""
    stem = file.rpartition(".")[0] or file
    words = re.findall("[a-z0-9]+", stem.casefold())
    name = "_".join(word for word in words if not word.isdigit())[:_LONGEST_NAME].strip("_")
    return name if _WORD.fullmatch(name) and len(name) > 2 else "customers"


def _key(columns: Sequence[Column], keys: Sequence[str]) -> tuple[str, ...]:
    """The best of the unique columns; one that is called a key, repetitions or not, before a contact point."""
    best = next((column for column in columns if column.name in keys[:1]), None)
    called = tuple(column.name for column in columns if column.meaning.name == KEY and column.n_filled)
    return called[:1] if called and (best is None or _key_rank(best) > 1) else tuple(keys[:1])


def _key_rank(column: Column) -> int:
    if column.meaning.name == KEY:
        return 0
    return 3 if column.meaning.name == "email" else 1 if column.longest <= 20 and not column.meaning.is_field else 2


def _by_field(columns: Sequence[Column]) -> dict[str, list[Column]]:
    found: dict[str, list[Column]] = {}
    for column in columns:
        if column.meaning.is_field and (column.n_filled or not column.n_rows):
            found.setdefault(str(column.meaning.name), []).append(column)
    return found


def _source_of(field: str, found: dict[str, list[Column]]) -> Any:  # what a mapping may say
    columns = found.get(field, [])
    if not columns:
        return None
    if field in _LISTED:
        return _one_or_list([column.name for column in columns])
    if field == "address":
        return _one_or_list([column.name for column in _address_parts(columns)])
    best = max(columns, key=lambda column: (column.meaning.confidence, column.n_filled))
    if field == "gender" and {each.text for each in best.frequent} & _GENDER_CODES.keys() and not _says_gender(best):
        return {"from": best.name, "values": dict(_GENDER_CODES)}
    return best.name


def _says_gender(column: Column) -> bool:
    return column.votes.signs.get("sure_gender", 0.0) > 0


def _address_parts(columns: Sequence[Column]) -> list[Column]:
    """The columns of one address in the order they are read in; of two whole addresses the first."""
    whole = [
        column for column in columns if not is_address_part(column.name) and column.votes.shares.get("address", 0) > 0.5
    ]
    kept = [column for column in columns if column not in whole[1:]]
    return sorted(kept, key=lambda column: address_rank(column.name))


def _one_or_list(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names


def _columns_of(source: Any) -> list[str]:  # what a mapping may say
    if isinstance(source, dict):
        return [str(source["from"])]
    return source if isinstance(source, list) else [source]


def _record_type(columns: Sequence[Column], fields: dict[str, Any]) -> str | dict[str, Any]:
    for column in columns:
        if column.meaning.name == RECORD_TYPE and (values := _type_values(column)):
            return {"from": column.name, "values": values, "otherwise": "auto"}
    has_person, has_organisation = any(field in fields for field in _PERSON), "organisation_name" in fields
    if has_person and not has_organisation:
        names = [
            column for column in columns if column.name in _columns_of(fields.get("name", fields.get("family_name")))
        ]
        return "auto" if any(column.votes.shares.get("organisation_name", 0) > 0.02 for column in names) else "person"
    return "organisation" if has_organisation and not has_person else "auto"


def _type_values(column: Column) -> dict[str, str]:
    """The column's codes that say person or organisation; nothing unless both are among them."""
    words = {word: kind for kind, known in _TYPES.items() for word in known.split()}
    found = {each.text: words[bare] for each in column.frequent if (bare := each.text.strip().casefold()) in words}
    return found if set(found.values()) == {"person", "organisation"} else {}


def _why_left_out(column: Column) -> str:
    if column.n_rows and not column.n_filled:
        return "inspect.left_out.empty"
    if column.meaning.name == CONSENT:
        return "inspect.left_out.consent"
    if column.meaning.is_field:
        return "inspect.left_out.another_column"
    known = ("staff", "other", "individual_number", KEY, RECORD_TYPE)
    return f"inspect.left_out.{column.meaning.name}" if column.meaning.name in known else "inspect.left_out.unknown"


def _entry(
    shape: FileShape, source: str, key: Sequence[str], columns: Sequence[Column], header_line: int | None
) -> dict[str, Any]:
    name = shape.name if shape.format != "json" else f"{shape.name.rpartition('.')[0] or shape.name}.jsonl"
    entry: dict[str, Any] = {"connector": "files", "path": f"data/inbox/{source}/{name}"}
    if shape.suffix_format is None or shape.is_misnamed:
        entry["format"] = shape.format
    if shape.is_delimited and not shape.has_mark and shape.encoding != "utf-8":
        entry["encoding"] = shape.encoding
    if shape.is_delimited and shape.delimiter not in _FOUND_BY_ITSELF:
        entry["delimiter"] = shape.delimiter
    if shape.n_sheets > 1:
        entry["sheet"] = shape.sheet
    if header_line is not None and header_line > 1:
        entry["header_row"] = str(header_line)
    entry["key"] = key[0] if len(key) == 1 else list(key)
    if any(column.name in key and column.meaning.name == "email" for column in columns):
        entry["key_is_personal"] = "true"
    return entry
