"""The soak: a year of a generated world played on one project that is killed and harmed, and on its undisturbed twin.

usage: python tests/soak [--weeks N] [--records N] [--kills N] [--seed N] [--histories N] [--report FILE]

Every week everything that must hold in every state is checked; at the end the project must be, to the letter, what its
twin is and what a full rebuild is. Before that, random histories of deliveries and verdicts are played on the rooms
alone, and one in twenty as many on the stores, against a model by brute force. The exit code is 1 when anything was
found wrong.
"""

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

_REPOSITORY = Path(__file__).resolve().parents[2]
sys.path[0] = str(_REPOSITORY)  # a folder that is run is not a package

from tests.bench.machine import machine_facts  # noqa: E402
from tests.histories.machine import Histories  # noqa: E402
from tests.histories.on_stores import OnStores  # noqa: E402
from tests.histories.playing import found_wrong  # noqa: E402
from tests.soak.play import Play  # noqa: E402
from tests.soak.report import page, report  # noqa: E402
from tests.soak.tally import Script  # noqa: E402


def main() -> int:
    """Play, report, judge."""
    asked = _arguments()
    script = Script(asked.weeks, asked.records, asked.kills, asked.seed)
    machine = machine_facts()
    began = perf_counter()
    wrong = [text for machine, n in _histories(asked.histories) for text in found_wrong(machine, n)]
    with TemporaryDirectory(prefix="soak-", dir=asked.folder) as folder:
        tally = Play(Path(folder), script, lambda line: sys.stderr.write(f"{line}\n")).played()
    tally.wrong(wrong)
    tally.compared["histories with a model by brute force"] = sum(n for _, n in _histories(asked.histories))
    found = report(script, tally, perf_counter() - began, machine)
    sys.stdout.write(page(found))
    asked.report.parent.mkdir(parents=True, exist_ok=True)
    asked.report.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 1 if tally.violations else 0


def _histories(n_histories: int) -> list[tuple[type[Histories], int]]:
    """On the stores a history takes some twenty times as long."""
    return [(Histories, n_histories), (OnStores, n_histories // 20)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--weeks", type=int, default=52, help="weeks of the world")
    parser.add_argument("--records", type=int, default=1_000, help="customers' records on the first day")
    parser.add_argument("--kills", type=int, default=200, help="kills, spread over the weeks")
    parser.add_argument("--seed", type=int, default=7, help="of the world and of the harm")
    parser.add_argument("--histories", type=int, default=10_000, help="random histories of verdicts and records")
    parser.add_argument("--report", type=Path, default=_REPOSITORY / "bench-results" / "soak.json", help="JSON")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's folder for what may go)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
