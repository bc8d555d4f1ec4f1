"""Pins as a text file: CSV with one row per attribute, as a spreadsheet writes it.

`action` (`pin`, `empty`, `lift`), `id` (golden id or record id), `attribute`, `value`, `reason`, `expires_on`
(`2026-12-31`, its last day; blank for never). Rows of one id, action, reason and end go together, so that the lines of
an address are pinned as one.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.pinning import PinWish

_NEEDED = ("action", "id", "attribute", "reason")
_KNOWN = (*_NEEDED, "value", "expires_on")


class PinAction(StrEnum):
    """What a row asks for."""

    PIN = "pin"
    EMPTY = "empty"
    LIFT = "lift"


@dataclass(frozen=True, slots=True)
class FiledWish:
    """A wish, what is to be done about it, and the row of the file for each of its values (the header is row 1)."""

    action: PinAction
    wish: PinWish
    rows: Sequence[int]

    def row_of(self, fault: Fault) -> int:
        """The row that a fault of the wish speaks of."""
        place = fault.facts.get("place")
        return self.rows[place if isinstance(place, int) else 0]


@dataclass(frozen=True, slots=True)
class Signed:
    """Who hands the file in, when, and the zone of its days."""

    steward: str
    at: datetime
    zone: ZoneInfo


def read_pin_file(
    content: bytes, signed: Signed, tables_name: Callable[[str], str]
) -> tuple[list[FiledWish], list[Fault]]:
    """Read the file; with any fault nothing of it should be recorded.

    Args:
        content: UTF-8, with or without a byte order mark.
        signed: by whom.
        tables_name: an id as people write it -> as the tables do.
    """
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return [], [Fault("pin.unreadable", {})]
    if missing := [name for name in _NEEDED if rows and name not in rows[0]]:
        return [], [Fault("pin.columns_missing", {"columns": ", ".join(missing), "known": ", ".join(_KNOWN)})]
    faults: list[Fault] = []
    asked: dict[tuple[str, ...], dict[str, tuple[int, str | None]]] = {}
    for number, row in enumerate(rows, start=2):
        cells = {name: (row.get(name) or "").strip() for name in _KNOWN}
        found = list(_row_faults(cells, number))
        faults += found
        if not found:
            key = (cells["action"], cells["id"], cells["reason"], cells["expires_on"])
            value = cells["value"] if cells["action"] == PinAction.PIN else None
            asked.setdefault(key, {})[cells["attribute"]] = number, value
    wishes = [_wish(key, values, signed, tables_name) for key, values in asked.items()]
    return wishes, faults


def _row_faults(cells: Mapping[str, str], number: int) -> Iterable[Fault]:
    for name in _NEEDED:
        if not cells[name]:
            yield Fault("pin.cell_empty", {"row": number, "field": name})
    if cells["action"] and cells["action"] not in list(PinAction):
        yield Fault("pin.unknown_action", {"row": number, "field": "action", "known": ", ".join(PinAction)})
    if (cells["action"] == PinAction.PIN) != bool(cells["value"]) and cells["action"] in list(PinAction):
        code = "pin.value_missing" if cells["action"] == PinAction.PIN else "pin.value_superfluous"
        yield Fault(code, {"row": number, "field": "value"})
    if cells["expires_on"] and _day(cells["expires_on"]) is None:
        yield Fault("pin.no_date", {"row": number, "field": "expires_on"})


def _wish(
    key: tuple[str, ...],
    said: Mapping[str, tuple[int, str | None]],
    signed: Signed,
    tables_name: Callable[[str], str],
) -> FiledWish:
    action, name, reason, until = key
    day = _day(until)
    end = None if day is None else datetime.combine(day + timedelta(days=1), time(), signed.zone)
    values = {attribute: value for attribute, (_, value) in said.items()}
    wish = PinWish(
        name=tables_name(name), values=values, steward=signed.steward, reason=reason, at=signed.at, expires_at=end
    )
    return FiledWish(PinAction(action), wish, [row for row, _ in said.values()])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
