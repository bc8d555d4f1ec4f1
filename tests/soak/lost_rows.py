"""Rows dropped on purpose, one after the other, anywhere from landing to the publication: is each of them missed?

usage: python tests/soak/lost_rows.py [--trials N] [--seed N]

A small world is walked to its publication once. Each trial deletes one row of one place, drawn anew, asks the
reconciliation, and puts the row back. Exit code 1 if a single one was not missed.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES  # noqa: E402 - behind the path of the repository
from crm_pipelines.stores.reconciliation import Gap, damaged_batches, gaps  # noqa: E402 - behind the path of the repository
from crm_pipelines.stores.row_counts import TABLES  # noqa: E402 - behind the path of the repository
from tests.crm_pipelines.stores.publishing_road import Publishing  # noqa: E402 - behind the path of the repository
from tests.crm_pipelines.stores.small_road import bad, gone, row  # noqa: E402 - behind the path of the repository

_SHOWN = "shown"
_FORGETS = {"changes", "value_changes", "closed_questions"}  # what the warehouse does not know


def walked(folder: Path) -> Publishing:
    """Two days of two sources: persons, companies, orders, consents, households, rows held back and set aside."""
    road = Publishing(folder)
    people = ["佐藤 太郎", "鈴木 花子", "高橋 健一", "田中 由美", "伊藤 直樹", "渡辺 陽子"]
    road.land(
        *(_person(number, name) for number, name in enumerate(people)), bad("b1"), row("s1", "staff", kind="staff")
    )
    road.land(*(_order(number) for number in range(8)))
    road.land(*(_person(number, name) for number, name in enumerate(people[:3])), source="form")
    road.walk()
    road.pair("erp:0", "form:0", 9.0)
    road.land(_person(1, "鈴木 はな子"), gone("5"), bad("b2"), _order(9))
    road.walk()
    return road


def _person(number: int, name: str) -> object:
    return row(
        str(number), name, email=f"p{number}@example.jp", phone=f"090-1234-{number:04}", group=f"g{number}",
        agrees="true", agreed_at="2026-03-01T09:00:00+09:00", company=f"株式会社みどり{number}",
        postal_code="100-0001", address=f"東京都千代田区千代田1-{number // 2}", lives_with=str(number ^ 1),
    )  # fmt: skip


def _order(number: int) -> object:
    return row(
        f"o{number}", stream="orders", customer=str(number % 5), at="2026-03-02T10:00:00+09:00",
        amount=str(1_000 + number), currency="JPY", agrees="true",
    )  # fmt: skip


class Trials:
    """Drops of single rows; everything is put back after each."""

    def __init__(self, road: Publishing, seed: int) -> None:
        self.road = road
        self.missed: Counter[str] = Counter()
        self.unseen: list[str] = []
        self._rng = Random(seed)
        self._con = road.warehouse.connection
        self._con.execute(f"attach '{road.published}' as {_SHOWN}")
        self.places = [*self._filled("main", TABLES), *self._filled(_SHOWN, PUBLICATION_TABLES), "landing"]

    def found(self) -> list[Gap]:
        """What the reconciliation says now."""
        found = gaps(self.road.warehouse, None, _SHOWN, {"erp": ["amount"]})
        return [*damaged_batches(self.road.landing), *found]

    def run(self, n_trials: int) -> None:
        """Drop and look, so many times."""
        for _ in range(n_trials):
            place = self._rng.choice(self.places)
            with self._dropped(place):
                if self.found():
                    self.missed[place] += 1
                else:
                    self.unseen.append(place)

    def close(self) -> None:
        """Let the publication and the warehouse go."""
        self._con.execute(f"detach {_SHOWN}")
        self.road.warehouse.close()

    def _filled(self, database: str, tables: object) -> list[str]:
        names = [f"{database}.{name}" for name in tables if name not in _FORGETS]  # type: ignore[attr-defined] # names
        return [name for name in names if self._count(name)]

    def _count(self, table: str) -> int:
        return int(self._con.execute(f"select count(*) from {table}").fetchall()[0][0])

    @contextmanager
    def _dropped(self, place: str) -> Iterator[None]:
        if place == "landing":
            manifest = self._rng.choice([one for one in self.road.landing.batches() if one.n_rows])
            path = self.road.landing.rows(manifest)
            kept, rows = path.read_bytes(), pl.read_parquet(path)
            at = self._rng.randrange(len(rows))
            pl.concat([rows[:at], rows[at + 1 :]]).write_parquet(path)
            yield
            path.write_bytes(kept)
            return
        at = self._rng.randrange(self._count(place))
        self._con.execute("begin transaction")
        self._con.execute(
            f"delete from {place} where rowid = (select rowid from {place} order by rowid limit 1 offset {at})"
        )
        yield
        self._con.execute("rollback")


def main() -> int:
    """Try, and tell."""
    parser = argparse.ArgumentParser(prog="lost_rows", description=__doc__.partition("\n")[0])
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="lost-rows-") as folder:
        trials = Trials(walked(Path(folder)), asked.seed)
        untouched = trials.found()
        trials.run(asked.trials)
        trials.close()
    for place, number in sorted(trials.missed.items()):
        sys.stdout.write(f"{place:34} {number:5}\n")
    sys.stdout.write(f"missed {sum(trials.missed.values())} of {asked.trials} rows that were dropped\n")
    sys.stdout.write("".join(f"not missed: {place}\n" for place in sorted(set(trials.unseen))))
    sys.stdout.write("".join(f"false: {gap}\n" for gap in untouched))
    return 1 if trials.unseen or untouched else 0


if __name__ == "__main__":
    sys.exit(main())
