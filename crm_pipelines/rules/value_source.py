"""Where the value of a canonical field comes from: a column, several, a constant, or a column's codes translated."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.rules.frozen import Frozen, refusal

_SHAPES = ("value", "from", "first_of")


class ValueSource(Frozen):
    """How to find a value in a row.

    In YAML: `column`, `[column, column]`, `{value: constant}`, `{first_of: [column, column]}` or
    `{from: column, values: {theirs: ours}, otherwise: ours}`. A column may be a dotted path into nested JSON
    (`via.source.from.address`); a column of exactly that name comes first.

    Attributes:
        columns: read in this order; empty for a constant.
        constant: the same for every row.
        values: what the column says -> what it means; None when it is taken as it is.
        otherwise: the meaning of what `values` does not list; None: no value.
        is_first_of: only the first column with a value counts; otherwise all do (parts of a name or an address are
            joined, several e-mails and phones all kept).
    """

    columns: tuple[str, ...] = ()
    constant: str | None = None
    values: Mapping[str, str | None] | None = None
    otherwise: str | None = None
    is_first_of: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, written: Any) -> Any:
        if isinstance(written, str) and written.strip():
            return {"columns": (written,)}
        if isinstance(written, list):
            return {"columns": _column_names(written)}
        if isinstance(written, dict) and "columns" not in written and "constant" not in written:
            return _from_mapping(written)
        if isinstance(written, dict):
            return written
        raise refusal("configuration.wrong_value", "configuration.expected.value_source")

    @model_validator(mode="after")
    def _translates_one_column(self) -> Self:
        if self.values is not None and len(self.columns) != 1:
            raise refusal("configuration.wrong_value", "configuration.expected.value_source")
        return self

    def read(self, row: Mapping[str, JsonValue]) -> tuple[JsonValue, ...]:
        """The values of a row, one per column, absent and empty ones left out; of `first_of` at most one."""
        if self.constant is not None:
            return (self.constant,)
        found = [value for column in self.columns if not _is_nothing(value := look_up(row, column))]
        if self.values is None:
            return tuple(found[:1] if self.is_first_of else found)
        meanings = [self.values.get(as_text(value), self.otherwise) for value in found] or [self.otherwise]
        return tuple(meaning for meaning in meanings if meaning is not None)

    @property
    def outcomes(self) -> frozenset[str] | None:
        """Every value this can give, when that is known from the configuration alone; None otherwise."""
        if self.constant is not None:
            return frozenset({self.constant})
        if self.values is None:
            return None
        return frozenset(meaning for meaning in (*self.values.values(), self.otherwise) if meaning is not None)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The shapes as they are written in YAML, for editors."""
        text = {"type": "string"}
        columns = {"type": "array", "items": text, "minItems": 1}
        scalar = {"type": ["string", "number", "boolean", "null"]}
        table = {"type": "object", "additionalProperties": scalar}
        return {
            "title": "ValueSource",
            "oneOf": [
                text,
                columns,
                _object({"value": scalar}, "value"),
                _object({"first_of": columns}, "first_of"),
                _object({"from": text, "values": table, "otherwise": scalar}, "from"),
            ],
        }


def _is_nothing(value: JsonValue) -> bool:
    return value is None or (not value and isinstance(value, str | list | dict))


def _object(properties: dict[str, Any], required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [required], "additionalProperties": False}


def _column_names(written: list[Any]) -> tuple[str, ...]:
    if not written or not all(isinstance(name, str) and name for name in written):
        raise refusal("configuration.wrong_value", "configuration.expected.columns")
    return tuple(written)


def _from_mapping(written: dict[str, Any]) -> dict[str, Any]:
    match written:
        case {"value": str() | None as constant, **rest} if not rest:
            return {"constant": constant or ""}
        case {"first_of": list() as columns, **rest} if not rest:
            return {"columns": _column_names(columns), "is_first_of": True}
        case {"from": str() as column, **rest} if rest.keys() <= {"values", "otherwise"}:
            return {"columns": (column,), **rest}
        case _:
            raise refusal("configuration.wrong_value", "configuration.expected.value_source")


def look_up(row: Mapping[str, JsonValue], column: str) -> JsonValue:
    """The value of a column: by its exact name, else as a dotted path into nested JSON; None when it is not there.

    A step through a list of objects reads that property of each (`identities.value`).
    """
    if column in row:
        return row[column]
    node: JsonValue = dict(row)
    for step in column.split("."):
        if isinstance(node, list):
            node = [item[step] for item in node if isinstance(item, dict) and item.get(step) is not None]
        elif isinstance(node, dict) and step in node:
            node = node[step]
        else:
            return None
    return node


def as_text(value: JsonValue) -> str:
    """A JSON value as a mapping writes it: `true`, `1`, `1.5`; surrounding space of a text does not count."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()
