"""The pure rooms one after the other on everything there is, as the assets call them on what changed."""

from functools import partial

import polars as pl

from crm_pipelines.clustering.confirmation import confirmations, needed
from crm_pipelines.clustering.partition import Edge, Limits, RefusedUnion, partition
from crm_pipelines.clustering.questions import Question, conflicts, each_once, questions
from crm_pipelines.clustering.undisputed import undisputed
from crm_pipelines.clustering.verdicts import Verdicts, standing, verdicts
from crm_pipelines.identity.assignment import IdentityEvent, assign
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.ids import minted_golden_id
from tests.builders import cluster_frame, pair_frame
from tests.histories.naive_log import NaiveLog
from tests.histories.seen import Seen
from tests.histories.world import World, type_of

KEY = bytes(range(32))


class Rooms:
    """Verdicts, clusters, questions and ids of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.log = NaiveLog()
        self.batches: list[list[IdentityEvent]] = []

    def run(self) -> Seen:
        """One run over everything."""
        world = self.world
        demanded = verdicts(reversed(world.decisions))
        clusters, asked = self._clustered(demanded)
        asked = each_once([*conflicts(demanded, world.live), *asked])
        shown = [one for one in standing(world.decisions) if one.evidence is not None]
        across = {one.decision_id: world.across(one.record_ids_left, one.record_ids_right) for one in shown}
        asked += needed(confirmations(world.decisions, demanded, across, world.live), asked)
        events = self._named(clusters)
        return Seen(sorted(clusters), dict(self.log.home), sorted(asked, key=lambda one: one.question_id), events)

    def _clustered(self, demanded: Verdicts) -> tuple[list[tuple[str, ...]], list[Question]]:
        world = self.world
        limits = Limits(world.model.limits.bridge, world.model.limits.most, world.model.limits.clean)
        edges = [Edge(*pair, one.weight, one.is_contradiction, one.band) for pair, one in world.pairs().items()]
        split = undisputed(pl.Series(sorted(world.live), dtype=pl.String()), pair_frame(edges), demanded, limits)
        grouped = split.placed.group_by("cluster_id").agg("record_id")["record_id"].to_list()
        clusters = [tuple(sorted(records)) for records in grouped]
        growing = set(split.growing.select("record_id_l", "record_id_r").rows())
        refused: list[RefusedUnion] = []
        for kind in CustomerType:
            records = [record for record in split.disputed if type_of(record) is kind]
            found = partition(records, [one for one in edges if (one.left, one.right) in growing], demanded, limits)
            clusters += found.clusters
            refused += found.refused
        return clusters, questions(refused, split.asking, cluster_frame(clusters), demanded)

    def _named(self, clusters: list[tuple[str, ...]]) -> list[IdentityEvent]:
        ages = {record: (day, record) for record, day in self.world.first_day.items()}
        events = assign(clusters, self.log.facts(ages), partial(minted_golden_id, KEY))
        self.log.fold(events)
        self.batches.append(events)
        return events

    def forget(self) -> None:
        """Everything but the log is gone; it is folded anew."""
        before, self.log = self.log, NaiveLog()
        for batch in self.batches:
            self.log.fold(batch)
        assert self.log == before
