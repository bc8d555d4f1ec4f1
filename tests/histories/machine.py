"""Histories of deliveries, verdicts, changes of mind, models and rebuilds; after each step every promise is checked."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from crm_pipelines.model.enums import Judgement
from tests.histories.promises import Told, broken
from tests.histories.rooms import Rooms
from tests.histories.seen import Seen
from tests.histories.world import ATTRIBUTES, LEVELS, MODELS, RECORDS, Row, World, type_of

_levels = st.dictionaries(st.sampled_from(RECORDS), st.sampled_from((*LEVELS, "joins", "surely")), max_size=4)
_says = st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from("甲乙丙"), max_size=4)
_agrees = st.sampled_from([None, True, False])
_rows = st.builds(Row, st.sampled_from(RECORDS), _levels, _says, st.integers(0, 9), _agrees)
_sides = st.tuples(*[st.frozensets(st.sampled_from(RECORDS), min_size=1, max_size=2)] * 2)
_judged = st.sampled_from([Judgement.MATCH, Judgement.NO_MATCH, Judgement.MATCH, Judgement.NO_MATCH, Judgement.UNSURE])


class Histories(RuleBasedStateMachine):
    """Histories of the pure rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.rooms = Rooms(self.world)
        self.told = Told()

    @initialize(rows=st.lists(_rows, min_size=3, max_size=8, unique_by=lambda row: row.record))
    def load(self, rows: list[Row]) -> None:
        for row in rows:
            self.world.deliver(row)
        self.go()

    @rule(rows=st.lists(_rows, min_size=1, max_size=3))
    def edit(self, rows: list[Row]) -> None:
        """Records that are new, come back, or say something else."""
        for row in rows:
            self.world.deliver(row)
        self.go()

    @precondition(lambda self: self.world.live)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        gone = data.draw(st.frozensets(st.sampled_from(sorted(self.world.live)), min_size=1, max_size=2))
        for record in gone:
            self.world.delete(record)
        self.told.deleted = gone
        self.go()

    @rule(judged=_judged, sides=_sides)
    def verdict(self, judged: Judgement, sides: tuple[frozenset[str], frozenset[str]]) -> None:
        """Also about records that are gone or were never there, and about records that are no neighbours."""
        self.world.decide(judged, *sides)
        self.go()

    @precondition(lambda self: self.world.decisions)
    @rule(data=st.data(), judged=_judged)
    def undo(self, data: st.DataObject, judged: Judgement) -> None:
        """Somebody changes a verdict, or takes it back."""
        replaced = {one.supersedes for one in self.world.decisions}
        known = [one for one in self.world.decisions if one.decision_id not in replaced]
        one = data.draw(st.sampled_from(known))
        self.world.decide(judged, one.record_ids_left, one.record_ids_right, one.decision_id)
        self.go()

    @precondition(lambda self: self.told.before.questions)
    @rule(data=st.data(), judged=_judged)
    def answer(self, data: st.DataObject, judged: Judgement) -> None:
        one = data.draw(st.sampled_from(list(self.told.before.questions)))
        self.world.decide(judged, one.record_ids_left, one.record_ids_right)
        self.go()

    @precondition(lambda self: len(self.told.before.clusters) > 1)
    @rule(data=st.data())
    def merge(self, data: st.DataObject) -> None:
        self.world.decide(Judgement.MATCH, *self._two(data))
        self.go()

    @precondition(lambda self: any(len(cluster) > 1 for cluster in self.told.before.clusters))
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        cluster = data.draw(st.sampled_from([one for one in self.told.before.clusters if len(one) > 1]))
        part = data.draw(st.frozensets(st.sampled_from(cluster), min_size=1, max_size=len(cluster) - 1))
        self.world.decide(Judgement.NO_MATCH, part, set(cluster) - part)
        self.go()

    @precondition(lambda self: len(self.told.before.clusters) > 1)
    @rule(data=st.data())
    def merge_and_unmerge(self, data: st.DataObject) -> None:
        """I11: it leaves no trace but in the log."""
        before = self.told.before
        merged = self.world.decide(Judgement.MATCH, *self._two(data))
        self.go()
        self.world.decide(Judgement.UNSURE, merged.record_ids_left, merged.record_ids_right, merged.decision_id)
        now = self.go()
        assert (now.clusters, now.homes, now.questions) == (before.clusters, before.homes, before.questions), "I11"

    @rule(model=st.sampled_from(MODELS))
    def retrain(self, model: Any) -> None:
        self.world.retrain(model)
        self.go()

    @rule(system=st.sampled_from(["crm", "erp"]), name=st.sampled_from(["crm", "shop", None]))
    def rerun(self, system: str, name: str | None) -> None:
        """I7: nothing is new, or a source is called otherwise from now on."""
        if name is not None and name not in self.world.systems:
            self.world.rename(system, name)
        self.unchanged()

    @rule(order=st.permutations(RECORDS))
    def rebuild(self, order: list[str]) -> None:
        """The warehouse is thrown away; landing comes in again in another order."""
        self.world.live = {record: self.world.live[record] for record in order if record in self.world.live}
        self.rooms.forget()
        self.lose(order)

    def lose(self, order: list[str]) -> None:
        """What a rebuild begins with is nothing but the truth and the log."""
        self.unchanged()

    def unchanged(self) -> None:
        """A run that finds nothing new changes and logs nothing."""
        before = self.told.before
        now = self.go()
        assert now.events == []
        assert (now.clusters, now.homes, now.questions) == (before.clusters, before.homes, before.questions)

    def go(self) -> Seen:
        """One run; then everything is looked at."""
        now = self.rooms.run()
        wrong = broken(self.world, self.told, now)
        assert not wrong, wrong
        self.follow(now)
        self.told.remember(now)
        return now

    def follow(self, now: Seen) -> None:
        """Nothing else is run."""

    def _two(self, data: st.DataObject) -> list[tuple[str, ...]]:
        one = data.draw(st.sampled_from(list(self.told.before.clusters)))
        others = [other for other in self.told.before.clusters if other != one]
        alike = [other for other in others if type_of(other[0]) is type_of(one[0])]
        return [one, data.draw(st.sampled_from(alike or others))]
