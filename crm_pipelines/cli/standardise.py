"""`crm-pipelines standardise FILE|- --field F`: what becomes of values, line by line, before any project exists."""

import json
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from crm_pipelines.cli.exit_codes import FINE
from crm_pipelines.cli.invocation import invocation_of
from crm_pipelines.cli.refusals import RefusedInputError

if TYPE_CHECKING:
    from crm_pipelines.standardise.fields import Field

_SURROGATE = re.compile("[\ud800-\udfff]")
_REMEMBERED = 100_000
_SHOWN_AT_ONCE = 1_000
_COLUMNS = ("raw", "std", "keys", "value_status", "rules", "case")
_NOT_JSON = "line.not_a_json_string"


def standardise(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="cli.standardise.file", show_default=False)],
    field: Annotated[str, typer.Option(metavar="F", help="cli.standardise.field", show_default=False)],
    country: Annotated[str, typer.Option(metavar="COUNTRY", help="cli.standardise.country")] = "JP",
) -> int:
    """Standardise every line of a file; a line that cannot be read is told in its place, and the next one goes on."""
    from crm_pipelines.standardise.fields import FIELDS  # noqa: PLC0415 - reads the tables of names

    call = invocation_of(context)
    if field not in FIELDS:
        raise RefusedInputError("standardise.unknown_field", field=field, fields=", ".join(FIELDS))
    outcome = lru_cache(_REMEMBERED)(lambda raw: _outcome(FIELDS[field], raw, country.upper()))
    with _opened(file) as lines:
        if call.output.as_json:
            for line in _lines(lines):
                sys.stdout.write(f"{_as_json(_from_json(line, outcome))}\n")
            return FINE
        shown = []
        for line in _lines(lines):
            shown.append(outcome(_decoded(line)))
            if len(shown) == _SHOWN_AT_ONCE:
                call.output.table("standardised", _COLUMNS, map(_cells, shown))
                shown.clear()
        call.output.table("standardised", _COLUMNS, map(_cells, shown))
    return FINE


def _outcome(field: "Field", raw: str, country: str) -> dict[str, Any]:
    value = field.standardise(raw, country)
    return {
        "raw": raw,
        "std": value.std,
        "keys": list(value.keys),
        "status": value.status.value,
        "rules": list(value.rules),
        "case": field.in_notation(raw),
    }


def _from_json(line: bytes, outcome: Any) -> dict[str, Any]:  # a cached function
    try:
        raw = json.loads(line)
    except ValueError:  # no JSON, or no UTF-8
        raw = None
    if isinstance(raw, str):
        found: dict[str, Any] = outcome(raw)
        return found
    return {"raw": _decoded(line), "std": None, "keys": [], "status": "invalid", "rules": [_NOT_JSON], "case": ""}


def _as_json(found: dict[str, Any]) -> str:
    """One line, whatever a reader takes for the end of one, and whatever cannot be sent as UTF-8."""
    text = json.dumps(found, ensure_ascii=False)
    is_one_line = len(text.splitlines()) == 1
    return text if is_one_line and _SURROGATE.search(text) is None else json.dumps(found)


def _cells(found: dict[str, Any]) -> dict[str, Any]:
    cells = {name: " ".join(cell) if isinstance(cell, list) else cell for name, cell in found.items()}
    return {**cells, "value_status": found["status"]}


def _decoded(line: bytes) -> str:
    from crm_pipelines.standardise.text import decode_text  # noqa: PLC0415 - as above

    return decode_text(line)


def _opened(file: str) -> BinaryIO:
    """The file, or standard input for `-`.

    Raises:
        RefusedInputError: it is not there or may not be read.
    """
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise RefusedInputError("standardise.unreadable_file", file=file, reason=type(error).__name__) from None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    for line in file:
        yield line.removesuffix(b"\n").removesuffix(b"\r")
