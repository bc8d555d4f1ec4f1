"""What the bench ran on: figures of two machines, or of a busy and an idle one, do not compare."""

import os
import platform
from importlib.metadata import version

_LIBRARIES = ("dagster", "duckdb", "great-expectations", "polars", "splink")


def machine_facts() -> dict[str, object]:
    """Cores, memory, load before the bench, and the versions that count."""
    pages, page_bytes = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(pages * page_bytes / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }
