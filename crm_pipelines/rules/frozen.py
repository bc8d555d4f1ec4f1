"""The base of every typed piece of configuration: frozen, and strict about names."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

TEXT_CODE = "{expected}"  # the doors render the code; pydantic insists on a template


class Frozen(BaseModel):
    """Cannot be changed after it was read, and refuses names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def refusal(code: str, expected: str | None = None, allowed: Iterable[str] = ()) -> PydanticCustomError:
    """An error of a validator whose type is a code of the catalogue.

    Args:
        code: of the sentence.
        expected: a fact of it: what should stand there.
        allowed: the names that may stand there, when a name is refused; the nearest is shown.
    """
    context = {"expected": expected, "allowed": ", ".join(allowed)}
    return PydanticCustomError(code, TEXT_CODE, context)


def _cron(text: str) -> str:
    if not is_cron(text):
        raise refusal("configuration.wrong_value", "configuration.expected.cron")
    return text


def is_cron(text: str) -> bool:
    """Whether the text is a cron pattern of five fields (`*/10 * * * *`) or one of `@hourly`, `@daily`, ..."""
    if text in {"@hourly", "@daily", "@weekly", "@monthly", "@yearly"}:
        return True
    parts = text.split()
    ranges = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    return len(parts) == len(ranges) and all(
        _is_cron_part(part, *limits) for part, limits in zip(parts, ranges, strict=True)
    )


def _is_cron_part(part: str, low: int, high: int) -> bool:
    return all(_is_cron_item(item, low, high) for item in part.split(","))


def _is_cron_item(item: str, low: int, high: int) -> bool:
    span, _, step = item.partition("/")
    if "/" in item and not (step.isascii() and step.isdigit() and 0 < int(step) <= high):
        return False
    if span == "*":
        return True
    ends = span.split("-")
    if not all(end.isascii() and end.isdigit() and low <= int(end) <= high for end in ends):
        return False
    return len(ends) == 1 or (len(ends) == 2 and int(ends[0]) <= int(ends[1]))


Cron = Annotated[str, AfterValidator(_cron)]
