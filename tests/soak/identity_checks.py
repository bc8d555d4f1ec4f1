"""Ids that last: recomputed from the identity log alone, event by event, and held against what is published."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from tests.soak.published_state import Rows, events, members

_GAINS = ("minted", "extended", "revived")


class Identities(Protocol):
    """What is looked at here: a publication, or stores that publish nothing."""

    @property
    def homes(self) -> dict[str, str]:
        """Record -> its live golden id."""

    @property
    def log(self) -> pl.DataFrame:
        """The identity log, in the order of its positions."""

    def rows(self, query: str) -> Rows:
        """The answer of the tables of identity."""


@dataclass(slots=True)
class Remembered:
    """What was known at the last look, to see what has changed since.

    Attributes:
        homes: record -> golden id.
        log: the identity log as it was.
    """

    homes: Mapping[str, str] = field(default_factory=dict)
    log: pl.DataFrame | None = None


def violations(state: Identities, before: Remembered) -> Iterator[str]:
    """Everything that is wrong with the ids of a project, in words."""
    yield from _log_violations(state.log, before.log)
    homes, last_members, heirs = folded(state.log)
    if homes != state.homes:
        wrong = {record for record in homes.keys() | state.homes.keys() if homes.get(record) != state.homes.get(record)}
        yield f"crosswalk differs from the log for {len(wrong)} records, as {sorted(wrong)[:3]}"
    yield from _unexplained(state, before)
    yield from _dead_ids(state, homes, last_members, heirs)


def folded(log: pl.DataFrame) -> tuple[dict[str, str], dict[str, set[str]], dict[str, str]]:
    """The log, naively: record -> id; id that lives no more -> its last records; id -> what it merged into last."""
    homes: dict[str, str] = {}
    last: dict[str, set[str]] = defaultdict(set)
    heirs: dict[str, str] = {}
    for event in events(log):
        golden_id, records = event["golden_id"], set(event["record_ids"])
        if event["event"] in _GAINS:
            homes |= dict.fromkeys(records, golden_id)
            heirs.pop(golden_id, None)
            continue
        last[golden_id] = {record for record, home in homes.items() if home == golden_id} | records
        for record in records:
            if homes.get(record) == golden_id:
                del homes[record]
        if event["event"] == "merged":
            heirs[golden_id] = event["to_golden_id"]
    return homes, last, heirs


def _log_violations(log: pl.DataFrame, before: pl.DataFrame | None) -> Iterator[str]:
    if log["position"].to_list() != list(range(1, log.height + 1)):
        yield "positions of the identity log have gaps or repeat"
    if log["event_id"].n_unique() != log.height:
        yield "an event stands in the identity log twice"
    if not log["happened_at"].is_sorted():
        yield "the identity log goes back in time"
    versions: dict[str, int] = defaultdict(int)
    for event in events(log):
        versions[event["golden_id"]] += 1
        if versions[event["golden_id"]] != event["version"]:
            yield f"event {event['position']} of {event['golden_id']} has version {event['version']}"
    minted = log.filter(pl.col("event") == "minted")["golden_id"]
    if minted.n_unique() != len(minted):
        yield "a golden id was minted twice"
    if before is not None and not log.head(before.height).equals(before):
        yield "what stood in the identity log has changed"


def _unexplained(state: Identities, before: Remembered) -> Iterator[str]:
    """A record that changed its id without an event since that gives it the new one."""
    since = 0 if before.log is None else before.log.height
    gained: dict[str, set[str]] = defaultdict(set)
    for event in events(state.log.slice(since)):
        if event["event"] in _GAINS:
            for record in event["record_ids"]:
                gained[record].add(event["golden_id"])
    for record, golden_id in state.homes.items():
        if before.homes.get(record) != golden_id and golden_id not in gained[record]:
            yield f"{record} has {golden_id} and no event says why"
    was, is_now = members(dict(before.homes)), members(state.homes)
    for golden_id, records in was.items():
        same = [other for other, found in is_now.items() if found == records]
        if same and same != [golden_id] and golden_id not in is_now:
            yield f"the records of {golden_id} stayed together and have another id"


def _dead_ids(
    state: Identities, homes: Mapping[str, str], last: Mapping[str, set[str]], heirs: Mapping[str, str]
) -> Iterator[str]:
    """Ids that were given out, live no more and lead nowhere though they should, or to what is dead."""
    living = set(homes.values())
    redirects: dict[str, set[str]] = defaultdict(set)
    for golden_id, target in state.rows("select golden_id, redirects_to from redirects where valid_to is null"):
        redirects[golden_id].add(target)
        if target not in living:
            yield f"{golden_id} redirects to {target}, which does not live"
        if golden_id in living:
            yield f"{golden_id} lives and redirects"
    for golden_id in set(state.log["golden_id"]) - living:
        if redirects[golden_id]:
            continue
        if any(record in homes for record in last[golden_id]):
            yield f"{golden_id} is dead though some of its last records live"
        heir, seen = heirs.get(golden_id), {golden_id}
        while heir is not None and heir not in living and heir not in seen:
            seen.add(heir)
            heir = heirs.get(heir)
        if heir in seen:
            yield f"{golden_id} merged in a circle"
        elif heir is not None:
            yield f"{golden_id} is dead though it merged into {heir}, which lives"
