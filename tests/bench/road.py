"""Child process: one walk down the real road, from the sources to the publication.

usage: road.py ANSWER PROJECT
"""

import sys
from pathlib import Path
from time import process_time
from typing import Any

from children import answer

from assets.resources import RunOptions
from connectors.registry import CONNECTORS
from crm_pipelines.cli.running import dagster_instance, walk
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.stores.project_paths import ProjectPaths


def walked(root: Path) -> dict[str, Any]:
    """Walk once.

    Returns:
        `seconds` of the walk; `steps`: seconds of each step, out of Dagster's own event log; `processor`: seconds of
        processor, of all threads, since the step before; `peaks_mb`: the most memory the process held in each step;
        `peak_mb`: at any time; `pairs`: what matching told of itself.
    """
    loaded = load_project(root, CONNECTORS, project_environment(root))
    processor: dict[str, float] = {}
    peaks: dict[str, float] = {}
    before = process_time()

    def note(step: str, _seconds: float) -> None:
        nonlocal before
        processor[step], before = process_time() - before, process_time()
        peaks[step] = _peak_since_last_asked()

    end = walk(loaded, RunOptions(command="bench", wait_seconds=0.0), note)
    if end.reason_code is not None:
        raise SystemExit(f"the run ended {end.outcome.value}: {end.reason_code} {end.reason_facts}")
    with dagster_instance(ProjectPaths(root)) as instance:
        statistics = sorted(instance.get_run_step_stats(end.run_id), key=lambda step: step.start_time or 0.0)
        steps = {step.step_key: (step.end_time or 0.0) - (step.start_time or 0.0) for step in statistics}
        pairs = {
            name: value.value
            for event in instance.all_logs(end.run_id)
            if (made := event.asset_materialization) is not None and made.asset_key.to_user_string() == "scored_pairs"
            for name, value in made.metadata.items()
            if name in {"rows", "records_rescored", "pairs_scored", "pairs_stored"}
        }
    return {
        "seconds": end.seconds,
        "steps": steps,
        "processor": processor,
        "peaks_mb": peaks,
        "peak_mb": max(*peaks.values(), _peak_since_last_asked()),
        "pairs": pairs,
    }


def _peak_since_last_asked() -> float:
    """MiB of memory at most since this was last called; the kernel keeps the mark and sets it back on demand."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (peak,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return int(peak) / 1024


if __name__ == "__main__":
    answer(walked(Path(sys.argv[2])))
