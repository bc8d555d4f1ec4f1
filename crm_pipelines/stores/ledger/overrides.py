"""Overrides of gates: somebody answers for it that a broken rule does not hold the publication, so far and so long.

An override speaks of one rule, up to a number of rows or a share, until a time; it ends by itself, or is withdrawn by a
later entry. Nothing is ever deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOverride:
    """What somebody lays down.

    Attributes:
        check: id of the rule.
        steward: user name.
        recorded_at: when.
        reason: the steward's own words.
        ends_at: when it ends by itself; None only where it withdraws.
        most_failed: rows that may fail; None: the share counts.
        most_share: share 0..1 of the rows looked at that may fail; None: the number counts.
        replaces: `override_id` of the one that ends with this entry.
        withdraws: whether that is all it does.
    """

    check: str
    steward: str
    recorded_at: datetime
    reason: str
    ends_at: datetime | None = None
    most_failed: int | None = None
    most_share: float | None = None
    replaces: str | None = None
    withdraws: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An override in the ledger; fields as in `NewOverride`."""

    seq: int
    override_id: str
    check: str
    steward: str
    recorded_at: datetime
    reason: str | None
    ends_at: datetime | None
    most_failed: int | None
    most_share: float | None
    replaces: str | None

    @property
    def withdraws(self) -> bool:
        """Whether it only ends another one."""
        return self.ends_at is None

    def covers(self, n_checked: int, n_failed: int) -> bool:
        """Whether so many failing rows are within what was answered for."""
        if self.most_failed is not None:
            return n_failed <= self.most_failed
        return n_failed <= (self.most_share or 0.0) * n_checked


def override_of(row: sa.RowMapping) -> Override:
    """A row of `gate_overrides` with its entry."""
    return Override(
        seq=row["seq"],
        override_id=row["entry_id"],
        check=row["check_id"],
        steward=row["actor"],
        recorded_at=row["recorded_at"],
        reason=row["reason"],
        ends_at=row["ends_at"],
        most_failed=row["most_failed"],
        most_share=row["most_share"],
        replaces=row["supersedes"],
    )


def overrides_in_force(overrides: Iterable[Override], as_of: datetime) -> dict[str, Override]:
    """Rule -> the override that holds at a time: the last one of the rule, unless it is withdrawn or over."""
    known = list(overrides)
    replaced = {one.replaces for one in known}
    return {
        one.check: one
        for one in known
        if one.override_id not in replaced and one.ends_at is not None and one.ends_at > as_of
    }
