"""How often a source is expected to be read, and to bring a row: `expected_every` of the project file."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from crm_pipelines.rules.frozen import Frozen, refusal

_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}
_SHAPE = r"^[1-9][0-9]{0,4}[mhd]$"
Interval = Annotated[str, Field(pattern=_SHAPE)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Expectation(Frozen):
    """What makes a source late.

    In YAML: `24h` (reads and rows alike; `90m`, `2d`), or `{read: 1h, row: 2d, weekdays: [mon, tue, wed, thu, fri]}`.

    Attributes:
        read: the longest time between two successful reads; None: no matter how long.
        row: the longest time between two rows with news; likewise.
        weekdays: days on which time passes, in the time zone of the source: an office that is closed sends nothing.
    """

    read: Interval | None = None
    row: Interval | None = None
    weekdays: tuple[Weekday, ...] = Field(default=_WEEKDAYS, min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _from_yaml(cls, written: Any) -> Any:
        return {"read": written, "row": written} if isinstance(written, str) else written

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.read is None and self.row is None:
            raise refusal("configuration.missing_parts", "read / row")
        return self

    @property
    def read_seconds(self) -> int | None:
        """`read` in seconds."""
        return _seconds(self.read)

    @property
    def row_seconds(self) -> int | None:
        """`row` in seconds."""
        return _seconds(self.row)

    @property
    def iso_weekdays(self) -> frozenset[int]:
        """`weekdays` as numbers, Monday 1."""
        return frozenset(_WEEKDAYS.index(name) + 1 for name in self.weekdays)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The shapes as they are written in YAML, for editors."""
        interval = {"type": "string", "pattern": _SHAPE}
        days = {"type": "array", "items": {"enum": list(_WEEKDAYS)}, "minItems": 1}
        properties = {"read": interval, "row": interval, "weekdays": days}
        return {
            "title": "Expectation",
            "oneOf": [interval, {"type": "object", "properties": properties, "additionalProperties": False}],
        }


def _seconds(interval: str | None) -> int | None:
    return None if interval is None else int(interval[:-1]) * _SECONDS[interval[-1]]
