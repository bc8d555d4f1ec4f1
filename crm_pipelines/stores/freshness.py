"""How old the last read and the newest row of each source are, against what the project expects."""

from collections.abc import Mapping
from datetime import datetime

from crm_pipelines.drift.freshness import Awaited
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.warehouse import Warehouse


def newest_rows(warehouse: Warehouse) -> dict[str, datetime]:
    """Source -> when it last brought a row with news."""
    return dict(
        warehouse.connection.execute(
            "select source_system, max(delivered_at) from source_records group by source_system order by source_system"
        ).fetchall()
    )


def awaited_sources(loaded: LoadedProject, warehouse: Warehouse) -> list[Awaited]:
    """The sources of which the project expects something, by name."""
    newest = newest_rows(warehouse)
    read: Mapping[str, datetime | None] = dict(
        warehouse.connection.execute("select source_system, last_success_at from source_status").fetchall()
    )
    return [
        Awaited(
            name, read.get(name), newest.get(name), expected.read_seconds, expected.row_seconds,
            expected.iso_weekdays, source.timezone,
        )
        for name, source in sorted(loaded.sources.items())
        if (expected := source.entry.expected_every) is not None
    ]  # fmt: skip
