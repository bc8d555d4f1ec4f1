"""Every row accounted for: landing is replayed here by hand, and held against what the runs say they did with it."""

import json
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from crm_pipelines.model.ids import encode_key
from crm_pipelines.stores.accounts import GAINS, LOSSES, RECEIVED_TERMS
from tests.soak.published_state import PublishedState

_SHRINK_LIMIT = 0.2


@dataclass(slots=True)
class Landed:
    """One source, replayed.

    Attributes:
        rows: name of each row that is not deleted -> its latest payload.
        n_rows: rows delivered that count; those of held reads do not.
        n_held: reads that would have deleted too much.
    """

    rows: dict[str, str] = field(default_factory=dict)
    n_rows: int = 0
    n_held: int = 0


def violations(
    state: PublishedState, earlier_runs: Collection[str], forgotten: Sequence[str], *, is_held: bool
) -> Iterator[str]:
    """Rows that were lost, counted twice or made up.

    Args:
        state: of the project.
        earlier_runs: runs of a warehouse that is gone: the one that replaced it counted all rows anew.
        forgotten: canonical e-mail addresses of persons who must not come in again.
        is_held: a gate keeps an older publication, so that only the accounts can be looked at.
    """
    landed = replayed(state.paths.landing)
    accounts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in state.operations("select * from runs where source_system is not null order by started_at, run_id"):
        if row["run_id"] not in earlier_runs:
            accounts[row["source_system"]].append(row)
    for source, found in landed.items():
        yield from _account_violations(source, accounts[source], found.n_rows)
    if not is_held:
        yield from _row_violations(state, landed, accounts, forgotten)


def replayed(landing: Path) -> dict[str, Landed]:
    """Apply every batch of landing in order, row by row."""
    manifests = [json.loads(path.read_text(encoding="utf-8")) | {"folder": path.parent}
                 for path in landing.glob("*/[0-9]*/manifest.json")]  # fmt: skip
    sources: dict[str, Landed] = defaultdict(Landed)
    shown: dict[str, set[str]] = defaultdict(set)
    for manifest in sorted(manifests, key=lambda found: found["sequence"]):
        source = sources[manifest["source"]]
        frame = pl.read_parquet(manifest["folder"] / "rows.parquet")
        rows = [(_name(manifest["source"], row), row) for row in frame.iter_rows(named=True)]
        shown[manifest["read_id"]] |= {name for name, _ in rows}
        absent = source.rows.keys() - shown[manifest["read_id"]] if manifest["is_complete_read"] else set()
        if len(absent) > _SHRINK_LIMIT * len(source.rows) and not manifest["accepts_shrink"]:
            source.n_held += 1
            continue
        source.n_rows += len(rows)
        for name in absent:
            del source.rows[name]
        for name, row in rows:
            if row["is_deleted"]:
                source.rows.pop(name, None)
            elif row["payload"] is not None:  # else a mention: it says what was said before
                source.rows[name] = row["payload"]
    return sources


def _name(source: str, row: dict[str, Any]) -> str:
    return f"{source}:{encode_key(row['source_key'])}" if row["source_key"] is not None \
        else f"{source}:#{encode_key(row['position'])}"  # fmt: skip


def _account_violations(source: str, accounts: Sequence[dict[str, Any]], n_landed: int) -> Iterator[str]:
    live = 0
    for account in accounts:
        if account["received"] != sum(account[term] for term in RECEIVED_TERMS):
            yield f"{source}: the rows received in {account['run_id']} are not what became of them"
        if account["live_after"] != sum(account[term] for term in GAINS) - sum(account[term] for term in LOSSES):
            yield f"{source}: the live rows of {account['run_id']} do not add up"
        if account["live_before"] != live:
            yield f"{source}: {account['run_id']} began with {account['live_before']} live rows, not {live}"
        live = account["live_after"]
    received = sum(account["received"] for account in accounts)
    if received != n_landed:
        yield f"{source}: {n_landed} rows landed and {received} were received"


def _row_violations(
    state: PublishedState,
    landed: dict[str, Landed],
    accounts: dict[str, list[dict[str, Any]]],
    forgotten: Sequence[str],
) -> Iterator[str]:
    shown = dict(state.rows("select source_record_id, payload from source_records"))
    live: dict[str, int] = dict(state.rows(
        "select source_system, count(distinct source_record_id) from standardised_records group by 1"))  # fmt: skip
    quarantined, set_aside = (
        {row["source_record_id"] for row in state.operations(f"select source_record_id from {table}")}
        for table in ("quarantine", "set_aside_records")
    )
    delivered = {name: payload for source in landed.values() for name, payload in source.rows.items()}
    if made_up := shown.keys() - delivered.keys():
        yield f"{len(made_up)} published rows that no source holds, as {sorted(made_up)[:3]}"
    missing = delivered.keys() - shown.keys() - quarantined - set_aside
    lost = [name for name in sorted(missing) if not _tells_of(delivered[name], forgotten)]
    if lost:
        yield f"{len(lost)} rows that nobody knows of any more, as {lost[:3]}"
    stale = [name for name, payload in shown.items() if name not in quarantined and payload != delivered.get(name)]
    if stale:
        yield f"{len(stale)} published rows that do not say what their source said last, as {sorted(stale)[:3]}"
    for source, found in accounts.items():
        if found and found[-1]["live_after"] != live.get(source, 0):
            yield f"{source}: {found[-1]['live_after']} live rows by the accounts and {live.get(source, 0)} published"


def _tells_of(payload: str, forgotten: Sequence[str]) -> bool:
    plain = unicodedata.normalize("NFKC", payload).casefold()
    return any(email in plain for email in forgotten)
