"""A soak as JSON and as a page for a terminal."""

from statistics import median
from typing import Any

from tests.soak.tally import Script, Tally


def report(script: Script, tally: Tally, seconds: float, machine: dict[str, object]) -> dict[str, Any]:
    """All that a soak did and found; seconds of wall clock."""
    return {
        "asked": {"weeks": script.weeks, "records": script.records, "kills": script.kills, "seed": script.seed},
        "machine": machine,
        "seconds": round(seconds, 1),
        "n_violations": len(tally.violations),
        "violations": tally.violations,
        "runs": dict(tally.runs.most_common()),
        "injected": dict(sorted(tally.injected.items())),
        "world": dict(sorted(tally.world.items())),
        "compared": dict(tally.compared),
        "seconds_of_runs": {kind: _figures(found) for kind, found in sorted(tally.seconds.items())},
        "findings": tally.findings,
    }


def _figures(seconds: list[float]) -> dict[str, float | int]:
    return {"n": len(seconds), "median": round(median(seconds), 2), "most": round(max(seconds), 2)}


def page(found: dict[str, Any]) -> str:
    """The report as text."""
    asked = found["asked"]
    lines = [
        " ".join(f"{name}={value}" for name, value in found["machine"].items()),
        f"{asked['weeks']} weeks of a world of {asked['records']} records, seed {asked['seed']}: "
        f"{sum(found['runs'].values())} runs in {found['seconds']:.0f} s",
        *_table("runs, by how they ended", found["runs"]),
        *_table("what was done to the project", found["injected"]),
        *_table("what the world did, in records", found["world"]),
        *_table("compared, table by table, ids included", found["compared"]),
        "",
        f"{'seconds':<52}{'runs':>6}{'median':>9}{'most':>9}",
        *(
            f"  {kind:<50}{row['n']:>6}{row['median']:>9.2f}{row['most']:>9.2f}"
            for kind, row in found["seconds_of_runs"].items()
        ),
        "",
        *found["findings"],
        f"violations: {found['n_violations']}",
        *(f"  {text}" for text in found["violations"][:40]),
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, counts: dict[str, int]) -> list[str]:
    return ["", title, *(f"  {what:<66}{count:>8}" for what, count in counts.items())]
