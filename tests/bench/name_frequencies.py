"""Build the term frequencies of the shipped models: `crm_pipelines/matching/prior/frequencies.tsv.gz`.

usage: python tests/bench/name_frequencies.py CENSUS

Japanese family names are counted by the packaged table of surnames: the 2,000 most frequent, over a population of 125
million. A reading takes the bearers of every spelling whose first reading it is, and 30 % of those of which it is
another. Latin names are counted by the census of the United States of 1990: CENSUS is the folder of the package `names`
0.3.0 with `dist.all.last`, `dist.female.first` and `dist.male.first`. A name below the floor of the model is left out.

Latin and Japanese names stand in one table although hardly any base has as many of both: in a base with few foreigners
their names then count as more frequent than they are there, which errs towards less evidence.
"""

import argparse
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.standardise.readings import family_keys, given_keys
from crm_pipelines.standardise.tables.loading import surname_rows

_TABLE = Path(__file__).parents[2] / "crm_pipelines" / "matching" / "prior" / "frequencies.tsv.gz"
_POPULATION = 125_000_000
_MOST_SURNAMES = 2_000
_OTHER_READING = 0.3
_DIGITS = 6


def main() -> None:
    """Count, round, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("census", type=Path)
    census = parser.parse_args().census
    written, read = _japanese()
    families, givens = _latin(census)
    tables = {"family_name": written, "family_reading": read + families, "given_reading": givens}
    floors = shipped_model().types[CustomerType.PERSON].frequency_floors
    lines = [
        f"{table}\t{value}\t{float(f'{frequency:.{_DIGITS}g}')!r}\n"
        for table, frequencies in sorted(tables.items())
        for value, frequency in sorted(frequencies.items())
        if frequency > floors[table]
    ]
    _TABLE.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))
    sys.stdout.write(f"{len(lines)} frequencies\n")


def _japanese() -> tuple[Counter[str], Counter[str]]:
    written: Counter[str] = Counter()
    read: Counter[str] = Counter()
    rows = sorted(surname_rows().items(), key=lambda row: (-row[1][0], row[0]))
    for name, (bearers, _readings) in rows[:_MOST_SURNAMES]:
        written[name] = bearers / _POPULATION
        for place, key in enumerate(family_keys(name)):
            read[key] += bearers / _POPULATION * (_OTHER_READING if place else 1.0)
    return written, read


def _latin(census: Path) -> tuple[Counter[str], Counter[str]]:
    families: Counter[str] = Counter()
    givens: Counter[str] = Counter()
    for name, share in _shares(census / "dist.all.last"):
        for key in family_keys(name):
            families[key] += share
    for sex in ("female", "male"):
        for name, share in _shares(census / f"dist.{sex}.first"):
            for key in given_keys(name):
                givens[key] += share / 2
    return families, givens


def _shares(path: Path) -> Iterator[tuple[str, float]]:
    """Name -> share of the people counted; per cent in the file."""
    for line in path.read_text(encoding="ascii").splitlines():
        name, per_cent, *_ = line.split()
        yield name.capitalize(), float(per_cent) / 100


if __name__ == "__main__":
    main()
