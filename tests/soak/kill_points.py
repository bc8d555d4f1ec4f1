"""Kill -9 at many points of a run, one after the other: do the accounts close, and is every row where it should be?

usage: python tests/soak/kill_points.py [--points N] [--records N] [--seed N]

A generated project takes in two days. Runs are killed at calls drawn anew; after every ten kills a run comes to its end
and the reconciliation is asked. Exit code 1 if anything does not close.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path[0] = str(Path(__file__).resolve().parents[2])  # a folder that is run is not a package

from crm_pipelines.demo.second_day import write_second_day  # noqa: E402 - behind the path of the repository
from tests.road.projects import accounts, demo_project  # noqa: E402 - likewise
from tests.road.runner import Runner  # noqa: E402 - likewise

_A_ROUND = 10
_FIRST_CALL, _LAST_CALL = 40, 1_400


def main() -> int:
    """Kill, run, look."""
    parser = argparse.ArgumentParser(prog="kill_points", description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng, n_killed, n_open = Random(asked.seed), 0, 0
    with TemporaryDirectory(prefix="kill-points-") as folder:
        runner, unwalked = Runner(Path(folder)), demo_project(Path(folder) / "unwalked", asked.records, asked.seed)
        while n_killed < asked.points:
            project = shutil.copytree(unwalked, Path(folder) / "project")
            for day in (1, 2):
                if day == 2:
                    write_second_day(project / "data" / "inbox")
                for _ in range(min(_A_ROUND // 2, asked.points - n_killed)):
                    ended = runner.run(project, die_at_call=rng.randint(_FIRST_CALL, _LAST_CALL))
                    n_killed += ended.signal != 0
                runner.walk(project)
                n_open += _open(runner, project)
            shutil.rmtree(project)
            sys.stderr.write(f"{n_killed} kills, {n_open} times something did not close\n")
        runner.close()
    sys.stdout.write(f"{n_killed} kills -9, {n_open} times something did not close\n")
    return 1 if n_open else 0


def _open(runner: Runner, project: Path) -> int:
    """1 where a row is missing, told on standard error."""
    ended = runner.run(project, "--json", "reconcile")
    document = json.loads(ended.stdout)
    live = [
        name
        for name, one in accounts(project).items()
        if one["live_after"] != one["live_before"] + one["new"] + one["restored"] + one["released"]
        - one["deleted"] - one["erased"] - one["newly_suppressed"]
    ]  # fmt: skip
    if ended.code == 0 and not live:
        return 0
    sys.stderr.write(f"{document.get('gaps')} {live}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
