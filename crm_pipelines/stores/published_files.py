"""Which published files to open and which to drop."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from crm_pipelines.model.errors import StoreError
from crm_pipelines.stores.durable import disk_errors
from crm_pipelines.stores.warehouse import connect

_LAST_KEPT = 3
_DAYS_KEPT = 7
_YOUNG = timedelta(minutes=2)
_MOST_KEPT = 12


def files_to_drop(modified: Mapping[Path, float], current: Path | None, now: datetime) -> list[Path]:
    """Choose the publications that go: all but the last three, one a day for seven days, and the young.

    A reader may be about to open what was current a moment ago, hence the young (under two minutes). At most twelve
    stay; the young go first then, oldest first. The current one never goes.

    Args:
        modified: file to the time it was written (seconds since the epoch); names sort as versions do.
        current: what the pointer names.
        now: aware; its zone says where a day ends.

    Returns:
        The files to remove, oldest first.
    """
    newest_first = sorted(modified, reverse=True)
    written_at = {path: datetime.fromtimestamp(modified[path], UTC).astimezone(now.tzinfo) for path in newest_first}
    last_of_day: dict[date, Path] = {}
    for path in newest_first:
        last_of_day.setdefault(written_at[path].date(), path)
    first_day = now.date() - timedelta(days=_DAYS_KEPT - 1)
    wanted = [path for path in newest_first if path == current]
    wanted += newest_first[:_LAST_KEPT]
    wanted += [path for day, path in last_of_day.items() if day >= first_day]
    wanted += [path for path in newest_first if now - written_at[path] < _YOUNG]
    kept = set(list(dict.fromkeys(wanted))[:_MOST_KEPT])
    return sorted(path for path in modified if path not in kept)


def connect_named(named: Callable[[], Path | None], missing: str) -> duckdb.DuckDBPyConnection:
    """Open, read-only, the file that a pointer names; look again when it was replaced in between.

    Args:
        named: reads the pointer.
        missing: message code when the pointer names nothing.

    Raises:
        StoreError: `missing`, or `store.cannot_open`.
    """
    path = named()
    while path is not None:
        try:
            return connect(path, read_only=True)
        except duckdb.Error as error:
            tried, path = path, named()
            if path == tried:
                raise StoreError("store.cannot_open", name=tried.name, reason=type(error).__name__) from error
    raise StoreError(missing)


def wal_of(path: Path) -> Path:
    """The write-ahead log of a DuckDB file."""
    return path.with_name(f"{path.name}.wal")


def remove(path: Path) -> None:
    """Remove a published file; a reader that has it open keeps it."""
    with disk_errors(path):
        path.unlink(missing_ok=True)
