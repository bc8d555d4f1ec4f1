"""Child process: verdicts on a project that has run, each from its entry in the ledger to the switch of the pointer.

usage: verdicts.py ANSWER PROJECT N

The applier runs beside, warm. Half of the verdicts put together what the review queue asks about, half part two records
that the machine put together. One verdict waits for the one before it, and for the pause that the applier keeps between
two publications, which is no part of the time.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from children import answer

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications

_COMMAND = "from crm_pipelines.cli.main import main; main()"
_PAUSE_SECONDS = 6.0
_MOST_SECONDS = 600.0
_ASKED = """
    select record_ids_left, record_ids_right from review_queue where kind = 'pair'
    order by md5(question_id) limit ?"""
_TOGETHER = """
    select [min(record_id)], [max(record_id)] from crosswalk where valid_to is null
    group by golden_id having count(*) = 2 order by md5(golden_id) limit ?"""


def measured(root: Path, n_verdicts: int) -> dict[str, Any]:
    """Seconds of each verdict, and their median."""
    paths = ProjectPaths(root)
    with closing(Publications(paths).connect_current()) as con:
        joins = [(Judgement.MATCH, *row) for row in con.execute(_ASKED, [(n_verdicts + 1) // 2]).fetchall()]
        parts = [(Judgement.NO_MATCH, *row) for row in con.execute(_TOGETHER, [n_verdicts // 2]).fetchall()]
    verdicts = list(chain.from_iterable(zip(joins, parts, strict=False)))
    with open_ledger(paths.ledger_url) as ledger, applier_of(root) as applier:
        seconds = [_applied(paths, ledger, applier, verdict) for verdict in verdicts]
    return {"verdict_seconds": median(seconds), "verdict_seconds_of_each": [round(one, 2) for one in seconds]}


@contextmanager
def applier_of(root: Path) -> Iterator["subprocess.Popen[str]"]:
    """The applier of a project, which watches by now; it ends with this."""
    command = [sys.executable, "-c", _COMMAND, "--project", str(root), "--json", "run", "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as applier:
        try:
            _told(applier, "applier.watching")
            yield applier
        finally:
            applier.terminate()


def _applied(
    paths: ProjectPaths,
    ledger: Ledger,
    applier: "subprocess.Popen[str]",
    verdict: tuple[Judgement, list[str], list[str]],
) -> float:
    sleep(_PAUSE_SECONDS)
    before, (judgement, left, right) = paths.current.read_text(encoding="utf-8"), verdict
    now = datetime.now(UTC)
    ledger.record_decision(
        NewDecision(
            judgement=judgement, record_ids_left=tuple(left), record_ids_right=tuple(right), steward="bench",
            decided_at=now,
        )
    )  # fmt: skip
    began = perf_counter()
    while paths.current.read_text(encoding="utf-8") == before:
        if perf_counter() - began > _MOST_SECONDS:
            raise TimeoutError
        sleep(0.005)
    seconds = perf_counter() - began
    _told(applier, "applier.applied")
    return seconds


def _told(applier: "subprocess.Popen[str]", code: str) -> None:
    assert applier.stdout is not None
    for line in applier.stdout:
        if json.loads(line)["code"] == code:
            return
        sys.stderr.write(line)
    raise RuntimeError("the applier ended")


if __name__ == "__main__":
    answer(measured(Path(sys.argv[2]), int(sys.argv[3])))
