"""A small road that goes on to publications, without any check."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from crm_pipelines.matching.levels import LEVEL_COLUMNS
from crm_pipelines.stores import components
from crm_pipelines.stores.publication import Delta, build_candidate, note_published
from crm_pipelines.stores.question_closings import Decided
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad


class Publishing(SmallRoad):
    """A small road whose candidates are published without any check."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, in_memory=True)
        self.candidate = folder / "candidate.duckdb"
        self.published = folder / "published.duckdb"
        self.united: tuple[str, ...] | None = None
        self.decided = Decided()

    def build(self, *, is_new: bool = False) -> Delta:
        self.candidate.unlink(missing_ok=True)
        if self.published.exists() and not is_new:
            shutil.copy(self.published, self.candidate)
        at = DAY_ONE + timedelta(weeks=int(self.run_id[1:]))
        return build_candidate(
            self.warehouse, self.candidate, self.run_id, level_columns=LEVEL_COLUMNS, at=at, decided=self.decided
        )

    def publish(self) -> Delta:
        delta = self.build()
        if delta.is_changed:
            shutil.move(self.candidate, self.published)
            note_published(self.warehouse, delta.commit_number)
        return delta

    def walk(self) -> Delta:
        self.run()
        return self.publish()

    def pair(self, left: str, right: str, weight: float) -> None:
        """Score a pair anew."""
        keys = dict(self.rows("select record_id, record_key from record_keys"))
        with self.step("scored_pairs") as step:
            step.con.execute("delete from scored_pairs where record_id_l = ? and record_id_r = ?", [left, right])
            step.con.execute(
                """insert into scored_pairs by name select ? as record_key_l, ? as record_key_r, ? as record_id_l,
                       ? as record_id_r, 'person' as customer_type, ? as match_weight""",
                [keys[left], keys[right], left, right, weight],
            )
            step.con.execute("insert into blocking_keys select ?, 'person', 'p_email', 7", [keys[left]])
            step.mark("pairs", "select unnest(?)", [[keys[left], keys[right]]])

    def unite(self, *records: str) -> None:
        """From now on these records, and no others, are one customer, whatever they say."""
        self.united = records

    def cluster(self) -> None:
        """Cluster by the rows' groups, then as `unite` says."""
        if self.united is None:
            super().cluster()
            return
        with self.warehouse.step("clusters", reads=("pairs",), run_id=self.run_id) as step:
            step.temporary("reached", "select record_key from record_keys")
            alone = [r for (r,) in step.con.execute("select record_id from standardised_records order by 1").fetchall()]
            clusters: list[Sequence[str]] = [(one,) for one in alone if one not in self.united]
            components.replace_clusters(step, components.placed([*clusters, *([self.united] if self.united else [])]))
