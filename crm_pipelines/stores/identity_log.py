"""The identity log: every id that was given out, and all that became of it; append-only Parquet, for ever.

Each file is one append, named after the position of its first event, so that the files prove among themselves that
none is missing. The crosswalk is the fold of the log; losing the log would mean new ids for old customers, so a gap or
a damaged file stops the reader.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from crm_pipelines.model.errors import ContractError, StoreError
from crm_pipelines.stores.durable import (
    commit_file,
    disk_errors,
    hidden_beside,
    make_folder,
    require_free_bytes,
    sweep_hidden,
)

IDENTITY_EVENTS = pl.Schema(
    {
        "event_id": pl.String(),  # hash of the event's content: the same event again adds nothing
        "golden_id": pl.String(),
        "version": pl.Int32(),  # the n-th event of this golden id, from 1
        "event": pl.String(),  # IdentityEventKind
        "reason": pl.String(),
        "record_ids": pl.List(pl.String()),
        "to_golden_id": pl.String(),  # null unless the event names a second id
        "run_id": pl.String(),
        "happened_at": pl.Datetime("us", "UTC"),
        "position": pl.Int64(),  # order over the whole log, from 1 without gaps; given by the log
        "cause": pl.String(),  # ChangeCause; this and what follows is null in files of older programs
        "ledger_seq": pl.Int64(),  # what the run rested on: the place in the ledger,
        "model_version": pl.String(),  # the model,
        "rules_version": pl.String(),  # the rules that decide who is one customer
    }
)
_LATER = ("cause", "ledger_seq", "model_version", "rules_version")
_GIVEN = [name for name in IDENTITY_EVENTS if name not in ("position", *_LATER)]
_SPARE_BYTES = 4 * 1024 * 1024


class IdentityLog:
    """The log of one project. Only the holder of the project's lock may append.

    Args:
        root: `data/identity`; need not exist.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def append(self, events: pl.DataFrame, *, folded_to: int = 0) -> int:
        """Add events in the order of the frame, all or none, on the disk before this returns.

        Args:
            events: one row per event; columns `IDENTITY_EVENTS` without `position` (a `position` is ignored); `cause`
                and what follows it may be missing.
            folded_to: the position up to which the caller has read the log and so knows its events; events past it
                are looked through for repetitions. 0 looks through the whole log.

        Returns:
            The position of the log's last event afterwards.

        Raises:
            ContractError: `identity_log.columns`, or `identity_log.nulls`.
            StoreError: the disk is full or read-only, or the log is damaged.
        """
        given = _checked(events)
        head = self.head()
        known = self.read(folded_to)["event_id"] if folded_to < head else pl.Series([], dtype=pl.String)
        fresh = given.filter(~pl.col("event_id").is_in(known.implode())).unique(
            "event_id", keep="first", maintain_order=True
        )
        if fresh.is_empty():
            return head
        first = head + 1
        positioned = fresh.with_columns(position=pl.int_range(first, first + fresh.height, dtype=pl.Int64))
        self._write(positioned.select(IDENTITY_EVENTS.names()).cast(IDENTITY_EVENTS), first)
        return head + fresh.height

    def read(self, after: int = 0) -> pl.DataFrame:
        """The events past a position, in order; a repeated `event_id` counts where it stood first.

        Returns:
            One row per event; columns `IDENTITY_EVENTS`, ordered by `position`.

        Raises:
            StoreError: `store.damaged_file`: a file cannot be read; `store.identity_gap`: one is missing.
        """
        files = self._files()
        later = [index for index, (first, _) in enumerate(files) if first > after + 1]
        start = max((later[0] if later else len(files)) - 1, 0)
        parts = [_read(path, first) for first, path in files[start:]]
        _require_no_gap(files[start:], parts, must_start=start == 0)
        if not parts:
            return pl.DataFrame(schema=IDENTITY_EVENTS)
        events = pl.concat(parts).filter(pl.col("position") > after)
        return events.unique("event_id", keep="first", maintain_order=True)

    def head(self) -> int:
        """The position of the last event; 0 for an empty log.

        Raises:
            StoreError: the last file is damaged.
        """
        files = self._files()
        if not files:
            return 0
        first, path = files[-1]
        with _damage(path):
            return first - 1 + int(pl.scan_parquet(path).select(pl.len()).collect().item())

    def _files(self) -> list[tuple[int, Path]]:
        """(position of the first event, file), in order."""
        paths = self.root.glob("[0-9]" * 12 + ".parquet") if self.root.is_dir() else iter(())
        return sorted((int(path.stem), path) for path in paths)

    def _write(self, events: pl.DataFrame, first: int) -> None:
        make_folder(self.root)
        sweep_hidden(self.root)
        path = self.root / f"{first:012d}.parquet"
        written = hidden_beside(path)
        require_free_bytes(path, int(events.estimated_size()) + _SPARE_BYTES)
        with disk_errors(path):
            events.write_parquet(written, compression="zstd")
        commit_file(written, path)


def _checked(events: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in _GIVEN if name not in events.columns]
    if missing:
        raise ContractError("identity_log.columns", missing=", ".join(missing))
    required = [name for name in _GIVEN if name != "to_golden_id"]
    empty = [name for name in required if events[name].null_count()]
    if empty:
        raise ContractError("identity_log.nulls", columns=", ".join(empty))
    return _completed(events).select(*_GIVEN, *_LATER)


def _completed(events: pl.DataFrame) -> pl.DataFrame:
    """With the columns that older programs did not write, as null."""
    return events.with_columns(
        pl.lit(None, IDENTITY_EVENTS[name]).alias(name) for name in _LATER if name not in events.columns
    )


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StoreError("store.damaged_file", name=path.name) from error


def _read(path: Path, first: int) -> pl.DataFrame:
    with _damage(path):
        events = _completed(pl.read_parquet(path)).select(IDENTITY_EVENTS.names()).cast(IDENTITY_EVENTS)
    expected = pl.int_range(first, first + events.height, eager=True)
    if events.is_empty() or not events["position"].equals(expected.rename("position"), null_equal=False):
        raise StoreError("store.damaged_file", name=path.name)
    return events


def _require_no_gap(files: list[tuple[int, Path]], parts: list[pl.DataFrame], *, must_start: bool) -> None:
    expected = 1 if must_start else None
    for (first, path), events in zip(files, parts, strict=True):
        if expected is not None and first != expected:
            raise StoreError("store.identity_gap", name=path.name, expected=expected)
        expected = first + events.height
