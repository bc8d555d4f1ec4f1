"""From runs to figures: medians, shares and ratios, and the page that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from children import Child
from page_figures import pages_lines, with_ratio

_MATCHING = ("matching", "clustering")
_BASELINE_MATCHING = ("predict", "cluster")
_DAYS = {"delta": "one day later", "quiet": "a quiet day"}


@dataclass(slots=True)
class Runs:
    """Everything measured, in order.

    Attributes:
        n_records: customers' records asked for.
        full, delta, quiet, baseline: the child processes of each kind.
        accuracy: pairwise figures of both, per customer type; of the first pair of runs.
        arrived, arrived_quietly: what the second day and the quiet day after it brought.
        verdicts: seconds from a verdict's entry in the ledger to readers; empty: not measured.
        pages: of the server, in milliseconds; empty: not measured.
    """

    n_records: int
    full: list[Child] = field(default_factory=list)
    delta: list[Child] = field(default_factory=list)
    quiet: list[Child] = field(default_factory=list)
    baseline: list[Child] = field(default_factory=list)
    accuracy: dict[str, Any] = field(default_factory=dict)
    arrived: dict[str, Any] = field(default_factory=dict)
    arrived_quietly: dict[str, Any] = field(default_factory=dict)
    verdicts: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)


def figures(runs: Runs) -> dict[str, Any]:
    """The medians of all runs and what follows from them; seconds and MiB."""
    full, baseline = _medians(runs.full), _medians(runs.baseline)
    own, plain = _sum(full["steps"], _MATCHING), _sum(baseline["steps"], _BASELINE_MATCHING)
    own_processor = _sum(full["processor"], _MATCHING)
    found: dict[str, Any] = {
        "n_records": runs.n_records,
        "n_runs": len(runs.full),
        "full": full,
        "baseline": baseline,
        "matching_and_clustering_seconds": own,
        "baseline_predict_and_cluster_seconds": plain,
        "matching_ratio": own / plain,
        "matching_ratio_of_processor": own_processor / _sum(baseline["processor"], _BASELINE_MATCHING),
        "matching_ratio_with_training": own / sum(baseline["steps"].values()),
        "memory_ratio": full["peak_mb"] / baseline["peak_mb"],
        "matching_memory_ratio": max(full["peaks_mb"][step] for step in _MATCHING) / baseline["peak_mb"],
        "pairs": runs.full[0].found["pairs"],
        "baseline_pairs_stored": runs.baseline[0].found["pairs_stored"],
        "accuracy": runs.accuracy,
        **runs.verdicts,
        **({"pages": with_ratio(runs.pages)} if runs.pages else {}),
    }
    for name, days, arrived in (
        ("delta", runs.delta, runs.arrived),
        ("quiet", runs.quiet, runs.arrived_quietly),
    ):
        if days:
            day = _medians(days)
            found |= {
                name: day,
                f"{name}_records": sum(arrived.values()),
                f"{name}_pairs": days[0].found["pairs"],
                f"{name}_ratio": day["walk_seconds"] / full["walk_seconds"],
            }
    return found


def _medians(children: Sequence[Child]) -> dict[str, Any]:
    return {
        "walk_seconds": median(child.found.get("seconds", child.seconds) for child in children),
        "process_seconds": median(child.seconds for child in children),
        "process_seconds_of_each": [round(child.seconds, 1) for child in children],
        "cpu_seconds": median(child.cpu_seconds for child in children),
        "peak_mb": median(child.found.get("peak_mb", child.peak_mb) for child in children),
        "processor": _median_of_each(children, "processor"),
        "peaks_mb": _median_of_each(children, "peaks_mb"),
        "steps": _median_of_each(children, "steps"),
    }


def _median_of_each(children: Sequence[Child], table: str) -> dict[str, float]:
    tables = [child.found.get(table, {}) for child in children]
    return {name: median(found.get(name, 0.0) for found in tables) for name in tables[0]}


def _sum(steps: dict[str, float], names: Sequence[str]) -> float:
    return sum(steps.get(name, 0.0) for name in names)


def page(found: dict[str, Any], machine: dict[str, object]) -> str:
    """The figures as text for a terminal."""
    lines = [
        " ".join(f"{name}={value}" for name, value in machine.items()),
        f"{found['n_records']} records, median of {found['n_runs']} alternated runs; seconds of wall clock",
        *_steps_of("full build", found["full"]),
        *_steps_of("plain Splink", found["baseline"]),
        *(line for name, title in _DAYS.items() if name in found for line in _steps_of(title, found[name])),
        "",
        *_ratios(found),
        "",
        *_accuracy(found["accuracy"]),
        *(["", *pages_lines(found["pages"])] if "pages" in found else []),
    ]
    return "\n".join(lines) + "\n"


def _steps_of(title: str, figures_of: dict[str, Any]) -> list[str]:
    steps = figures_of["steps"]
    total = sum(steps.values()) or 1.0
    head = (
        f"{title}: {figures_of['process_seconds']:.1f} s whole process, "
        f"{figures_of['cpu_seconds']:.1f} s of processor, {figures_of['peak_mb']:.0f} MiB at most"
    )
    processor, peaks = figures_of["processor"], figures_of["peaks_mb"]
    rows = [
        f"  {name:<32}{seconds:>9.2f} s {seconds / total:>7.1%}{processor.get(name, 0.0):>9.2f} s"
        + (f"{peaks[name]:>9.0f} MiB" if name in peaks else "")
        for name, seconds in steps.items()
    ]
    return ["", head, f"  {'':<32}{'wall':>11}{'share':>8}{'processor':>11}{'peak':>13}", *rows]


def _ratios(found: dict[str, Any]) -> list[str]:
    pairs = found["pairs"]
    lines = [
        f"matching + clustering {found['matching_and_clustering_seconds']:.1f} s "
        f"against predict + cluster {found['baseline_predict_and_cluster_seconds']:.1f} s: "
        f"ratio {found['matching_ratio']:.2f}, of processor {found['matching_ratio_of_processor']:.2f} "
        f"(against its training as well: {found['matching_ratio_with_training']:.2f})",
        f"memory: ratio {found['memory_ratio']:.2f}; of matching + clustering {found['matching_memory_ratio']:.2f}",
        f"pairs: {pairs.get('pairs_scored')} scored and {pairs.get('pairs_stored')} stored "
        f"against {found['baseline_pairs_stored']} stored",
    ]
    if "verdict_seconds" in found:
        lines.append(
            f"one verdict, from the ledger to readers: {found['verdict_seconds']:.2f} s "
            f"(median of {len(found['verdict_seconds_of_each'])})"
        )
    lines += [
        f"{title}: {found[f'{name}_records']} records arrived, changed or went "
        f"({found[f'{name}_records'] / found['n_records']:.2%}); {found[f'{name}_pairs'].get('records_rescored')} "
        f"compared anew; {found[name]['walk_seconds']:.1f} s against "
        f"{found['full']['walk_seconds']:.1f} s: ratio {found[f'{name}_ratio']:.3f}; "
        f"{found[name]['peak_mb']:.0f} MiB at most"
        for name, title in _DAYS.items()
        if name in found
    ]
    return lines


def _accuracy(accuracy: dict[str, Any]) -> list[str]:
    lines = [f"{'pairwise against the truth':<42}{'precision':>10}{'recall':>8}{'F1':>8}   95 %"]
    for who, types in accuracy.items():
        for customer_type, row in types.items():
            name = f"{who}, {customer_type}"[:40]
            lines.append(
                f"  {name:<40}{row['precision']:>10.4f}{row['recall']:>8.4f}{row['f1']:>8.4f}   "
                f"{row['f1_low']:.4f} - {row['f1_high']:.4f}"
            )
    return lines
