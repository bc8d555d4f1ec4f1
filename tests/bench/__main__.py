"""The bench: the whole road over a generated world, beside plain Splink on the same columns, and two days later.

usage: python tests/bench [--records N] [--runs N] [--name NAME] [--no-delta] [--verdicts N] [--pages] [--keep FOLDER]

Runs alternate (road, baseline, road, baseline, ...), each in a process of its own; what is shown is the median. Figures
go to standard output and into `bench-results/NAME.json`. No time is ever asserted.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from children import Child, run_child
from figures import Runs, figures, page
from machine import machine_facts

_RESULTS = Path(__file__).parents[2] / "bench-results"
_SEED = 7


def main() -> None:
    """Measure, show, keep."""
    asked = _arguments()
    machine = machine_facts()
    with TemporaryDirectory(prefix="bench-", dir=asked.folder) as folder:
        runs = measured(Path(folder), asked)
    found = figures(runs)
    sys.stdout.write(page(found, machine))
    _RESULTS.mkdir(exist_ok=True)
    path = _RESULTS / f"{asked.name or f'records-{asked.records}'}.json"
    path.write_text(json.dumps({"machine": machine, **found}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"\n{path.relative_to(_RESULTS.parent)}\n")


def measured(folder: Path, asked: argparse.Namespace) -> Runs:
    """All runs, alternated; the world is made once and every full build starts from a copy of it."""
    runs = Runs(asked.records)
    first = folder / "first"
    _tell("world", run_child("worlds.py", "first", first, asked.records, _SEED))
    for number in range(asked.runs):
        project, clusters = folder / f"run{number}", folder / f"clusters{number}.parquet"
        shutil.copytree(first, project)
        runs.full.append(_tell("full build", run_child("road.py", project)))
        if number == 0:
            run_child("comparable_columns.py", "export", project, folder)
        runs.baseline.append(_tell("plain Splink", run_child("plain_splink.py", folder / "columns.parquet", clusters)))
        if number == 0 and asked.keep is not None:
            _keep(folder, asked.keep)
        if number == 0:
            runs.accuracy = run_child("comparable_columns.py", "score", folder, clusters).found
        if not asked.no_delta:
            runs.arrived = run_child("worlds.py", "second", project).found
            runs.delta.append(_tell("one day later", run_child("road.py", project)))
            runs.arrived_quietly = run_child("worlds.py", "quiet", project).found
            runs.quiet.append(_tell("a quiet day", run_child("road.py", project)))
        if number == 0 and asked.verdicts:
            runs.verdicts = _tell("verdicts", run_child("verdicts.py", project, asked.verdicts)).found
        if number == 0 and asked.pages:
            runs.pages = _pages(project, folder)
        shutil.rmtree(project)
    return runs


def _pages(project: Path, folder: Path) -> dict[str, Any]:
    """The server's figures, and beside its match Splink's own on the same base."""
    columns, wanted = folder / "now" / "columns.parquet", folder / "asked.parquet"
    columns.parent.mkdir()
    run_child("comparable_columns.py", "export", project, columns.parent)
    found = _tell("pages", run_child("pages.py", project, wanted)).found
    return found | _tell("Splink, one record", run_child("single_record.py", columns, wanted)).found


def _keep(folder: Path, kept: Path) -> None:
    """The world as it was measured, for whoever wants to run something else on it."""
    shutil.copytree(folder / "first" / "data" / "inbox", kept / "sources", dirs_exist_ok=True)
    for name in ("columns.parquet", "truth.parquet"):
        shutil.copy(folder / name, kept / name)


def _tell(what: str, child: Child) -> Child:
    sys.stderr.write(f"{what}: {child.seconds:.1f} s, {child.peak_mb:.0f} MiB\n")
    return child


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=100_000, help="customers' records in the world")
    parser.add_argument("--runs", type=int, default=3, help="how often each of them runs")
    parser.add_argument("--name", help="of the file of results (default: records-N)")
    parser.add_argument("--no-delta", action="store_true", help="leave out the days after")
    parser.add_argument("--verdicts", type=int, default=0, help="how many verdicts are applied one after the other")
    parser.add_argument("--pages", action="store_true", help="measure the server as well: pages, search, matches")
    parser.add_argument("--keep", type=Path, help="a folder for the sources, the columns both read, and the truth")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's folder for what may go)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
